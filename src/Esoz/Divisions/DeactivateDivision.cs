using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Divisions;

/// <summary>Deactivate division (employee-roles §6.3).</summary>
public static class DeactivateDivision
{
    private static readonly Validation DivisionExists = new("1", "division exists and is_active = true",
        Refusal.NotFound("Division not found"));

    private static readonly Validation DivisionIsOwn = new("2", "division belongs to the legal entity of the token",
        Refusal.Forbidden("Division belongs to another legal entity"));

    private static readonly Validation NoHealthcareServices = new("3", "no healthcare service of the division is ACTIVE and is_active",
        Refusal.Conflict("Division cannot be deactivated - active healthcare services exists"));

    private static readonly Validation NoEmployees = new("4", "no employee of the division is APPROVED and is_active",
        Refusal.Conflict("Division cannot be deactivated - active employees exists"));

    private static readonly Validation DivisionIsActive = new("5", "status of the division is ACTIVE",
        Refusal.Conflict("{current_status} division cannot be DEACTIVATED"));

    public static readonly MethodCard Card = new("deactivate-division", "Deactivate division",
        "PATCH", "/api/divisions/{id}/actions/deactivate", Family.IlMis, "division:deactivate")
    {
        Purpose = "Deactivates a division in which no service is given and nobody works any more",
        Handle = Handle,
        Validations = [DivisionExists, DivisionIsOwn, NoHealthcareServices, NoEmployees, DivisionIsActive],
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var found = await LoadAndWrite(database, caller, id, ct);

        if (found is null)
            return DivisionExists;

        if (found.LegalEntityId != caller.ClientId)
            return DivisionIsOwn;

        if (found.HasHealthcareServices)
            return NoHealthcareServices;

        if (found.HasEmployees)
            return NoEmployees;

        if (found.StatusBefore != "ACTIVE")
            return DivisionIsActive.With("current_status", found.StatusBefore);

        return Reply.Data(found.Division!);
    }

    private static async Task<Found?> LoadAndWrite(PostgresDatabase database, Caller caller, PathId id, CancellationToken ct)
    {
        var division = id.Value ?? Guid.Empty;
        await using var batch = database.LockThen(DivisionLock.Alone, division, Sql, division, caller.ClientId, caller.UserId);
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        var column = new RowCursor(row);
        return new(column.Uuid(), column.Flag(), column.Flag(), column.Text(), column.IsNull ? null : Rows.Division.Read(row, 4));
    }

    /// <param name="Division">The division as it is now; null when it was not written.</param>
    private sealed record Found(Guid LegalEntityId, bool HasHealthcareServices, bool HasEmployees, string StatusBefore, Division? Division);

    /// <summary>
    /// Loads what the validations look at and writes only when all of them hold. It begins when the division is locked alone: a service that
    /// is being added to it was waited for and is seen.
    /// </summary>
    private static readonly string Sql = $"""
        WITH found AS (
          SELECT id, legal_entity_id, status,
                 EXISTS (SELECT FROM healthcare_services WHERE division_id = $1 AND status = 'ACTIVE' AND is_active) AS has_services,
                 EXISTS (SELECT FROM employees WHERE division_id = $1 AND status = 'APPROVED' AND is_active) AS has_employees
            FROM divisions
           WHERE id = $1 AND is_active
        ), division AS (
          UPDATE divisions division
             SET status = 'INACTIVE', updated_at = now(), updated_by = $3
            FROM found
           WHERE division.id = found.id
             AND found.legal_entity_id = $2
             AND NOT found.has_services
             AND NOT found.has_employees
             AND found.status = 'ACTIVE'
          RETURNING division.*
        )
        SELECT found.legal_entity_id, found.has_services, found.has_employees, found.status, {Rows.Division.Columns}
          FROM found
          LEFT JOIN division ON true
        """;
}
