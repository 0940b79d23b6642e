namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0126 Get employee role by ID (employee-roles §4).</summary>
public static class GetEmployeeRole
{
    private static readonly Validation RoleExists = new("1", "role exists and is_active = true",
        Refusal.NotFound("Employee role not found"));

    private static readonly Validation RoleIsOwn = new("2", "healthcare service of the role belongs to the legal entity of the token",
        Refusal.Forbidden("Employee role belongs to another legal entity"));

    public static readonly MethodCard Card = new("API-005-007-004-0126", "Get employee role by ID",
        "GET", "/api/employee_roles/{id}", Family.IlMis, "employee_role:read")
    {
        Purpose = "Gets one role of an employee",
        Handle = Handle,
        HasPersonalData = true,
        Validations = [RoleExists, RoleIsOwn],
        Answer = typeof(EmployeeRole),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        if (await database.Find(Read, id.Value ?? Guid.Empty, ct) is not { } found)
            return RoleExists;

        if (found.LegalEntity != caller.ClientId)
            return RoleIsOwn;

        return Reply.Data(found.Role);
    }

    private static readonly PointRead<Guid, (Guid LegalEntity, EmployeeRole Role)?> Read = new($"""
        SELECT service.legal_entity_id, {Rows.EmployeeRole.Columns}
          FROM employee_roles role
          JOIN healthcare_services service ON service.id = role.healthcare_service_id
         WHERE role.id = $1 AND role.is_active
        """, id => [id], row => (row.GetGuid(0), Rows.EmployeeRole.Read(row, 1)));
}
