namespace Esoz.Platform.Health;

/// <summary>Severity of a finding.</summary>
public enum Severity
{
    /// <summary>No problem.</summary>
    Good,
    /// <summary>Works, but needs attention.</summary>
    Warning,
    /// <summary>The server does not work, or loses data.</summary>
    Broken,
}

/// <summary>One check of <c>doctor</c>.</summary>
/// <param name="Subject">What was checked, in a word or two.</param>
/// <param name="Found">What was found; never contains a secret.</param>
/// <param name="Advice">What to do about it; null when there is nothing to do.</param>
public sealed record Finding(Severity Severity, string Subject, string Found, string? Advice = null)
{
    /// <summary>Stops the start of production, under this name of <c>ESOZ_ALLOW_INSECURE</c>; null = it does not.</summary>
    public string? Insecure { get; init; }

    public static Finding Good(string subject, string found) => new(Severity.Good, subject, found);

    public static Finding Warning(string subject, string found, string advice) => new(Severity.Warning, subject, found, advice);

    public static Finding Broken(string subject, string found, string advice) => new(Severity.Broken, subject, found, advice);

    /// <summary>One line without the severity.</summary>
    public string Text => $"{Subject}: {Found}{(Advice is null ? "" : $" → {Advice}")}"
        + (Insecure is null || Severity != Severity.Broken ? "" : $"; or, at your own risk: --allow-insecure {Insecure}");

    public override string ToString() => $"{Severity.ToString().ToLowerInvariant(),-8} {Text}";
}
