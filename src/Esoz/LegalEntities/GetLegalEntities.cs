using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.LegalEntities;

/// <summary>Get legal entities (employee-roles §6.1).</summary>
public static class GetLegalEntities
{
    public static readonly MethodCard Card = new("get-legal-entities", "Get legal entities",
        "GET", "/api/v2/legal_entities", Family.IlMis, "legal_entity:read")
    {
        Purpose = "Gets legal entities: the caller's own, or all of them for MIS and NHS",
        Handle = Handle,
        Query =
        [
            new("edrpou", "string", "Code of the legal entity in the state register."),
            new("legal_entity_id", "uuid", "The legal entity with this id."),
            new("settlement_id", "uuid", "Legal entities whose residence address is in this settlement."),
            new("type", "string", $"One of {string.Join(", ", LegalEntityType.All)}, in any case."),
            new("status", "string", $"One of {string.Join(", ", LegalEntityStatus.All)}, in any case."),
            new("nhs_verified", "boolean", "Whether НСЗУ has verified it."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<LegalEntity>),
    };

    public static async Task<Reply> Handle(Caller caller, QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var legalEntities = new FilteredList("legal_entities", "legal_entity")
            .Where("legal_entity.is_active")
            .Of("legal_entity.id = {0}", caller.OnlyLegalEntity)
            .Where("legal_entity.edrpou = {0}", query.Text("edrpou"))
            .Where("legal_entity.id = {0}", query.Uuid("legal_entity_id"))
            .Where("legal_entity.residence_address ->> 'settlement_id' = {0}", query.Uuid("settlement_id")?.ToString())
            .Where("legal_entity.type = {0}", query.OneOf("type", LegalEntityType.All))
            .Where("legal_entity.status = {0}", query.OneOf("status", LegalEntityStatus.All))
            .Where("legal_entity.nhs_verified = {0}", query.Flag("nhs_verified"));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await legalEntities.Page(database, page, Rows.LegalEntity, ct);
    }
}
