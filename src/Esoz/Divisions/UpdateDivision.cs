using System.Text.Json;
using Esoz.Codes;
using Esoz.Dictionaries;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.Divisions;

/// <summary>Update division (employee-roles §6.3).</summary>
public static class UpdateDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateDivision));

    private static readonly Validation DivisionExists = new("2", "division exists and is_active = true",
        Refusal.NotFound("Division not found"));

    private static readonly Validation DivisionIsOwn = new("3", "division belongs to the legal entity of the token",
        Refusal.Forbidden("Division belongs to another legal entity"));

    private static readonly Validation LegalEntityIsWorking = new("4", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Legal entity is not active"));

    public static readonly MethodCard Card = new("update-division", "Update division",
        "PATCH", "/api/divisions/{id}", Family.IlMis, "division:write")
    {
        Purpose = "Updates the members of a division that the body names; type and legal_entity_id never change",
        Handle = Handle,
        Body = Schema,
        Validations = [DivisionExists, DivisionIsOwn, LegalEntityIsWorking],
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, DictionaryCodes dictionaries, PostgresDatabase database, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;

        var found = await LoadAndWrite(database, caller, id, body, request, ct);

        if (found is null)
            return DivisionExists;

        if (found.LegalEntityId != caller.ClientId)
            return DivisionIsOwn;

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        return Reply.Data(found.Division! with { Addresses = request.Addresses ?? found.Division.Addresses });
    }

    private static async Task<Found?> LoadAndWrite(PostgresDatabase database, Caller caller, PathId id, Body body, Request request, CancellationToken ct)
    {
        var division = id.Value ?? Guid.Empty;
        await using var batch = database.LockThen(DivisionLock.Alone, division, Sql,
            division, caller.ClientId, caller.UserId, request.Name, request.Phones?.GetRawText(), request.Email,
            body.Has("working_hours"), request.WorkingHours?.GetRawText(), body.Has("external_id"), request.ExternalId,
            body.Has("location"), request.Location?.Latitude, request.Location?.Longitude,
            DivisionAddressRow.NewIds(request.Addresses), DivisionAddressRow.Json(request.Addresses));
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        if (!await row.ReadAsync(ct))
            return null;
        var column = new RowCursor(row);
        return new(column.Uuid(), column.TextOrNull(), column.IsNull ? null : Rows.Division.Read(row, 2));
    }

    /// <summary>A member that may be null is told from an absent one by <see cref="Body.Has"/>; the others are null only when they are absent.</summary>
    private sealed record Request(string? Name, IReadOnlyList<DivisionAddress>? Addresses, JsonElement? Phones, string? Email,
        JsonElement? WorkingHours, Location? Location, string? ExternalId);

    /// <param name="LegalEntityStatus">Of the legal entity of the token; null when it has none.</param>
    /// <param name="Division">The division as it is now, its addresses as they were before; null when it was not written.</param>
    private sealed record Found(Guid LegalEntityId, string? LegalEntityStatus, Division? Division);

    /// <summary>
    /// Writes when the validations hold. It begins when the division is locked alone: of two calls with addresses the second one sees, and
    /// replaces, those of the first.
    /// </summary>
    private static readonly string Sql = $"""
        WITH provider AS (
          SELECT status FROM legal_entities WHERE id = $2
        ), found AS (
          SELECT id, legal_entity_id FROM divisions WHERE id = $1 AND is_active
        ), division AS (
          UPDATE divisions division
             SET name = coalesce($4, division.name),
                 phones = coalesce($5::jsonb, division.phones),
                 email = coalesce($6, division.email),
                 working_hours = CASE WHEN $7 THEN $8::jsonb ELSE division.working_hours END,
                 external_id = CASE WHEN $9 THEN $10 ELSE division.external_id END,
                 latitude = CASE WHEN $11 THEN $12 ELSE division.latitude END,
                 longitude = CASE WHEN $11 THEN $13 ELSE division.longitude END,
                 updated_at = now(), updated_by = $3
            FROM provider, found
           WHERE division.id = found.id
             AND found.legal_entity_id = $2
             AND provider.status IN {LegalEntityStatus.Working}
          RETURNING division.*
        ), replaced AS (
          UPDATE division_addresses kept
             SET is_active = false, updated_at = now(), updated_by = $3
            FROM division
           WHERE kept.division_id = division.id AND kept.is_active AND $15::json IS NOT NULL
        ), address AS (
        {DivisionAddressRow.Insert("$14", "$15", "$3")}
        )
        SELECT found.legal_entity_id, provider.status, {Rows.Division.Columns}
          FROM found
          LEFT JOIN provider ON true
          LEFT JOIN division ON true
        """;
}
