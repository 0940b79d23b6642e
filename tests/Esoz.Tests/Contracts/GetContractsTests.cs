namespace Esoz.Tests.Contracts;

/// <summary>Private. Get contracts (contracts §6).</summary>
public sealed class GetContractsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts";

    private Given Given => registry.Given;

    [Theory(DisplayName =
        "Shows the contracts of type GB_CBP that are not deleted, oldest first, with every member in order, whoever reads them")]
    [InlineData("NHS")]
    [InlineData("MIS")]
    [InlineData("MSP")]
    public async Task Lists(string clientType)
    {
        var contractor = await Given.LegalEntity();
        var contracts = new[] { await Given.Contract(contractor), await Given.Contract(contractor, status: "TERMINATED"),
            await Given.Contract(contractor) };
        await Given.Contract(contractor, isActive: false);
        await Given.Contract(contractor, type: "CAPITATION");
        await Given.Contract(contractor, type: "REIMBURSEMENT");
        var foreign = await Given.Contract(await Given.LegalEntity());
        var reader = Guid.NewGuid();
        await Given.Client(reader, clientType);
        var credential = (await Given.Token(reader, "private_contracts:read")) with { ApiKey = await Given.ApiKey("NHS") };

        var answer = (await registry.Send("GET", $"{Path}?contractor_legal_entity_id={contractor}", credential)).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":3,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal(contracts, answer.Ids());
        Assert.Equal(ContractCase.Members, answer.Data[0].EnumerateObject().Select(member => member.Name));
        var all = (await registry.Send("GET", $"{Path}?page_size=500", credential)).Succeeded().Ids();
        Assert.Equal([.. contracts, foreign], all.Where(id => contracts.Contains(id) || id == foreign));
    }

    [Fact(DisplayName = "Pages of two, from either end")]
    public async Task Pages()
    {
        var contractor = await Given.LegalEntity();
        var contracts = new List<Guid>();
        for (var i = 0; i < 5; i++)
            contracts.Add(await Given.Contract(contractor));

        for (var page = 1; page <= 4; page++)
        {
            var answer = await Get($"contractor_legal_entity_id={contractor}&page={page}&page_size=2");

            Assert.Equal(contracts.Skip((page - 1) * 2).Take(2), answer.Succeeded().Ids());
            Assert.Equal($$"""{"page_number":{{page}},"page_size":2,"total_entries":5,"total_pages":3}""", answer.Json.GetProperty("paging")
                .GetRawText());
        }
    }

    /// <summary>Two contracts that differ in every filtered column; each filter in turn selects one of them.</summary>
    [Fact(DisplayName = "Each filter selects by its value; several are combined with AND; an empty one counts as absent")]
    public async Task Filters()
    {
        var (contractor, other) = (await Given.LegalEntity(), await Given.LegalEntity());
        var (first, second) = (await Given.Contract(contractor, number: "GB-3001"),
            await Given.Contract(other, status: "TERMINATED", number: "GB-3002"));
        await registry.Execute(
            "UPDATE contracts SET start_date = '2026-03-01', end_date = '2026-09-30', is_suspended = true WHERE id = $1", second);
        var program = Guid.NewGuid();
        await Given.Insert("contract_medical_programs", new() { ["contract_id"] = first, ["medical_program_id"] = program });
        await Given.Insert(
            "contract_medical_programs", new() { ["contract_id"] = second, ["medical_program_id"] = program, ["is_active"] = false });
        var row = Assert.Single(
            await registry.Rows(
                "SELECT contractor_owner_id, nhs_signer_id, edrpou FROM contracts JOIN legal_entities l ON l.id = contractor_legal_entity_id WHERE contracts.id = $1", first));

        foreach (var (filter, kept) in new (string, Guid[])[]
        {
            ($"id={first.ToString().ToUpperInvariant()}", [first]),
            ("type=GB_CBP", [first, second]),
            ("type=gb_cbp", []),
            ("type=CAPITATION", []),
            ($"contractor_legal_entity_id={contractor}", [first]),
            ($"edrpou={row["edrpou"]}", [first]),
            ("edrpou=1", []),
            ($"contractor_owner_id={row["contractor_owner_id"]}", [first]),
            ($"nhs_signer_id={row["nhs_signer_id"]}", [first]),
            ("is_suspended=true", [second]),
            ("is_suspended=false", [first]),
            ("status=VERIFIED", [first]),
            ("status=terminated", [second]),
            ("is_active=true", [first, second]),
            ("is_active=false", []),
            ("contract_number=GB-3002", [second]),
            ("contract_number=GB-300", []),
            ("date_from_start_date=2026-01-01", [first, second]),
            ("date_from_start_date=2026-03-01", [second]),
            ("date_to_start_date=2026-01-01", [first]),
            ("date_from_end_date=2026-10-01", [first]),
            ("date_to_end_date=2026-09-30", [second]),
            ("date_from_start_date=2026-01-02&date_to_end_date=2026-09-29", []),
            ($"medical_program_id={program}", [first]),
            ($"medical_program_id={Guid.NewGuid()}", []),
            ("status=VERIFIED&is_suspended=true", []),
            ("status=&type=&id=&is_active=&date_to_end_date=&contract_number=&unknown=1", [first, second]),
        })
        {
            var ids = (await Get(filter + "&page_size=500")).Succeeded().Ids();
            Assert.True(kept.SequenceEqual(ids.Where(id => id == first || id == second)), $"{filter}: {string.Join(", ", ids)}");
        }
    }

    [Fact(DisplayName = "Deleted contracts are never shown, not even when the filter asks for them")]
    public async Task Deleted()
    {
        var contractor = await Given.LegalEntity();
        await Given.Contract(contractor, isActive: false);

        Assert.Empty((await Get("is_active=false")).Succeeded().Ids());
        Assert.Empty((await Get($"contractor_legal_entity_id={contractor}")).Succeeded().Ids());
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("id=17", "id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("contractor_legal_entity_id=x", "contractor_legal_entity_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("contractor_owner_id=x", "contractor_owner_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("nhs_signer_id=x", "nhs_signer_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("medical_program_id=x", "medical_program_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("is_suspended=1", "is_suspended", "cast", "is invalid", """["boolean"]""")]
    [InlineData("is_active=True", "is_active", "cast", "is invalid", """["boolean"]""")]
    [InlineData("status=NEW", "status", "inclusion", "value is not allowed in enum", """{"values":["VERIFIED","TERMINATED"]}""")]
    [InlineData("date_from_start_date=2026-1-1", "date_from_start_date", "cast", "is invalid", """["date"]""")]
    [InlineData("date_to_start_date=2026-02-30", "date_to_start_date", "cast", "is invalid", """["date"]""")]
    [InlineData("date_from_end_date=2026-01-01T00:00:00Z", "date_from_end_date", "cast", "is invalid", """["date"]""")]
    [InlineData("date_to_end_date=0000-01-01", "date_to_end_date", "cast", "is invalid", """["date"]""")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters) =>
        (await Get(query)).IsIlQueryFault(entry, rule, description, parameters);

    private async Task<Answer> Get(string query) =>
        await registry.Send("GET", $"{Path}?{query}", await Given.Nhs("private_contracts:read"));
}
