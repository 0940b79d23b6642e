namespace Esoz.LegalEntities;

/// <summary>Get legal entity by ID (employee-roles §6.1).</summary>
public static class GetLegalEntity
{
    private static readonly Validation LegalEntityExists = new("1", "legal entity exists and is_active = true",
        Refusal.NotFound("Legal entity not found"));

    private static readonly Validation LegalEntityIsOwn = new(
        "2", "legal entity is that of the token, unless the client is a MIS or the NHS",
        Refusal.Forbidden("Access denied"));

    public static readonly MethodCard Card = new("get-legal-entity-by-id", "Get legal entity by ID",
        "GET", "/api/v2/legal_entities/{id}", Family.IlMis, "legal_entity:read")
    {
        Purpose = "Gets one legal entity with its details",
        Handle = Handle,
        HasPersonalData = false,
        Validations = [LegalEntityExists, LegalEntityIsOwn],
        Answer = typeof(LegalEntityDetails),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var found = await Rows.LegalEntityDetails.ReadOne(database.Command(Rows.SelectLegalEntityDetails, id.Value ?? Guid.Empty), ct);

        if (found is not { IsActive: true } legalEntity)
            return LegalEntityExists;

        if (!caller.SeesAll && legalEntity.Id != caller.ClientId)
            return LegalEntityIsOwn;

        return Reply.Data(legalEntity);
    }
}
