namespace Esoz.Divisions;

/// <summary>Get division by ID (employee-roles §6.3).</summary>
public static class GetDivision
{
    private static readonly Validation DivisionExists = new("1", "division exists and is_active = true", DivisionRules.Exists.Refusal);

    private static readonly Validation DivisionIsOwn = new("2", "division belongs to the legal entity of the token; MIS and NHS see all",
        DivisionRules.IsOwn.Refusal);

    public static readonly MethodCard Card = new("get-division-by-id", "Get division by ID",
        "GET", "/api/divisions/{id}", Family.IlMis, "division:details")
    {
        Purpose = "Gets one division",
        Handle = Handle,
        HasPersonalData = false,
        Validations = [DivisionExists, DivisionIsOwn],
        Answer = typeof(Division),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        if (await Rows.Division.ReadOne(database.Command(Sql, id.Value ?? Guid.Empty), ct) is not { } division)
            return DivisionExists;

        if (!caller.SeesAll && division.LegalEntityId != caller.ClientId)
            return DivisionIsOwn;

        return Reply.Data(division);
    }

    private static readonly string Sql =
        $"SELECT {Rows.Division.Columns} FROM divisions division WHERE division.id = $1 AND division.is_active";
}
