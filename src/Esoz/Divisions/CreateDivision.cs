using System.Text.Json;
using Esoz.Cascades;
using Esoz.Codes;
using Esoz.Dictionaries;
using Esoz.Platform.Schema;

namespace Esoz.Divisions;

/// <summary>Create division (employee-roles §6.3).</summary>
public static class CreateDivision
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateDivision));

    /// <summary>The legal entity is locked, so that it is not closed in between.</summary>
    private static readonly GuardedWrite<Division> Creation = new()
    {
        Lock = Locks.LegalEntityShared,
        Sources = [new("provider", "SELECT status FROM legal_entities WHERE id = $1")],
        Rules =
        [
            DivisionRules.LegalEntityIsWorking with { Number = "2" },
            new("3", "legal_entity_id, when it is given, is the legal entity of the token", "coalesce($2, $1) = $1",
                Refusal.Unprocessable("Division should belong to your legal entity", "$.legal_entity_id")),
        ],
        Write = $"""
            INSERT INTO divisions AS division (id, legal_entity_id, external_id, name, type, phones, email, latitude, longitude,
              working_hours, status, is_active, inserted_at, inserted_by, updated_at, updated_by)
            SELECT $3, $1, $4, $5, $6, $7::jsonb, $8, $9, $10, $11::jsonb, '{DivisionStatus.Active}', true, now(), $12, now(), $12
             WHERE {Guard.Allowed}
            """,
        Effects = [DivisionAddressRow.Insert("$13", "$14", "$12")],
        Row = Rows.Division,
    };

    public static readonly MethodCard Card = new("create-division", "Create division",
        "POST", "/api/divisions", Family.IlMis, "division:write")
    {
        Purpose = "Creates a division of the caller's legal entity",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = [DivisionRules.HasOneResidence, .. Creation.Rules],
        Success = StatusCodes.Status201Created,
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, Body body, DictionaryCodes dictionaries, Work work, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, await dictionaries.For(Schema, ct), out var request, out var refusal))
            return refusal;
        if (!DivisionRules.IsOneResidence(request.Addresses))
            return DivisionRules.HasOneResidence;

        var written = await Creation.Run(work, ct,
            caller.ClientId, request.LegalEntityId, Guid.NewGuid(), request.ExternalId, request.Name, request.Type,
            request.Phones.GetRawText(), request.Email,
            request.Location?.Latitude, request.Location?.Longitude, request.WorkingHours?.GetRawText(), caller.UserId,
            DivisionAddressRow.NewIds(request.Addresses), DivisionAddressRow.Json(request.Addresses));
        return written.Show(division => division with { Addresses = request.Addresses });
    }

    private sealed record Request(string Name, IReadOnlyList<DivisionAddress> Addresses, JsonElement Phones, string Email, string Type,
        JsonElement? WorkingHours, Location? Location, string? ExternalId, Guid? LegalEntityId);
}
