namespace Esoz.Codes;

/// <summary>
/// Statuses of an employee (data-model §2.5). Lifecycle: APPROVED → STOPPED or ENTERED_IN_ERROR (dismissed by hand); APPROVED →
/// AUTODEACTIVATED (the legal entity is closed); APPROVED → REORGANIZED; all others are final. NEW and DISMISSED occur only in legacy rows.
/// </summary>
public static class EmployeeStatus
{
    public const string Approved = "APPROVED";
    public const string Stopped = "STOPPED";
    public const string EnteredInError = "ENTERED_IN_ERROR";
    public const string Reorganized = "REORGANIZED";
    public const string Autodeactivated = "AUTODEACTIVATED";
    public const string New = "NEW";
    public const string Dismissed = "DISMISSED";

    public static IReadOnlyList<string> All { get; } = [Approved, Stopped, EnteredInError, Reorganized, Autodeactivated, New, Dismissed];
}
