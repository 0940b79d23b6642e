using System.Text.Json;
using Esoz.Codes;
using Esoz.Dictionaries;
using Esoz.LegalEntities;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Divisions;

/// <summary>Create division (employee-roles §6.3).</summary>
public static class CreateDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateDivision));

    private static readonly Validation LegalEntityIsWorking = new("2", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Legal entity is not active"));

    private static readonly Validation DivisionIsOwn = new("3", "legal_entity_id, when it is given, is the legal entity of the token",
        Refusal.Unprocessable("Division should belong to your legal entity", "$.legal_entity_id"));

    public static readonly MethodCard Card = new("create-division", "Create division",
        "POST", "/api/divisions", Family.IlMis, "division:write")
    {
        Purpose = "Creates a division of the caller's legal entity",
        Handle = Handle,
        Body = Schema,
        Validations = [LegalEntityIsWorking, DivisionIsOwn],
        Success = StatusCodes.Status201Created,
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, DictionaryCodes dictionaries, PostgresDatabase database, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(database, caller, request, ct);

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (request.LegalEntityId is { } legalEntity && legalEntity != caller.ClientId)
            return DivisionIsOwn;

        return Reply.Data(found.Division! with { Addresses = request.Addresses });
    }

    private static async Task<Found> LoadAndWrite(PostgresDatabase database, Caller caller, Request request, CancellationToken ct)
    {
        await using var batch = database.LockThen(LegalEntityLock.Share, caller.ClientId, Sql,
            caller.ClientId, request.LegalEntityId, Guid.NewGuid(), request.ExternalId, request.Name, request.Type, request.Phones.GetRawText(), request.Email,
            request.Location?.Latitude, request.Location?.Longitude, request.WorkingHours?.GetRawText(), caller.UserId,
            DivisionAddressRow.NewIds(request.Addresses), DivisionAddressRow.Json(request.Addresses));
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.TextOrNull(), column.IsNull ? null : Rows.Division.Read(row, 1));
    }

    private sealed record Request(string Name, IReadOnlyList<DivisionAddress> Addresses, JsonElement Phones, string Email, string Type,
        JsonElement? WorkingHours, Location? Location, string? ExternalId, Guid? LegalEntityId);

    /// <param name="Division">The new division; null when it was not written.</param>
    private sealed record Found(string? LegalEntityStatus, Division? Division);

    /// <summary>Writes the division and its addresses when the validations hold. The legal entity is locked: it is not closed in between.</summary>
    private static readonly string Sql = $"""
        WITH provider AS (
          SELECT status FROM legal_entities WHERE id = $1
        ), division AS (
          INSERT INTO divisions AS division (id, legal_entity_id, external_id, name, type, phones, email, latitude, longitude, working_hours,
                                             status, is_active, inserted_at, inserted_by, updated_at, updated_by)
          SELECT $3, $1, $4, $5, $6, $7::jsonb, $8, $9, $10, $11::jsonb, 'ACTIVE', true, now(), $12, now(), $12
            FROM provider
           WHERE provider.status IN {LegalEntityStatus.Working}
             AND coalesce($2, $1) = $1
          RETURNING division.*
        ), address AS (
        {DivisionAddressRow.Insert("$13", "$14", "$12")}
        )
        SELECT provider.status, {Rows.Division.Columns}
          FROM (SELECT) one
          LEFT JOIN provider ON true
          LEFT JOIN division ON true
        """;
}
