using System.Text.Json.Nodes;

namespace Esoz.Tests.Divisions;

/// <summary>Create division (employee-roles §6.3).</summary>
public sealed class CreateDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/divisions";
    private const string Scope = "division:write";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Creates an ACTIVE division with its addresses, answers 201 with every member in order, and leaves one audit row and no event")]
    public async Task Creates()
    {
        var provider = await Given.Provider();
        var user = Guid.NewGuid();

        var answer = await Create(DivisionShape.Body(), await Given.Token(provider, Scope, user));

        var data = answer.Succeeded(201).Data;
        Assert.Equal(DivisionShape.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(DivisionShape.Addresses, data.GetProperty("addresses").GetRawText());
        Assert.Equal(("Амбулаторія № 3", "amb3@division.invalid", "AMBULANT_CLINIC", provider, "А-3", "ACTIVE"),
            (Text("name"), Text("email"), Text("type"), data.GetProperty("legal_entity_id").GetGuid(), Text("external_id"),
                Text("status")));
        Assert.True(JsonNode.DeepEquals(DivisionShape.Body()["phones"], JsonNode.Parse(data.GetProperty("phones").GetRawText())));
        Assert.True(
            JsonNode.DeepEquals(DivisionShape.Body()["working_hours"], JsonNode.Parse(data.GetProperty("working_hours").GetRawText())));
        Assert.Equal("""{"latitude":49.8397,"longitude":24}""", data.GetProperty("location").GetRawText());
        Assert.Equal(("false", "null", "null"), (Raw("mountain_group"), Raw("dls_id"), Raw("dls_verified")));
        Assert.Equal((Text("updated_at"), $"{user}", $"{user}"), (Text("inserted_at"), Text("inserted_by"), Text("updated_by")));

        var row = Assert.Single(await registry.Rows("SELECT * FROM divisions WHERE id = $1", data.GetProperty("id").GetGuid()));
        Assert.Equal((provider, "ACTIVE", true, 49.8397, 24.0, user, user),
            (row["legal_entity_id"], row["status"], row["is_active"], row["latitude"], row["longitude"], row["inserted_by"],
                row["updated_by"]));
        Assert.Equal(row["inserted_at"], row["updated_at"]);
        Assert.All(await registry.Rows("SELECT * FROM division_addresses WHERE division_id = $1", row["id"]), address =>
            Assert.Equal((true, row["inserted_at"], user, user),
                (address["is_active"], address["updated_at"], address["inserted_by"], address["updated_by"])));
        var audit = Assert.Single(
            await registry.Rows("SELECT resource, actor_id, changeset->>'status' AS status FROM audit_log WHERE actor_id = $1", $"{user}"));
        Assert.Equal(("divisions", "ACTIVE"), (audit["resource"], audit["status"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", row["id"]));

        var shown = await registry.Send("GET", $"{Path}/{row["id"]}", await Given.Token(provider, "division:details"));
        Assert.Equal(data.GetRawText(), shown.Succeeded().Data.GetRawText());

        string? Text(string member) => data.GetProperty(member).GetString();
        string Raw(string member) => data.GetProperty(member).GetRawText();
    }

    [Theory(DisplayName = "Optional members may be absent or null; the legal entity may be named")]
    [InlineData("SUSPENDED", false)]
    [InlineData("ACTIVE", true)]
    public async Task Optional(string legalEntity, bool present)
    {
        var provider = await Given.Provider(legalEntity);
        var body = DivisionShape.Body();
        foreach (var member in (string[])["working_hours", "location", "external_id"])
        {
            body.Remove(member);
            if (present)
                body[member] = null;
        }
        if (present)
            body["legal_entity_id"] = provider.ToString().ToUpperInvariant();

        var data = (await Create(body, await Given.Token(provider, Scope))).Succeeded(201).Data;

        foreach (var member in (string[])["working_hours", "location", "external_id"])
            Assert.Equal("null", data.GetProperty(member).GetRawText());
    }

    [Fact(DisplayName = "Addresses keep the order in which they were sent")]
    public async Task AddressesInOrder()
    {
        var provider = await Given.Provider();
        string[] settlements = ["Самбір", "Дрогобич"];
        var body = DivisionShape.Body();
        body["addresses"] = DivisionShape.AddressesIn(settlements);

        var data = (await Create(body, await Given.Token(provider, Scope))).Succeeded(201).Data;

        Assert.Equal(settlements, DivisionShape.Settlements(data));
        var shown = await registry.Send(
            "GET", $"{Path}/{data.GetProperty("id").GetGuid()}", await Given.Token(provider, "division:details"));
        Assert.Equal(settlements, DivisionShape.Settlements(shown.Succeeded().Data));
    }

    [Fact(DisplayName = "1 an empty object reports every missing field, in the order of the schema")]
    public async Task MissingFields() => Assert.Equal(
        ("$.name $.addresses $.phones $.email $.type", "required"),
        DivisionShape.Faults(await Create([], await Given.Token(await Given.Provider("CLOSED"), Scope))));

    [Theory(DisplayName = "1 schema, before the legal entity (CLOSED here, and another one named) is checked")]
    [MemberData(nameof(DivisionShape.SchemaFaults), MemberType = typeof(DivisionShape))]
    public async Task SchemaFault(string path, string value, string rule, string? faulty)
    {
        var provider = await Given.Provider("CLOSED");
        var body = DivisionShape.Body();
        body["legal_entity_id"] = Guid.NewGuid().ToString();
        DivisionShape.Put(body, path, value);

        Assert.Equal((faulty ?? path, rule), DivisionShape.Faults(await Create(body, await Given.Token(provider, Scope))));
        Assert.Empty(await registry.Rows("SELECT FROM divisions WHERE legal_entity_id = $1", provider));
    }

    [Theory(DisplayName = "1 one address is the RESIDENCE, before the legal entity (CLOSED here) is checked")]
    [InlineData("RECEPTION")]
    [InlineData("RESIDENCE", "RESIDENCE")]
    [InlineData("RECEPTION", "RECEPTION")]
    public async Task OneResidence(params string[] types)
    {
        var body = DivisionShape.Body();
        body["addresses"] = DivisionShape.AddressesIn(types);
        foreach (var (i, type) in types.Index())
            body["addresses"]![i]!["type"] = type;

        (await Create(body, await Given.Token(await Given.Provider("CLOSED"), Scope)))
            .IsIlBusinessFault("$.addresses", "Single address of type 'RESIDENCE' is required");
    }

    [Fact(DisplayName = "A note of a phone that is null is not shown; one with a text is")]
    public async Task Notes()
    {
        var body = DivisionShape.Body();
        body["phones"] = JsonNode.Parse("""
            [{"type":"MOBILE","number":"+380000000010","note":null},{"type":"MOBILE","number":"+380000000011","note":"реєстратура"}]
            """);

        var phones = (await Create(body, await Given.Token(await Given.Provider(), Scope))).Succeeded(201).Data.GetProperty("phones");

        Assert.False(phones[0].TryGetProperty("note", out _));
        Assert.Equal("реєстратура", phones[1].GetProperty("note").GetString());
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("2 legal entity is CLOSED; another one is named", "CLOSED", "foreign", 409)]
    [InlineData("2 legal entity is REORGANIZED", "REORGANIZED", "own", 409)]
    [InlineData("2 client without a legal entity; another one is named", "none", "foreign", 409)]
    [InlineData("2 client without a legal entity", "none", "absent", 409)]
    [InlineData("3 another legal entity is named", "ACTIVE", "foreign", 422)]
    [InlineData("3 a legal entity that is not there is named", "SUSPENDED", "missing", 422)]
    public async Task Refuses(string rule, string legalEntity, string named, int status)
    {
        var provider = legalEntity == "none" ? Guid.NewGuid() : await Given.Provider(legalEntity);
        if (legalEntity == "none")
            await Given.Client(provider, "MSP");
        var body = DivisionShape.Body();
        body["legal_entity_id"] = named switch
        {
            "own" => provider.ToString(),
            "foreign" => (await Given.LegalEntity()).ToString(),
            "missing" => Guid.NewGuid().ToString(),
            _ => null,
        };
        const string written =
            "SELECT (SELECT count(*) FROM divisions) + (SELECT count(*) FROM division_addresses) + (SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users'))";
        var credential = await Given.Token(provider, Scope);
        var before = await registry.Scalar<long>(written);

        var answer = await Create(body, credential);

        Assert.True(before == await registry.Scalar<long>(written), rule);
        if (status == 422)
            answer.IsIlBusinessFault("$.legal_entity_id", "Division should belong to your legal entity");
        else
            answer.IsIlRefusal(409, "request_conflict", "Legal entity is not active");
    }

    [Fact(DisplayName = "MIS and NHS have no legal entity to create divisions for")]
    public async Task SystemsDoNotWrite()
    {
        foreach (var type in (string[])["MIS", "NHS"])
        {
            var client = Guid.NewGuid();
            await Given.Client(client, type);
            (await Create(DivisionShape.Body(), await Given.Token(client, Scope)))
                .IsIlRefusal(409, "request_conflict", "Legal entity is not active");
        }
    }

    [Fact(DisplayName = "Concurrent creates are all kept: the page has no uniqueness rule")]
    public async Task Parallel()
    {
        var provider = await Given.Provider();
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Create(DivisionShape.Body(), credential)));

        Assert.Equal(32, answers.Select(answer => answer.Succeeded(201).Data.GetProperty("id").GetGuid()).Distinct().Count());
        Assert.Equal(32, await registry.Scalar<long>("SELECT count(*) FROM divisions WHERE legal_entity_id = $1", provider));
    }

    [Fact(DisplayName = "A create concurrent with the closure of its legal entity waits for it and is refused")]
    public async Task WaitsForClosing()
    {
        var provider = await Given.Provider();
        var credential = await Given.Token(provider, Scope);
        await using var connection = await registry.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var close = new Npgsql.NpgsqlCommand(
            $"UPDATE legal_entities SET status = 'CLOSED' WHERE id = '{provider}'", connection))
            await close.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var create = Create(DivisionShape.Body(), credential);
        await registry.WaitForBlockedQuery();
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        (await create).IsIlRefusal(409, "request_conflict", "Legal entity is not active");
    }

    private Task<Answer> Create(JsonObject body, Credential credential) => registry.Send("POST", Path, credential, body.ToJsonString());
}
