namespace Esoz.Compositions;

/// <summary>
/// Statuses of a composition (data-model §6.1). Lifecycle: PRELIMINARY → FINAL (signed); FINAL → AMENDED (replaced) → FINAL (the
/// replacement is cancelled); FINAL → ENTERED_IN_ERROR (cancelled), which is final.
/// </summary>
public static class CompositionStatus
{
    public const string Preliminary = "PRELIMINARY";
    public const string Final = "FINAL";
    public const string Amended = "AMENDED";
    public const string EnteredInError = "ENTERED_IN_ERROR";

    /// <summary>Statuses accepted in requests.</summary>
    public static IReadOnlyList<string> OnInput { get; } = [Preliminary, Final, Amended, EnteredInError, "ENTERED-IN-ERROR"];

    /// <summary>The status as it is stored and returned.</summary>
    public static string? Of(string? input) => input?.Replace('-', '_');
}
