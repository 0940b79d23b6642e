using Esoz.Codes;

namespace Esoz.Divisions;

/// <summary>Get divisions (employee-roles §6.3).</summary>
public static class GetDivisions
{
    private static readonly Validation LegalEntityIsWorking = new(
        "1", "legal entity of the token is ACTIVE or SUSPENDED; MIS and NHS need none",
        Refusal.Unprocessable(Invalid.Query("legal_entity_id", Rule.Business("Legal entity is not active"))));

    public static readonly MethodCard Card = new("get-divisions", "Get divisions",
        "GET", "/api/divisions", Family.IlMis, "division:read")
    {
        Purpose = "Gets the divisions of the caller's legal entity; for MIS and NHS those of all",
        Handle = Handle,
        HasPersonalData = false,
        Query =
        [
            new("ids", QueryType.Uuids, "Divisions with these ids, separated by commas.", "division.id = ANY ({0})"),
            new("name", QueryType.Text, "Divisions whose name contains this text, in any case.",
                "strpos(lower(division.name), lower({0})) > 0"),
            new("legal_entity_id", QueryType.Uuid, "Divisions of this legal entity.", "division.legal_entity_id = {0}"),
            new("type", QueryType.Text, "Divisions of this type; dictionary DIVISION_TYPE.", "division.type = {0}"),
            new("status", QueryType.OneOf(DivisionStatus.All), "Divisions in this status, in any letter case.", "division.status = {0}"),
            .. PageRequest.Parameters,
        ],
        Validations = [LegalEntityIsWorking],
        Answer = typeof(IReadOnlyList<Division>),
    };

    public static async Task<Reply> Handle(Caller caller, QueryReader query, ReadDatabase database, CancellationToken ct)
    {
        var divisions = new FilteredList("divisions", "division")
            .Where("division.is_active")
            .OfOwner($"division.legal_entity_id = (SELECT id FROM legal_entities WHERE id = {{0}} AND status IN {LegalEntityStatus.Working})",
                caller.OnlyLegalEntity)
            .Where(query);
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        var (items, total) = await divisions.Read(database, page, Rows.Division, ct);

        // The list of a legal entity that is not working is always empty, so only an empty list needs this check.
        if (total == 0 && !caller.SeesAll && !LegalEntityStatus.IsWorking(await StatusOf(caller.ClientId, database, ct)))
            return LegalEntityIsWorking;

        return Reply.Page(items, Paging.Of(page, total));
    }

    private static Task<string?> StatusOf(Guid legalEntity, PostgresDatabase database, CancellationToken ct) =>
        database.Command("SELECT status FROM legal_entities WHERE id = $1", legalEntity).ReadValue<string?>(ct);
}
