using System.Text.Json;
using Esoz.Cascades;
using Esoz.Dictionaries;
using Esoz.Platform.Schema;

namespace Esoz.Divisions;

/// <summary>Update division (employee-roles §6.3).</summary>
public static class UpdateDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateDivision));

    /// <summary>Takes the exclusive lock first: of two calls with addresses, the second one sees and replaces those of the first.</summary>
    private static readonly GuardedWrite<Division> Update = new()
    {
        Lock = Locks.Division,
        Sources =
        [
            new("provider", "SELECT status FROM legal_entities WHERE id = $2"),
            new("found", "SELECT id, legal_entity_id FROM divisions WHERE id = $1 AND is_active"),
        ],
        Rules =
        [
            DivisionRules.Exists with { Number = "2" },
            DivisionRules.IsOwn with { Number = "3" },
            DivisionRules.LegalEntityIsWorking with { Number = "4" },
        ],
        Write = $"""
            UPDATE divisions division
               SET name = coalesce($4, division.name),
                   phones = coalesce($5::jsonb, division.phones),
                   email = coalesce($6, division.email),
                   working_hours = CASE WHEN $7 THEN $8::jsonb ELSE division.working_hours END,
                   external_id = CASE WHEN $9 THEN $10 ELSE division.external_id END,
                   latitude = CASE WHEN $11 THEN $12 ELSE division.latitude END,
                   longitude = CASE WHEN $11 THEN $13 ELSE division.longitude END,
                   updated_at = now(), updated_by = $3
             WHERE division.id = $1 AND {Guard.Allowed}
            """,
        Effects =
        [
            """
            UPDATE division_addresses kept
               SET is_active = false, updated_at = now(), updated_by = $3
              FROM division
             WHERE kept.division_id = division.id AND kept.is_active AND $15::json IS NOT NULL
            """,
            DivisionAddressRow.Insert("$14", "$15", "$3"),
        ],
        Row = Rows.Division,
    };

    public static readonly MethodCard Card = new("update-division", "Update division",
        "PATCH", "/api/divisions/{id}", Family.IlMis, "division:write")
    {
        Purpose = "Updates the members of a division that the body names; type and legal_entity_id never change",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = [DivisionRules.HasOneResidence, .. Update.Rules],
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId id, Body body, DictionaryCodes dictionaries, Work work, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;
        if (!DivisionRules.IsOneResidence(request.Addresses))
            return DivisionRules.HasOneResidence;

        var written = await Update.Run(work, ct,
            id.Value ?? Guid.Empty, caller.ClientId, caller.UserId, request.Name, request.Phones?.GetRawText(), request.Email,
            body.Has("working_hours"), request.WorkingHours?.GetRawText(), body.Has("external_id"), request.ExternalId,
            body.Has("location"), request.Location?.Latitude, request.Location?.Longitude,
            DivisionAddressRow.NewIds(request.Addresses), DivisionAddressRow.Json(request.Addresses));
        // The statement does not see the addresses that it inserts itself.
        return written.Show(division => division with { Addresses = request.Addresses ?? division.Addresses });
    }

    /// <summary>
    /// <see cref="Body.Has"/> distinguishes a null member from an absent one; members that may not be null are null only when absent.
    /// </summary>
    private sealed record Request(string? Name, IReadOnlyList<DivisionAddress>? Addresses, JsonElement? Phones, string? Email,
        JsonElement? WorkingHours, Location? Location, string? ExternalId);
}
