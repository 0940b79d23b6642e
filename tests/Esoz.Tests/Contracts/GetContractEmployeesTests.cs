namespace Esoz.Tests.Contracts;

/// <summary>API-005-002-001-0036 Private. Get contract employees (contracts §6).</summary>
public sealed class GetContractEmployeesTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_employees";

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
        var records = new[] { await Given.ContractEmployee(contract), await Given.ContractEmployee(deleted),
            await Given.ContractEmployee(contract) };
        var hidden = new[] { await Given.ContractEmployee(contract, isActive: false), await Given.ContractEmployee(capitation) };
        var reader = Guid.NewGuid();
        await Given.Client(reader, clientType);
        var credential = (await Given.Token(reader, "private_contracts:read")) with { ApiKey = await Given.ApiKey("NHS") };

        var answer = (await registry.Send("GET", $"{Path}?contract_id={contract}", credential)).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":2,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal([records[0], records[2]], answer.Ids());
        Assert.Equal(
            ["id", "staff_units", "declaration_limit", "employee_id", "division_id", "contract_id", "start_date", "end_date", "is_active",
                "inserted_at", "inserted_by", "updated_at", "updated_by"],
            answer.Data[0].EnumerateObject().Select(member => member.Name));
        var all = (await registry.Send("GET", $"{Path}?page_size=500", credential)).Succeeded().Ids();
        Assert.Equal(records, all.Where(id => records.Contains(id) || hidden.Contains(id)));
    }

    [Fact(DisplayName = "Pages of two, from either end")]
    public async Task Pages()
    {
        var contract = await Given.Contract(await Given.LegalEntity());
        var records = new List<Guid>();
        for (var i = 0; i < 5; i++)
            records.Add(await Given.ContractEmployee(contract));

        for (var page = 1; page <= 4; page++)
        {
            var answer = await Get($"contract_id={contract}&page={page}&page_size=2");

            Assert.Equal(records.Skip((page - 1) * 2).Take(2), answer.Succeeded().Ids());
            Assert.Equal($$"""{"page_number":{{page}},"page_size":2,"total_entries":5,"total_pages":3}""", answer.Json.GetProperty("paging")
                .GetRawText());
        }
    }

    [Fact(DisplayName =
        "Each filter selects by its value; several are combined with AND; an empty one counts as absent; deleted records are never shown")]
    public async Task Filters()
    {
        var (first, second) = (await Given.ContractEmployee(await Given.Contract(await Given.LegalEntity())),
            await Given.ContractEmployee(await Given.Contract(await Given.LegalEntity())));
        var deleted = await Given.ContractEmployee(await Given.Contract(await Given.LegalEntity()), isActive: false);
        var row = Assert.Single(await registry.Rows("SELECT * FROM contract_employees WHERE id = $1", first));

        foreach (var (filter, kept) in new (string, Guid[])[]
        {
            ($"id={first.ToString().ToUpperInvariant()}", [first]),
            ($"id={deleted}", []),
            ($"employee_id={row["employee_id"]}", [first]),
            ($"division_id={row["division_id"]}", [first]),
            ($"contract_id={row["contract_id"]}", [first]),
            ($"contract_id={row["contract_id"]}&id={second}", []),
            ($"contract_id={Guid.NewGuid()}", []),
            ("is_active=true", [first, second]),
            ("is_active=false", []),
            ("id=&contract_id=&is_active=&unknown=1", [first, second]),
        })
        {
            var ids = (await Get(filter + "&page_size=500")).Succeeded().Ids();
            Assert.True(
                kept.SequenceEqual(ids.Where(id => id == first || id == second || id == deleted)), $"{filter}: {string.Join(", ", ids)}");
        }
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("id=x", "id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("employee_id=x", "employee_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("division_id=x", "division_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("contract_id=x", "contract_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("is_active=1", "is_active", "cast", "is invalid", """["boolean"]""")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters)
    {
        var answer = await Get(query);

        answer.IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, entry, description);
        Assert.Equal(
            $$"""[{"entry_type":"query_parameter","entry":"{{entry}}","rules":[{"rule":"{{rule}}","description":"{{description}}","params":{{parameters}}}]}]""",
            answer.Json.GetProperty("error").GetProperty("invalid").GetRawText());
    }

    private async Task<Answer> Get(string query) =>
        await registry.Send("GET", $"{Path}?{query}", await Given.Nhs("private_contracts:read"));
}
