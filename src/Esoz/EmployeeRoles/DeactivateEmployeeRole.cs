using Esoz.Codes;

namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0127 Deactivate employee role (employee-roles §5).</summary>
public static class DeactivateEmployeeRole
{
    /// <summary>Because of the lock on the role, the second of two concurrent calls sees the status that the first one set.</summary>
    internal static readonly GuardedWrite<EmployeeRole> Deactivation = new()
    {
        Sources =
        [
            new("provider", "SELECT status FROM legal_entities WHERE id = $1"),
            new("found", """
                SELECT role.id, role.status, service.legal_entity_id
                  FROM employee_roles role
                  JOIN healthcare_services service ON service.id = role.healthcare_service_id
                 WHERE role.id = $2 AND role.is_active
                """, "FOR UPDATE OF role"),
        ],
        Rules =
        [
            new("1", "legal entity of the token is ACTIVE or SUSPENDED", $"provider.status IN {LegalEntityStatus.Working}",
                Refusal.Conflict("Legal entity must be ACTIVE or SUSPENDED")),
            new("2", "role exists and is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Employee role not found")),
            new("3", "role belongs, through its healthcare service, to the legal entity of the token", "found.legal_entity_id = $1",
                Refusal.Forbidden("Employee role belongs to another legal entity")),
            new("4", "status of the role is ACTIVE", $"found.status = '{EmployeeRoleStatus.Active}'",
                Refusal.Conflict("{current_status} employee role cannot be DEACTIVATED"), ("current_status", "found.status")),
        ],
        Write = $"""
            UPDATE employee_roles role
               SET end_date = now(), status = '{EmployeeRoleStatus.Inactive}', updated_at = now(), updated_by = $3
             WHERE role.id = $2 AND {Guard.Allowed}
            """,
        Row = Rows.EmployeeRole,
    };

    public static readonly MethodCard Card = new("API-005-007-004-0127", "Deactivate employee role",
        "PATCH", "/api/employee_roles/{id}/actions/deactivate", Family.IlMis, "employee_role:write")
    {
        Purpose = "Deactivates a previously added employee role",
        Handle = Handle,
        HasPersonalData = true,
        Validations = Deactivation.Rules,
        BrokenNow = (database, it, ct) => Deactivation.Explain(database, ct, it.ClientId, it.Id, it.UserId),
        Answer = typeof(EmployeeRole),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Deactivation.Run(work, ct, caller.ClientId, id.Value ?? Guid.Empty, caller.UserId);
}
