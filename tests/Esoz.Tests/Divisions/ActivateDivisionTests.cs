namespace Esoz.Tests.Divisions;

/// <summary>Activate division (employee-roles §6.3).</summary>
public sealed class ActivateDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "division:activate";

    private Given Given => registry.Given;

    [Theory(DisplayName = "An INACTIVE division becomes ACTIVE, only status and stamp change, one audit row and no event")]
    [InlineData("ACTIVE")]
    [InlineData("SUSPENDED")]
    public async Task Activates(string legalEntity)
    {
        var provider = await Given.Provider(legalEntity);
        var division = await Given.Division(provider, "INACTIVE");
        await Given.DivisionAddress(division, "Дрогобич");
        var user = Guid.NewGuid();
        var before = await Row(division);

        var data = (await Activate($"{division}", await Given.Token(provider, Scope, user))).Succeeded().Data;

        Assert.Equal(DivisionShape.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("ACTIVE", data.GetProperty("status").GetString());
        Assert.Equal(["Дрогобич"], DivisionShape.Settlements(data));
        var after = await Row(division);
        Assert.Equal(["status", "updated_at", "updated_by"], after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((user, true), (after["updated_by"], after["is_active"]));
        var audit = Assert.Single(
            await registry.Rows("SELECT resource, changeset::text AS changeset FROM audit_log WHERE actor_id = $1", $"{user}"));
        Assert.Equal(("divisions", $$"""{"status": "ACTIVE", "updated_by": "{{user}}"}"""), (audit["resource"], audit["changeset"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", division));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such division; legal entity CLOSED", "CLOSED", "missing", 404, "not_found", "Division not found")]
    [InlineData("1 the id is no uuid; client without a legal entity", "none", "not a uuid", 404, "not_found", "Division not found")]
    [InlineData("1 the division is not is_active, foreign and ACTIVE; legal entity CLOSED", "CLOSED", "foreign ACTIVE deleted", 404,
        "not_found", "Division not found")]
    [InlineData("2 the division is foreign and ACTIVE; legal entity CLOSED", "CLOSED", "foreign ACTIVE", 403, "forbidden",
        "Division belongs to another legal entity")]
    [InlineData(
        "2 the division is foreign; a NHS client", "NHS", "foreign INACTIVE", 403, "forbidden", "Division belongs to another legal entity")]
    [InlineData(
        "3 legal entity is CLOSED; the division is ACTIVE", "CLOSED", "own ACTIVE", 409, "request_conflict", "Legal entity is not active")]
    [InlineData("3 legal entity is REORGANIZED", "REORGANIZED", "own INACTIVE", 409, "request_conflict", "Legal entity is not active")]
    [InlineData("4 the division is ACTIVE", "ACTIVE", "own ACTIVE", 409, "request_conflict", "ACTIVE division cannot be ACTIVATED")]
    public async Task Refuses(string rule, string legalEntity, string division, int status, string type, string message)
    {
        var provider = legalEntity is "none" or "NHS" ? Guid.NewGuid() : await Given.Provider(legalEntity);
        if (legalEntity is "none" or "NHS")
            await Given.Client(provider, legalEntity == "NHS" ? "NHS" : "MSP");
        var words = division.Split(' ');
        var id = division switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => $"{await Given.Division(words[0] == "own" ? provider : await Given.Provider(), words[1], !words.Contains("deleted"))}",
        };
        var credential = await Given.Token(provider, Scope);
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Activate(id, credential);

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others are refused because the division is ACTIVE")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider, "INACTIVE");
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Activate($"{division}", credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "ACTIVE division cannot be ACTIVATED");
    }

    private Task<Answer> Activate(string division, Credential credential) =>
        registry.Send("PATCH", $"/api/divisions/{division}/actions/activate", credential);

    private async Task<Dictionary<string, object?>> Row(Guid division) =>
        Assert.Single(await registry.Rows("SELECT * FROM divisions WHERE id = $1", division));
}
