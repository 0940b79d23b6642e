namespace Esoz.Tests.Contracts;

/// <summary>Private. Create contract division (contracts §4.1).</summary>
public sealed class CreateContractDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_divisions";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Creates the record with the system attributes, answers 201 with every member in order, and leaves one audit row")]
    public async Task Creates()
    {
        var contractor = await Given.LegalEntity();
        var (division, contract, user) = (await Given.Division(contractor, "INACTIVE"), await Given.Contract(contractor), Guid.NewGuid());

        var data = (await registry.Send("POST", Path, await Given.Nhs(user: user),
            Body(division.ToString().ToUpperInvariant(), $"{contract}"))).Succeeded(201).Data;

        Assert.Equal(ContractRecord.Division.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (division, contract, true), (data.GetProperty("division_id").GetGuid(), data.GetProperty("contract_id").GetGuid(),
                data.GetProperty("is_active").GetBoolean()));
        Assert.Equal(data.GetProperty("inserted_at").GetString(), data.GetProperty("updated_at").GetString());
        var row = Assert.Single(await registry.Rows("SELECT * FROM contract_divisions WHERE contract_id = $1", contract));
        Assert.Equal((data.GetProperty("id").GetGuid(), division, true, user, user, row["inserted_at"]),
            (row["id"], row["division_id"], row["is_active"], row["inserted_by"], row["updated_by"], row["updated_at"]));
        var audit = Assert.Single(
            await registry.Rows(
                "SELECT actor_id, resource, changeset->>'division_id' AS division FROM audit_log WHERE resource_id = $1::text", row["id"]));
        Assert.Equal(
            (user.ToString(), "contract_divisions", division.ToString()), (audit["actor_id"], audit["resource"], audit["division"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1 OR entity_id = $2", row["id"], contract));
    }

    [Fact(DisplayName = "An empty object reports both missing fields")]
    public async Task MissingFields()
    {
        var answer = await registry.Send("POST", Path, await Given.Nhs(), "{}");

        Assert.Equal(422, answer.Status);
        Assert.Equal(["$.division_id", "$.contract_id"],
            answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid => invalid.GetProperty("entry").GetString()));
    }

    /// <summary>The division and the contract are missing as well, to test that the schema is checked first.</summary>
    [Theory(DisplayName = "Schema fault")]
    [InlineData("division_id", "\"17\"", "format")]
    [InlineData("contract_id", "null", "cast")]
    [InlineData("is_active", "true", "schema")]
    public async Task SchemaFault(string member, string value, string rule)
    {
        var body = new Dictionary<string, string>
        {
            ["division_id"] = $"\"{Guid.NewGuid()}\"",
            ["contract_id"] = $"\"{Guid.NewGuid()}\"",
            [member] = value,
        };

        var answer = await registry.Send(
            "POST", Path, await Given.Nhs(), $"{{{string.Join(',', body.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}");

        Assert.Equal(422, answer.Status);
        var invalid = Assert.Single(answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray());
        Assert.Equal(
            ($"$.{member}", rule),
            (invalid.GetProperty("entry").GetString(), invalid.GetProperty("rules")[0].GetProperty("rule").GetString()));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, string, int, string, string> Validations => new()
    {
        // rule, division, contract, status, path, message
        { "1 division is missing; contract too", "missing", "missing", 404, "$.division_id", "Division is not found" },
        { "1 division is deleted and foreign; contract deleted", "deleted foreign", "deleted", 404, "$.division_id",
            "Division is not found" },
        { "2 division is foreign; contract deleted", "foreign", "deleted", 409, "$.division_id",
            "Division is not correspond to contractor legal entity" },
        { "2 division is foreign; contract of another type", "foreign", "REIMBURSEMENT", 409, "$.division_id",
            "Division is not correspond to contractor legal entity" },
        { "2 division is foreign", "foreign", "GB_CBP", 409, "$.division_id", "Division is not correspond to contractor legal entity" },
        { "3 contract is missing; the owner of the division is not looked at", "foreign", "missing", 409, "$.contract_id",
            "Contract must be an active and with GB_CBP type" },
        { "3 contract is deleted", "own", "deleted", 409, "$.contract_id", "Contract must be an active and with GB_CBP type" },
        { "3 contract is of another type", "own", "CAPITATION", 409, "$.contract_id", "Contract must be an active and with GB_CBP type" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string division, string contract, int status, string path, string message)
    {
        var contractor = await Given.LegalEntity();
        var divisionId = division == "missing" ? Guid.NewGuid()
            : await Given.Division(Has(division, "foreign") ? await Given.LegalEntity() : contractor, isActive: !Has(division, "deleted"));
        var contractId = contract == "missing" ? Guid.NewGuid()
            : await Given.Contract(contractor, type: contract == "deleted" ? "GB_CBP" : contract, isActive: contract != "deleted");

        var answer = await registry.Send("POST", Path, await Given.Nhs(), Body($"{divisionId}", $"{contractId}"));

        answer.IsIlRefusal(status, status == 404 ? "not_found" : "request_conflict", message, path);
        Assert.True(0 == await registry.Scalar<long>("SELECT count(*) FROM contract_divisions WHERE contract_id = $1", contractId), rule);
    }

    [Fact(DisplayName = "Concurrent creates are all kept: the page has no uniqueness rule")]
    public async Task Parallel()
    {
        var contractor = await Given.LegalEntity();
        var contract = await Given.Contract(contractor);
        var body = Body($"{await Given.Division(contractor)}", $"{contract}");
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => registry.Send("POST", Path, credential, body)));

        Assert.All(answers, answer => answer.Succeeded(201));
        Assert.Equal(32, await registry.Scalar<long>("SELECT count(*) FROM contract_divisions WHERE contract_id = $1", contract));
    }

    private static bool Has(string text, string word) => text.Split(' ').Contains(word);

    private static string Body(string division, string contract) => $$"""{"division_id":"{{division}}","contract_id":"{{contract}}"}""";
}
