namespace Esoz.Codes;

/// <summary>
/// Statuses of an employee (data-model §2.5). Lifecycle: APPROVED → STOPPED or ENTERED IN ERROR (dismissed by hand); APPROVED →
/// AUTODEACTIVATED (the legal entity is closed); APPROVED → REORGANIZED; all others are final. NEW and DISMISSED occur only in legacy rows.
/// </summary>
public static class EmployeeStatus
{
    public static IReadOnlyList<string> All { get; } = ["APPROVED", "STOPPED", "ENTERED IN ERROR", "REORGANIZED", "AUTODEACTIVATED",
        "NEW", "DISMISSED"];
}
