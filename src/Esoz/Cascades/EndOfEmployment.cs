namespace Esoz.Cascades;

/// <summary>
/// What becomes of the roles of an employee who leaves (employee-roles §7). A dismissal is refused while the employee has an ACTIVE role,
/// or ends the roles with the employment (<c>EMPLOYEE_DISMISSAL_ROLE_POLICY</c>); the closure of the legal entity ends them whatever the
/// policy. A role that ends so changes as if it had been deactivated by itself: the same columns, one audit row and one event each, by
/// whoever ends the employment and at that instant. Deleted roles (<c>is_active</c> = false) are none and stay as they are.
/// </summary>
/// <remarks>
/// Roles are added under a shared lock of the employee. So lock the employee <c>FOR NO KEY UPDATE</c> in a statement of its own first: the
/// statement with these pieces then sees every role that was added before, and none is added after.
/// </remarks>
public static class EndOfEmployment
{
    /// <summary>A condition: the employee has a role that is ACTIVE.</summary>
    /// <param name="employee">Name of the employee in the statement.</param>
    public static string HasActiveRole(string employee) => $"""
        EXISTS (SELECT FROM employee_roles role WHERE role.employee_id = {employee}.id AND role.status = 'ACTIVE' AND role.is_active)
        """;

    /// <summary>An UPDATE: every ACTIVE role of those who leave becomes INACTIVE.</summary>
    /// <param name="leavers">Name of a set in the statement with their <c>id</c>.</param>
    /// <param name="author">Placeholder of the user who ends the employment.</param>
    public static string EndRoles(string leavers, string author) => $"""
        UPDATE employee_roles role
           SET end_date = now(), status = 'INACTIVE', updated_at = now(), updated_by = {author}
          FROM {leavers} leaver
         WHERE role.employee_id = leaver.id AND role.status = 'ACTIVE' AND role.is_active
        """;
}
