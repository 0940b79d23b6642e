using Esoz.Platform.Configuration;

namespace Esoz.Employees;

/// <summary>What happens to the roles of an employee who is dismissed (employee-roles §7).</summary>
public enum DismissalRolePolicy
{
    /// <summary>An ACTIVE role forbids the dismissal.</summary>
    Block,
    /// <summary>The dismissal ends them.</summary>
    Cascade,
}

/// <summary>Settings of the employees (platform §15).</summary>
public sealed record EmployeeOptions
{
    public required DismissalRolePolicy DismissalRolePolicy { get; init; }

    public static EmployeeOptions Read(SettingReader read) =>
        new() { DismissalRolePolicy = read.Choice("EMPLOYEE_DISMISSAL_ROLE_POLICY", DismissalRolePolicy.Block) };
}
