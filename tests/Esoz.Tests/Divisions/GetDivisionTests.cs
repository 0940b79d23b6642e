namespace Esoz.Tests.Divisions;

/// <summary>Get division by ID (employee-roles §6.3).</summary>
public sealed class GetDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "division:details";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the division as it is stored, every member in order, with its present addresses")]
    public async Task Shows()
    {
        var provider = await Given.Provider();
        var author = Guid.NewGuid();
        var id = await Given.Insert("divisions", new()
        {
            ["legal_entity_id"] = provider,
            ["external_id"] = "А-3",
            ["name"] = "Амбулаторія № 3",
            ["type"] = "AMBULANT_CLINIC",
            ["mountain_group"] = true,
            ["phones"] = Given.Json("""[{"type": "MOBILE", "number": "+380671112233"}]"""),
            ["email"] = "amb3@example.ua",
            ["latitude"] = 49.84,
            ["longitude"] = 24.0,
            ["working_hours"] = Given.Json("""{"mon": [["08.00", "12.00"]]}"""),
            ["dls_id"] = "7",
            ["dls_verified"] = true,
            ["status"] = "INACTIVE",
            ["inserted_at"] = new DateTime(2026, 1, 5, 9, 0, 0, DateTimeKind.Utc),
            ["inserted_by"] = author,
            ["updated_at"] = new DateTime(2026, 2, 1, 9, 0, 0, 500, DateTimeKind.Utc),
            ["updated_by"] = author,
        });
        await Given.DivisionAddress(id, "Самбір", isActive: false);
        var address = await Given.DivisionAddress(id, "Львів");
        var settlement = await registry.Scalar<Guid>("SELECT settlement_id FROM division_addresses WHERE id = $1", address);

        var data = (await Get(id.ToString().ToUpperInvariant(), provider)).Succeeded().Data;

        Assert.Equal(
            $$$"""{"id":"{{{id}}}","name":"Амбулаторія № 3","addresses":[{"type":"RESIDENCE","country":"UA","area":"ЛЬВІВСЬКА","region":null,"settlement":"Львів","settlement_type":"CITY","settlement_id":"{{{settlement}}}","street_type":null,"street":null,"building":null,"apartment":null,"zip":null}],"phones":[{"type": "MOBILE", "number": "+380671112233"}],"email":"amb3@example.ua","working_hours":{"mon": [["08.00", "12.00"]]},"type":"AMBULANT_CLINIC","legal_entity_id":"{{{provider}}}","external_id":"А-3","location":{"latitude":49.84,"longitude":24},"status":"INACTIVE","mountain_group":true,"dls_id":"7","dls_verified":true,"inserted_at":"2026-01-05T09:00:00Z","inserted_by":"{{{author}}}","updated_at":"2026-02-01T09:00:00.500000Z","updated_by":"{{{author}}}"}""",
            data.GetRawText());
    }

    [Fact(DisplayName = "What is not known is null, and a division without addresses has an empty list")]
    public async Task Nulls()
    {
        var provider = await Given.Provider();

        var data = (await Get($"{await Given.Division(provider)}", provider)).Succeeded().Data;

        Assert.Equal(DivisionShape.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("[]", data.GetProperty("addresses").GetRawText());
        foreach (var member in (string[])["email", "working_hours", "external_id", "location", "dls_id", "dls_verified", "updated_at",
            "updated_by"])
            Assert.Equal("null", data.GetProperty(member).GetRawText());
    }

    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such division", "missing", 404, "not_found", "Division not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Division not found")]
    [InlineData("1 the division is not is_active, and foreign", "foreign deleted", 404, "not_found", "Division not found")]
    [InlineData("2 the division is foreign", "foreign", 403, "forbidden", "Division belongs to another legal entity")]
    public async Task Refuses(string rule, string division, int status, string type, string message)
    {
        var id = division switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.Division(await Given.Provider(), isActive: division != "foreign deleted")).ToString(),
        };

        var answer = await Get(id, await Given.Provider());

        Assert.True(answer.Status == status, rule);
        answer.IsIlRefusal(status, type, message);
    }

    [Theory(DisplayName = "MIS and NHS see the divisions of all")]
    [InlineData("MIS")]
    [InlineData("NHS")]
    public async Task SeesAll(string type)
    {
        var client = Guid.NewGuid();
        await Given.Client(client, type);

        (await Get($"{await Given.Division(await Given.Provider())}", client)).Succeeded();
        (await Get($"{Guid.NewGuid()}", client)).IsIlRefusal(404, "not_found", "Division not found");
    }

    [Fact(DisplayName = "The status of the legal entity is not checked")]
    public async Task Closed()
    {
        var provider = await Given.Provider("CLOSED");

        (await Get($"{await Given.Division(provider)}", provider)).Succeeded();
    }

    private async Task<Answer> Get(string id, Guid client) =>
        await registry.Send("GET", $"/api/divisions/{id}", await Given.Token(client, Scope));
}
