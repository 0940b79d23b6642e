using Esoz.Codes;

namespace Esoz.LegalEntities;

/// <summary>Get legal entities (employee-roles §6.1).</summary>
public static class GetLegalEntities
{
    public static readonly MethodCard Card = new("get-legal-entities", "Get legal entities",
        "GET", "/api/v2/legal_entities", Family.IlMis, "legal_entity:read")
    {
        Purpose = "Gets legal entities: the caller's own, or all of them for MIS and NHS",
        Handle = Handle,
        HasPersonalData = false,
        Query =
        [
            new("edrpou", QueryType.Text, "Code of the legal entity in the state register.", "legal_entity.edrpou = {0}"),
            new("legal_entity_id", QueryType.Uuid, "The legal entity with this id.", "legal_entity.id = {0}"),
            new("settlement_id", QueryType.Uuid, "Legal entities whose residence address is in this settlement.",
                "legal_entity.residence_address ->> 'settlement_id' = {0}::text"),
            new("type", QueryType.OneOf(LegalEntityType.All), "Legal entities of this type, in any letter case.",
                "legal_entity.type = {0}"),
            new("status", QueryType.OneOf(LegalEntityStatus.All), "Legal entities in this status, in any letter case.",
                "legal_entity.status = {0}"),
            new("nhs_verified", QueryType.Flag, "Whether НСЗУ has verified it.", "legal_entity.nhs_verified = {0}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<LegalEntity>),
    };

    public static Task<Reply> Handle(Caller caller, QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("legal_entities", "legal_entity")
            .Where("legal_entity.is_active")
            .OfOwner("legal_entity.id = {0}", caller.OnlyLegalEntity)
            .Page(query, database, Rows.LegalEntity, ct);
}
