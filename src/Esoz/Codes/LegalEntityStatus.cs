namespace Esoz.Codes;

/// <summary>
/// Statuses of a legal entity (data-model §2.1). Lifecycle: ACTIVE ↔ SUSPENDED; ACTIVE or SUSPENDED → CLOSED; ACTIVE or SUSPENDED →
/// REORGANIZED; CLOSED and REORGANIZED are final.
/// </summary>
public static class LegalEntityStatus
{
    public const string Active = "ACTIVE";
    public const string Suspended = "SUSPENDED";
    public const string Closed = "CLOSED";
    public const string Reorganized = "REORGANIZED";

    public static IReadOnlyList<string> All { get; } = [Active, Suspended, Closed, Reorganized];

    /// <summary>SQL list of the statuses in which a legal entity may change its records.</summary>
    public const string Working = $"('{Active}', '{Suspended}')";

    /// <summary>Also false for null, the status of a legal entity that does not exist.</summary>
    public static bool IsWorking(string? status) => status is Active or Suspended;
}
