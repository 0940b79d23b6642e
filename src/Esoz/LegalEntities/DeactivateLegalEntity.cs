using Esoz.Cascades;
using Esoz.Codes;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Npgsql;

namespace Esoz.LegalEntities;

/// <summary>Deactivate legal entity (employee-roles §6.1, §7).</summary>
public static class DeactivateLegalEntity
{
    private static readonly Validation LegalEntityExists = new("1", "legal entity exists",
        Refusal.NotFound("Legal entity not found"));

    private static readonly Validation LegalEntityIsOwn = new("2", "legal entity is that of the token, unless the client is the NHS",
        Refusal.Forbidden("Access denied"));

    private static readonly Validation LegalEntityIsWorking = new("3", "is_active = true and status of the legal entity is ACTIVE or SUSPENDED",
        Refusal.Conflict("Invalid transition"));

    public static readonly MethodCard Card = new("deactivate-legal-entity", "Deactivate legal entity",
        "PATCH", "/api/legal_entities/{id}/actions/deactivate", Family.IlMis, "legal_entity:deactivate")
    {
        Purpose = "Closes a legal entity: its employees leave, their roles end, its contracts are terminated",
        Handle = Handle,
        Validations = [LegalEntityExists, LegalEntityIsOwn, LegalEntityIsWorking],
        Answer = typeof(LegalEntityDetails),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var legalEntity = id.Value ?? Guid.Empty;
        // Rare, and of as many steps as the page has effects: a transaction instead of one statement.
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);

        if (await Lock(connection, legalEntity, ct) is not { } found)
            return LegalEntityExists;

        if (legalEntity != caller.ClientId && caller.ClientType != "NHS")
            return LegalEntityIsOwn;

        if (!found.IsActive || !LegalEntityStatus.IsWorking(found.Status))
            return LegalEntityIsWorking;

        // Processing
        await LegalEntityClosure.Close(connection, legalEntity, caller.UserId, ct);
        var select = PostgresDatabase.Command(connection, Rows.SelectLegalEntityDetails, legalEntity);
        var closed = await Rows.LegalEntityDetails.ReadOne(select, ct);
        await transaction.CommitAsync(ct);
        return Reply.Data(closed!);
    }

    private static async Task<Found?> Lock(NpgsqlConnection connection, Guid legalEntity, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, LegalEntityLock.Alone, legalEntity);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new(row.GetBoolean(0), row.GetString(1)) : null;
    }

    private sealed record Found(bool IsActive, string Status);
}
