using Esoz.Codes;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Divisions;

/// <summary>Activate division (employee-roles §6.3).</summary>
public static class ActivateDivision
{
    private static readonly Validation DivisionExists = new("1", "division exists and is_active = true",
        Refusal.NotFound("Division not found"));

    private static readonly Validation DivisionIsOwn = new("2", "division belongs to the legal entity of the token",
        Refusal.Forbidden("Division belongs to another legal entity"));

    private static readonly Validation LegalEntityIsWorking = new("3", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Legal entity is not active"));

    private static readonly Validation DivisionIsInactive = new("4", "status of the division is INACTIVE",
        Refusal.Conflict("{current_status} division cannot be ACTIVATED"));

    public static readonly MethodCard Card = new("activate-division", "Activate division",
        "PATCH", "/api/divisions/{id}/actions/activate", Family.IlMis, "division:activate")
    {
        Purpose = "Activates a division that was deactivated",
        Handle = Handle,
        Validations = [DivisionExists, DivisionIsOwn, LegalEntityIsWorking, DivisionIsInactive],
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var found = await LoadAndWrite(database, caller, id, ct);

        if (found is null)
            return DivisionExists;

        if (found.LegalEntityId != caller.ClientId)
            return DivisionIsOwn;

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (found.StatusBefore != "INACTIVE")
            return DivisionIsInactive.With("current_status", found.StatusBefore);

        return Reply.Data(found.Division!);
    }

    private static async Task<Found?> LoadAndWrite(PostgresDatabase database, Caller caller, PathId id, CancellationToken ct)
    {
        await using var command = database.Command(Sql, id.Value ?? Guid.Empty, caller.ClientId, caller.UserId);
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        var column = new RowCursor(row);
        return new(column.Uuid(), column.Text(), column.TextOrNull(), column.IsNull ? null : Rows.Division.Read(row, 3));
    }

    /// <param name="LegalEntityStatus">Of the legal entity of the token; null when it has none.</param>
    /// <param name="Division">The division as it is now; null when it was not written.</param>
    private sealed record Found(Guid LegalEntityId, string StatusBefore, string? LegalEntityStatus, Division? Division);

    /// <summary>
    /// One statement loads what the validations look at and writes only when all of them hold: one round trip and one commit. The lock
    /// on the division makes the second of two simultaneous calls see the first one's status.
    /// </summary>
    private static readonly string Sql = $"""
        WITH provider AS (
          SELECT status FROM legal_entities WHERE id = $2
        ), found AS (
          SELECT id, legal_entity_id, status FROM divisions WHERE id = $1 AND is_active FOR NO KEY UPDATE
        ), division AS (
          UPDATE divisions division
             SET status = 'ACTIVE', updated_at = now(), updated_by = $3
            FROM provider, found
           WHERE division.id = found.id
             AND found.legal_entity_id = $2
             AND provider.status IN {LegalEntityStatus.Working}
             AND found.status = 'INACTIVE'
          RETURNING division.*
        )
        SELECT found.legal_entity_id, found.status, provider.status, {Rows.Division.Columns}
          FROM found
          LEFT JOIN provider ON true
          LEFT JOIN division ON true
        """;
}
