using Esoz.Platform.Configuration;

namespace Esoz.Employees;

/// <summary>Policy for the roles of a dismissed employee (employee-roles §7).</summary>
public enum DismissalRolePolicy
{
    /// <summary>A dismissal is refused while there is an ACTIVE role.</summary>
    Block,
    /// <summary>The dismissal ends the roles.</summary>
    Cascade,
}

/// <summary>Settings of the employees (platform §15).</summary>
public sealed record EmployeeOptions
{
    public required DismissalRolePolicy DismissalRolePolicy { get; init; }

    public static EmployeeOptions Read(SettingReader read) =>
        new() { DismissalRolePolicy = read.Choice("EMPLOYEE_DISMISSAL_ROLE_POLICY", DismissalRolePolicy.Block) };
}
