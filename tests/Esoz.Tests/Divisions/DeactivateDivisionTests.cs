namespace Esoz.Tests.Divisions;

/// <summary>Deactivate division (employee-roles §6.3).</summary>
public sealed class DeactivateDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "division:deactivate";
    private const string ServicesExist = "Division cannot be deactivated - active healthcare services exists";
    private const string EmployeesExist = "Division cannot be deactivated - active employees exists";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "An ACTIVE division becomes INACTIVE, only status and stamp change, is_active stays true, one audit row and no event")]
    public async Task Deactivates()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        await Given.DivisionAddress(division, "Дрогобич");
        var user = Guid.NewGuid();
        var before = await Row(division);

        var data = (await Deactivate($"{division}", await Given.Token(provider, Scope, user))).Succeeded().Data;

        Assert.Equal(DivisionShape.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("INACTIVE", data.GetProperty("status").GetString());
        Assert.Equal(["Дрогобич"], DivisionShape.Settlements(data));
        var after = await Row(division);
        Assert.Equal(["status", "updated_at", "updated_by"], after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((user, true), (after["updated_by"], after["is_active"]));
        var audit = Assert.Single(
            await registry.Rows("SELECT resource, changeset::text AS changeset FROM audit_log WHERE actor_id = $1", $"{user}"));
        Assert.Equal(("divisions", $$"""{"status": "INACTIVE", "updated_by": "{{user}}"}"""), (audit["resource"], audit["changeset"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", division));
    }

    [Theory(DisplayName = "The status of the legal entity is not checked")]
    [InlineData("SUSPENDED")]
    [InlineData("CLOSED")]
    [InlineData("REORGANIZED")]
    public async Task AnyLegalEntity(string status)
    {
        var provider = await Given.Provider(status);

        (await Deactivate($"{await Given.Division(provider)}", await Given.Token(provider, Scope))).Succeeded();
    }

    [Theory(DisplayName =
        "Services that are not ACTIVE or not is_active, and employees that are not APPROVED or not is_active, do not prevent it")]
    [InlineData("INACTIVE", true, "STOPPED", true)]
    [InlineData("ACTIVE", false, "APPROVED", false)]
    public async Task Ended(string service, bool serviceIsActive, string employee, bool employeeIsActive)
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        await Given.HealthcareService(provider, division, status: service, isActive: serviceIsActive);
        await Given.Employee(provider, division: division, status: employee, isActive: employeeIsActive);
        await Given.HealthcareService(provider);
        await Given.Employee(provider);

        (await Deactivate($"{division}", await Given.Token(provider, Scope))).Succeeded();
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such division", "missing", 404, "not_found", "Division not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Division not found")]
    [InlineData("1 the division is not is_active, foreign, INACTIVE, with service and employee",
        "foreign INACTIVE deleted service employee", 404, "not_found", "Division not found")]
    [InlineData("2 the division is foreign, INACTIVE, with service and employee", "foreign INACTIVE service employee", 403, "forbidden",
        "Division belongs to another legal entity")]
    [InlineData("3 an ACTIVE service, an employee, and the division is INACTIVE", "own INACTIVE service employee", 409, "request_conflict",
        ServicesExist)]
    [InlineData("3 an ACTIVE service", "own ACTIVE service", 409, "request_conflict", ServicesExist)]
    [InlineData("4 an APPROVED employee, and the division is INACTIVE", "own INACTIVE employee", 409, "request_conflict", EmployeesExist)]
    [InlineData("4 an APPROVED employee", "own ACTIVE employee", 409, "request_conflict", EmployeesExist)]
    [InlineData("5 the division is INACTIVE", "own INACTIVE", 409, "request_conflict", "INACTIVE division cannot be DEACTIVATED")]
    public async Task Refuses(string rule, string division, int status, string type, string message)
    {
        var provider = await Given.Provider();
        var words = division.Split(' ');
        var id = division switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => await DivisionWith(words[0] == "own" ? provider : await Given.Provider(), words),
        };
        var credential = await Given.Token(provider, Scope);
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Deactivate(id, credential);

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Theory(DisplayName = "MIS and NHS see every division and deactivate none")]
    [InlineData("MIS")]
    [InlineData("NHS")]
    public async Task SystemsDoNotWrite(string type)
    {
        var client = Guid.NewGuid();
        await Given.Client(client, type);

        (await Deactivate($"{await Given.Division(await Given.Provider())}", await Given.Token(client, Scope)))
            .IsIlRefusal(403, "forbidden", "Division belongs to another legal entity");
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others are refused because the division is INACTIVE")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        var credential = await Given.Token(provider, Scope);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Deactivate($"{division}", credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "INACTIVE division cannot be DEACTIVATED");
    }

    [Fact(DisplayName = "A call concurrent with the creation of a service waits for it and is refused")]
    public async Task WaitsForAService()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        var credential = await Given.Token(provider, Scope);
        await using var connection = await registry.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var add = new Npgsql.NpgsqlCommand($$"""
            SELECT FROM divisions WHERE id = '{{division}}' FOR SHARE;
            INSERT INTO healthcare_services (id, legal_entity_id, division_id, category, status, inserted_by)
            VALUES (gen_random_uuid(), '{{provider}}', '{{division}}', '{}', 'ACTIVE', gen_random_uuid());
            """, connection))
            await add.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var deactivate = Deactivate($"{division}", credential);
        await registry.WaitForBlockedQuery();
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        (await deactivate).IsIlRefusal(409, "request_conflict", ServicesExist);
    }

    /// <summary>A division of <paramref name="legalEntity"/>: the second word is its status, the others name what it has.</summary>
    private async Task<string> DivisionWith(Guid legalEntity, string[] words)
    {
        var division = await Given.Division(legalEntity, words[1], !words.Contains("deleted"));
        if (words.Contains("service"))
            await Given.HealthcareService(legalEntity, division);
        if (words.Contains("employee"))
            await Given.Employee(legalEntity, division: division);
        return division.ToString();
    }

    private Task<Answer> Deactivate(string division, Credential credential) =>
        registry.Send("PATCH", $"/api/divisions/{division}/actions/deactivate", credential);

    private async Task<Dictionary<string, object?>> Row(Guid division) =>
        Assert.Single(await registry.Rows("SELECT * FROM divisions WHERE id = $1", division));
}
