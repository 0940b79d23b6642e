using Esoz.Codes;

namespace Esoz.Cascades;

/// <summary>
/// Roles of an employee who leaves (employee-roles §7). A dismissal is refused while the employee has an ACTIVE role, or ends the roles
/// with the employment (<c>EMPLOYEE_DISMISSAL_ROLE_POLICY</c>); the closure of the legal entity always ends them. The effect on a role is
/// the same as that of its deactivation: the same columns, one audit row and one event each, with the author and the instant of the end of
/// employment. Deleted roles (<c>is_active</c> = false) do not count and are not changed.
/// The tokens of the employee's users at this client end by a trigger (docs/adr/0029-access-ends-in-the-database.md).
/// </summary>
/// <remarks>
/// Roles are added under a shared lock of the employee. So first lock the employee <c>FOR NO KEY UPDATE</c> in a separate statement: then
/// the statement with these SQL fragments sees every role that was added before, and none is added after.
/// </remarks>
public static class EndOfEmployment
{
    /// <summary>SQL condition: the employee has an ACTIVE role.</summary>
    /// <param name="employee">Alias of the employee in the statement.</param>
    public static string HasActiveRole(string employee) => $"""
        EXISTS (SELECT FROM employee_roles role
                 WHERE role.employee_id = {employee}.id AND role.status = '{EmployeeRoleStatus.Active}' AND role.is_active)
        """;

    /// <summary>SQL UPDATE: every ACTIVE role of the leaving employees becomes INACTIVE.</summary>
    /// <param name="leavers">Name of a CTE in the statement with their <c>id</c>.</param>
    /// <param name="author">Placeholder of the user who ends the employment.</param>
    public static string EndRoles(string leavers, string author) => $"""
        UPDATE employee_roles role
           SET end_date = now(), status = '{EmployeeRoleStatus.Inactive}', updated_at = now(), updated_by = {author}
          FROM {leavers} leaver
         WHERE role.employee_id = leaver.id AND role.status = '{EmployeeRoleStatus.Active}' AND role.is_active
        """;
}
