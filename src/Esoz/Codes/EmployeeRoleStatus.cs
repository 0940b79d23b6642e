namespace Esoz.Codes;

/// <summary>Statuses of an employee role (data-model §2.8). Lifecycle: ACTIVE → INACTIVE, which is final.</summary>
public static class EmployeeRoleStatus
{
    public const string Active = "ACTIVE";
    public const string Inactive = "INACTIVE";

    public static IReadOnlyList<string> All { get; } = [Active, Inactive];
}
