namespace Esoz.Tests.Contracts;

/// <summary>Lists of the records of contracts (contracts §6).</summary>
public abstract class ContractRecordList(Registry registry, ContractRecord kind)
{
    private Given Given => registry.Given;

    [Theory(DisplayName =
        "Shows the records of contracts of type GB_CBP, deleted contracts included, oldest first, with every member in order, whoever reads them")]
    [InlineData("NHS")]
    [InlineData("MIS")]
    [InlineData("MSP")]
    public async Task Lists(string clientType)
    {
        var contractor = await Given.LegalEntity();
        var (contract, deleted, capitation) = (await Given.Contract(contractor), await Given.Contract(contractor, isActive: false),
            await Given.Contract(contractor, type: "CAPITATION"));
        var records = new[] { await Insert(contract), await Insert(deleted), await Insert(contract) };
        var hidden = new[] { await Insert(contract, isActive: false), await Insert(capitation) };
        var reader = Guid.NewGuid();
        await Given.Client(reader, clientType);
        var credential = (await Given.Token(reader, "private_contracts:read")) with { ApiKey = await Given.ApiKey("NHS") };

        var answer = (await registry.Send("GET", $"{kind.Path}?contract_id={contract}", credential)).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":2,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal([records[0], records[2]], answer.Ids());
        Assert.Equal(kind.Members, answer.Data[0].EnumerateObject().Select(member => member.Name));
        var all = (await registry.Send("GET", $"{kind.Path}?page_size=500", credential)).Succeeded().Ids();
        Assert.Equal(records, all.Where(id => records.Contains(id) || hidden.Contains(id)));
    }

    [Fact(DisplayName = "Pages of two, from either end")]
    public async Task Pages()
    {
        var contract = await Given.Contract(await Given.LegalEntity());
        var records = new List<Guid>();
        for (var i = 0; i < 5; i++)
            records.Add(await Insert(contract));

        for (var page = 1; page <= 4; page++)
        {
            var answer = await Get($"contract_id={contract}&page={page}&page_size=2");

            Assert.Equal(records.Skip((page - 1) * 2).Take(2), answer.Succeeded().Ids());
            Assert.Equal($$"""{"page_number":{{page}},"page_size":2,"total_entries":5,"total_pages":3}""", answer.Json.GetProperty("paging")
                .GetRawText());
        }
    }

    [Fact(DisplayName =
        "Each filter keeps what equals its value; together they narrow; an empty one counts as absent; deleted records are never shown")]
    public async Task Filters()
    {
        var (first, second) = (await Insert(await Given.Contract(await Given.LegalEntity())),
            await Insert(await Given.Contract(await Given.LegalEntity())));
        var deleted = await Insert(await Given.Contract(await Given.LegalEntity()), isActive: false);
        var row = await kind.Row(registry, first);

        foreach (var (filter, kept) in ((string Filter, Guid[] Kept)[])
        [
            .. kind.References.Select(column => ($"{column}={row[column]}", new[] { first })),
            ($"id={first.ToString().ToUpperInvariant()}", [first]),
            ($"id={deleted}", []),
            ($"contract_id={row["contract_id"]}&id={second}", []),
            ($"contract_id={Guid.NewGuid()}", []),
            ("is_active=true", [first, second]),
            ("is_active=false", []),
            ("id=&contract_id=&is_active=&unknown=1", [first, second]),
        ])
        {
            var ids = (await Get(filter + "&page_size=500")).Succeeded().Ids();
            Assert.True(
                kept.SequenceEqual(ids.Where(id => id == first || id == second || id == deleted)), $"{filter}: {string.Join(", ", ids)}");
        }
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("id=x", "id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("is_active=1", "is_active", "cast", "is invalid", """["boolean"]""")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task WrongForm(string query, string entry, string rule, string description, string parameters) =>
        (await Get(query)).IsIlQueryFault(entry, rule, description, parameters);

    [Fact(DisplayName = "A filter by another entity takes only a uuid")]
    public async Task NoUuid()
    {
        foreach (var column in kind.References)
            (await Get($"{column}=x")).IsIlQueryFault(column, "cast", "is invalid", """["uuid"]""");
    }

    private async Task<Answer> Get(string query) =>
        await registry.Send("GET", $"{kind.Path}?{query}", await Given.Nhs("private_contracts:read"));

    private Task<Guid> Insert(Guid contract, bool isActive = true) => kind.Insert(Given, contract, isActive);
}
