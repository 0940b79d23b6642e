using System.Text.Json.Nodes;
using Esoz.Divisions;

namespace Esoz.Tests.Divisions;

/// <summary>Update division (employee-roles §6.3).</summary>
public sealed class UpdateDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "division:write";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Updates every member that the body names, answers with all in order, and leaves one audit row with what changed and no event")]
    public async Task Updates()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider, "INACTIVE");
        var user = Guid.NewGuid();
        var before = await Row(division);
        var body = DivisionShape.Body();
        body.Remove("type");

        var data = (await Update(division, body, await Given.Token(provider, Scope, user))).Succeeded().Data;

        Assert.Equal(DivisionShape.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(DivisionShape.Addresses, data.GetProperty("addresses").GetRawText());
        Assert.Equal("""{"latitude":49.8397,"longitude":24}""", data.GetProperty("location").GetRawText());
        Assert.True(JsonNode.DeepEquals(body["phones"], JsonNode.Parse(data.GetProperty("phones").GetRawText())));
        Assert.True(JsonNode.DeepEquals(body["working_hours"], JsonNode.Parse(data.GetProperty("working_hours").GetRawText())));
        var after = await Row(division);
        Assert.Equal(["email", "external_id", "latitude", "longitude", "name", "phones", "updated_at", "updated_by", "working_hours"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal(user, after["updated_by"]);
        var audit = Assert.Single(
            await registry.Rows(
                "SELECT resource, (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS members FROM audit_log WHERE actor_id = $1", $"{user}"));
        Assert.Equal(("divisions", "email external_id latitude longitude name phones updated_by working_hours"),
            (audit["resource"], audit["members"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", division));
        Assert.Equal(data.GetRawText(), await Shown(division, provider));
    }

    [Theory(DisplayName = "A single member changes only its column and updated_at; null clears an optional member")]
    [InlineData("""{"name":"Нова назва"}""", "name")]
    [InlineData("""{"phones":[{"type":"MOBILE","number":"+380000000099","note":"приймальня"}]}""", "phones")]
    [InlineData("""{"email":"new@division.invalid"}""", "email")]
    [InlineData("""{"working_hours":{}}""", "working_hours")]
    [InlineData("""{"working_hours":null}""", "working_hours")]
    [InlineData("""{"external_id":"Б-4"}""", "external_id")]
    [InlineData("""{"external_id":null}""", "external_id")]
    [InlineData("""{"location":{"latitude":-90,"longitude":180}}""", "location")]
    [InlineData("""{"location":null}""", "location")]
    [InlineData("{}", "")]
    public async Task Partial(string body, string changed)
    {
        var provider = await Given.Provider();
        var division = await Full(provider);
        var before = JsonNode.Parse(await Shown(division, provider))!.AsObject();

        (await Update(division, JsonNode.Parse(body)!.AsObject(), await Given.Token(provider, Scope))).Succeeded();

        var after = JsonNode.Parse(await Shown(division, provider))!.AsObject();
        Assert.Equal(((string[])[changed, "updated_at", "updated_by"]).Where(member => member.Length > 0),
            DivisionShape.Members.Where(member => !JsonNode.DeepEquals(before[member], after[member])));
        if (changed.Length > 0)
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body)![changed], after[changed]), after.ToJsonString());
    }

    [Fact(DisplayName = "type and legal_entity_id are accepted and ignored, even with other values")]
    public async Task Immutable()
    {
        var provider = await Given.Provider();
        var division = await Full(provider);
        var body = new JsonObject
        {
            ["type"] = "FAP",
            ["legal_entity_id"] = (await Given.LegalEntity()).ToString(),
            ["name"] = "Нова назва"
        };

        var data = (await Update(division, body, await Given.Token(provider, Scope))).Succeeded().Data;

        Assert.Equal(("AMBULANT_CLINIC", provider, "Нова назва"),
            (data.GetProperty("type").GetString(), data.GetProperty("legal_entity_id").GetGuid(), data.GetProperty("name").GetString()));
    }

    [Fact(DisplayName =
        "Addresses are replaced as a whole, in their order; the old rows stay with is_active = false, and updated_at of the division changes")]
    public async Task Addresses()
    {
        var provider = await Given.Provider();
        var division = await Full(provider);
        var stamp = (await Row(division))["updated_at"];
        var user = Guid.NewGuid();
        string[] settlements = ["Самбір", "Дрогобич"];

        var data = (await Update(division, new JsonObject { ["addresses"] = DivisionShape.AddressesIn(settlements) },
            await Given.Token(provider, Scope, user))).Succeeded().Data;

        Assert.Equal(settlements, DivisionShape.Settlements(data));
        Assert.Equal(data.GetRawText(), await Shown(division, provider));
        var after = await Row(division);
        Assert.True((DateTime)after["updated_at"]! > (DateTime)stamp!);
        Assert.Equal($$"""{"updated_by": "{{user}}"}""",
            await registry.Scalar<string>("SELECT changeset::text FROM audit_log WHERE actor_id = $1", $"{user}"));
        var former = await registry.Rows(
            "SELECT settlement, updated_at, updated_by FROM division_addresses WHERE division_id = $1 AND NOT is_active ORDER BY id",
            division);
        Assert.Equal([("Львів", after["updated_at"], user), ("Київ", after["updated_at"], user)],
            former.Select(row => (row["settlement"], row["updated_at"], row["updated_by"])));
    }

    [Fact(DisplayName = "The body is that of Create division with nothing required")]
    public void Schema()
    {
        var create = JsonNode.Parse(CreateDivision.Card.Body!.Document.GetRawText())!.AsObject();
        var update = JsonNode.Parse(UpdateDivision.Card.Body!.Document.GetRawText())!.AsObject();
        create.Remove("required");
        create["title"] = "UpdateDivision";

        Assert.True(JsonNode.DeepEquals(create, update));
    }

    [Theory(DisplayName = "1 schema, before the division (missing here) is loaded")]
    [MemberData(nameof(DivisionShape.SchemaFaults), MemberType = typeof(DivisionShape))]
    public async Task SchemaFault(string path, string value, string rule, string? faulty)
    {
        var body = DivisionShape.Body();
        DivisionShape.Put(body, path, value);

        Assert.Equal(
            (faulty ?? path, rule),
            DivisionShape.Faults(await Update(Guid.NewGuid(), body, await Given.Token(await Given.Provider("CLOSED"), Scope))));
    }

    [Fact(DisplayName = "1 one of the sent addresses is the RESIDENCE, before the division (missing here) is loaded")]
    public async Task OneResidence()
    {
        var addresses = DivisionShape.AddressesIn("Самбір");
        addresses[0]!["type"] = "RECEPTION";

        (await Update(Guid.NewGuid(), new JsonObject { ["addresses"] = addresses }, await Given.Token(await Given.Provider(), Scope)))
            .IsIlBusinessFault("$.addresses", "Single address of type 'RESIDENCE' is required");
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("2 there is no such division; legal entity CLOSED", "CLOSED", "missing", 404, "not_found", "Division not found")]
    [InlineData("2 the id is no uuid; client without a legal entity", "none", "not a uuid", 404, "not_found", "Division not found")]
    [InlineData("2 the division is not is_active, and foreign; legal entity CLOSED", "CLOSED", "foreign deleted", 404, "not_found",
        "Division not found")]
    [InlineData("3 the division is foreign; legal entity CLOSED", "CLOSED", "foreign", 403, "forbidden",
        "Division belongs to another legal entity")]
    [InlineData("3 the division is foreign; a MIS, which has no legal entity", "MIS", "foreign", 403, "forbidden",
        "Division belongs to another legal entity")]
    [InlineData("4 legal entity is CLOSED", "CLOSED", "own", 409, "request_conflict", "Legal entity is not active")]
    [InlineData("4 legal entity is REORGANIZED", "REORGANIZED", "own", 409, "request_conflict", "Legal entity is not active")]
    public async Task Refuses(string rule, string legalEntity, string division, int status, string type, string message)
    {
        var provider = legalEntity is "none" or "MIS" ? Guid.NewGuid() : await Given.Provider(legalEntity);
        if (legalEntity is "none" or "MIS")
            await Given.Client(provider, legalEntity == "MIS" ? "MIS" : "MSP");
        var id = division switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            "own" => $"{await Given.Division(provider)}",
            _ => (await Given.Division(await Given.Provider(), isActive: division != "foreign deleted")).ToString(),
        };
        const string written = "SELECT (SELECT count(*) FROM division_addresses) + (SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users'))";
        var credential = await Given.Token(provider, Scope);
        var before = await registry.Scalar<long>(written);

        var answer = await registry.Send("PATCH", $"/api/divisions/{id}", credential, DivisionShape.Body().ToJsonString());

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>(written), rule);
    }

    [Fact(DisplayName = "A SUSPENDED legal entity may update")]
    public async Task Suspended()
    {
        var provider = await Given.Provider("SUSPENDED");

        (await Update(await Given.Division(provider), [], await Given.Token(provider, Scope))).Succeeded();
    }

    [Fact(DisplayName = "32 concurrent replacements of the addresses all succeed, and the addresses of exactly one of them remain")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var division = await Full(provider);
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(number =>
            Update(division,
                new JsonObject { ["name"] = $"{number}", ["addresses"] = DivisionShape.AddressesIn($"{number}", $"{number}") },
                credential)));

        Assert.All(answers, answer => answer.Succeeded());
        var shown = JsonNode.Parse(await Shown(division, provider))!;
        var name = shown["name"]!.GetValue<string>();
        Assert.Equal([name, name], shown["addresses"]!.AsArray().Select(address => address!["settlement"]!.GetValue<string>()));
        Assert.Equal(2 + (32 * 2), await registry.Scalar<long>("SELECT count(*) FROM division_addresses WHERE division_id = $1", division));
    }

    [Fact(DisplayName = "A call concurrent with another one that replaces the addresses waits for it and replaces its result")]
    public async Task WaitsForReplacement()
    {
        var provider = await Given.Provider();
        var division = await Full(provider);
        var credential = await Given.Token(provider, Scope);
        await using var connection = await registry.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var replace = new Npgsql.NpgsqlCommand($"""
            UPDATE divisions SET updated_at = now() WHERE id = '{division}';
            UPDATE division_addresses SET is_active = false WHERE division_id = '{division}';
            INSERT INTO division_addresses (id, division_id, type, country, area, settlement, settlement_type, settlement_id, inserted_by)
            VALUES (gen_random_uuid(), '{division}', 'RESIDENCE', 'UA', 'М.КИЇВ', 'Київ', 'CITY', gen_random_uuid(), gen_random_uuid());
            """, connection))
            await replace.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var update = Update(division, new JsonObject { ["addresses"] = DivisionShape.AddressesIn("Самбір") }, credential);
        await registry.WaitForBlockedQuery();
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["Самбір"], DivisionShape.Settlements((await update).Succeeded().Data));
        Assert.Equal(["Самбір"], JsonNode.Parse(await Shown(division, provider))!["addresses"]!.AsArray()
            .Select(address => address!["settlement"]!.GetValue<string>()));
    }

    /// <summary>A division with every member that can be sent.</summary>
    private async Task<Guid> Full(Guid provider) =>
        (await registry.Send("POST", "/api/divisions", await Given.Token(provider, Scope), DivisionShape.Body().ToJsonString()))
            .Succeeded(201).Data.GetProperty("id").GetGuid();

    private Task<Answer> Update(Guid division, JsonObject body, Credential credential) =>
        registry.Send("PATCH", $"/api/divisions/{division}", credential, body.ToJsonString());

    private async Task<string> Shown(Guid division, Guid provider) =>
        (await registry.Send("GET", $"/api/divisions/{division}", await Given.Token(provider, "division:details"))).Succeeded()
            .Data.GetRawText();

    private async Task<Dictionary<string, object?>> Row(Guid division) =>
        Assert.Single(await registry.Rows("SELECT * FROM divisions WHERE id = $1", division));
}
