namespace Esoz.Diagnosis;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Good,
    /// <summary>Works, but somebody should look.</summary>
    Warning,
    /// <summary>The server does not work like this, or loses data.</summary>
    Broken,
}

/// <summary>One thing that <c>doctor</c> looked at.</summary>
/// <param name="Subject">What was looked at, in a word or two.</param>
/// <param name="Found">What was found, never with a secret in it.</param>
/// <param name="Advice">What to do about it; null when there is nothing to do.</param>
public sealed record Finding(Severity Severity, string Subject, string Found, string? Advice = null)
{
    public static Finding Good(string subject, string found) => new(Severity.Good, subject, found);

    public static Finding Warning(string subject, string found, string advice) => new(Severity.Warning, subject, found, advice);

    public static Finding Broken(string subject, string found, string advice) => new(Severity.Broken, subject, found, advice);

    public override string ToString() =>
        $"{Severity.ToString().ToLowerInvariant(),-8} {Subject}: {Found}{(Advice is null ? "" : $" → {Advice}")}";
}
