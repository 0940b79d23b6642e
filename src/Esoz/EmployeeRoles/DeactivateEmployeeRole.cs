using Esoz.Codes;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.EmployeeRoles;

/// <summary>API-005-007-004-0127 Deactivate employee role (employee-roles §5).</summary>
public static class DeactivateEmployeeRole
{
    private static readonly Validation LegalEntityIsWorking = new("1", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Legal entity must be ACTIVE or SUSPENDED"));

    private static readonly Validation RoleExists = new("2", "role exists and is_active = true",
        Refusal.NotFound("Employee role not found"));

    private static readonly Validation RoleIsOwn = new("3", "role belongs, through its healthcare service, to the legal entity of the token",
        Refusal.Forbidden("Employee role belongs to another legal entity"));

    private static readonly Validation RoleIsActive = new("4", "status of the role is ACTIVE",
        Refusal.Conflict("{current_status} employee role cannot be DEACTIVATED"));

    public static readonly MethodCard Card = new("API-005-007-004-0127", "Deactivate employee role",
        "PATCH", "/api/employee_roles/{id}/actions/deactivate", Family.IlMis, "employee_role:write")
    {
        Purpose = "Deactivates a previously added employee role",
        Handle = Handle,
        Validations = [LegalEntityIsWorking, RoleExists, RoleIsOwn, RoleIsActive],
        Answer = typeof(EmployeeRole),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var found = await LoadAndWrite(database, caller, id, ct);

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (found.Role is not { } role)
            return RoleExists;

        if (found.LegalEntityId != caller.ClientId)
            return RoleIsOwn;

        if (found.StatusBefore != "ACTIVE")
            return RoleIsActive.With("current_status", found.StatusBefore!);

        return Reply.Data(role);
    }

    private static async Task<Found> LoadAndWrite(PostgresDatabase database, Caller caller, PathId id, CancellationToken ct)
    {
        await using var command = database.Command(Sql, caller.ClientId, id.Value ?? Guid.Empty, caller.UserId);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var legalEntityStatus = row.IsDBNull(0) ? null : row.GetString(0);
        return row.IsDBNull(1)
            ? new(legalEntityStatus, null, null, null)
            : new(legalEntityStatus, row.GetGuid(1), row.GetString(2), Rows.EmployeeRole.Read(row, 3));
    }

    /// <param name="Role">The role as it is after the statement.</param>
    private sealed record Found(string? LegalEntityStatus, Guid? LegalEntityId, string? StatusBefore, EmployeeRole? Role);

    /// <summary>
    /// One statement loads what the validations look at and writes only when all of them hold: one round trip and one commit. The lock
    /// on the role makes the second of two simultaneous calls see the first one's status.
    /// </summary>
    internal const string Sql = $"""
        WITH provider AS (
          SELECT status FROM legal_entities WHERE id = $1
        ), found AS (
          SELECT role.*, service.legal_entity_id
            FROM employee_roles role
            JOIN healthcare_services service ON service.id = role.healthcare_service_id
           WHERE role.id = $2 AND role.is_active
             FOR UPDATE OF role
        ), written AS (
          UPDATE employee_roles role
             SET end_date = now(), status = 'INACTIVE', updated_at = now(), updated_by = $3
            FROM provider, found
           WHERE role.id = found.id
             AND provider.status IN {LegalEntityStatus.Working}
             AND found.legal_entity_id = $1
             AND found.status = 'ACTIVE'
          RETURNING role.end_date, role.status, role.updated_at, role.updated_by
        )
        SELECT provider.status, found.legal_entity_id, found.status,
               found.id, found.healthcare_service_id, found.employee_id, found.start_date, written.end_date,
               coalesce(written.status, found.status), found.is_active,
               found.inserted_at, found.inserted_by, written.updated_at, written.updated_by
          FROM (SELECT) one
          LEFT JOIN provider ON true
          LEFT JOIN found ON true
          LEFT JOIN written ON true
        """;
}
