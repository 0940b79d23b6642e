namespace Esoz.Tests.HealthcareServices;

/// <summary>Activate healthcare service (employee-roles §6.2).</summary>
public sealed class ActivateHealthcareServiceTests(Registry registry) : IClassFixture<Registry>
{
    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Only the status (ACTIVE) and updated_* change; one audit row, no event, one more row of history")]
    public async Task Transition()
    {
        var provider = await Given.Provider("SUSPENDED");
        var service = await Given.HealthcareService(provider, status: "INACTIVE");
        var user = Guid.NewGuid();
        var before = await Row(service);

        var data = (await registry.Send("PATCH", Path($"{service}"), await Given.Token(provider, HealthcareServiceCase.Write, user)))
            .Succeeded().Data;

        Assert.Equal(HealthcareServiceCase.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal("ACTIVE", data.GetProperty("status").GetString());
        var after = await Row(service);
        Assert.Equal(["status", "updated_at", "updated_by"], after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal(user, after["updated_by"]);
        Assert.Equal("""{"status": "ACTIVE", "updated_by": "@"}""".Replace("@", $"{user}", StringComparison.Ordinal),
            await registry.Scalar<string>(
                "SELECT changeset::text FROM audit_log WHERE resource_id = $1::text AND actor_id = $2::text", service, user));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", service));
        Assert.Equal(
            ["INACTIVE", "ACTIVE"],
            (await registry.Rows("SELECT status FROM healthcare_services_status_hstr WHERE healthcare_service_id = $1 ORDER BY id",
                service)).Select(row => row["status"]));
    }

    [Theory(DisplayName = "Validation")]
    [InlineData(
        "1 legal entity is CLOSED; the service is missing", "CLOSED", "missing", 409, "request_conflict", "Invalid legal entity status")]
    [InlineData("1 legal entity is REORGANIZED; the service is foreign and ACTIVE, its division INACTIVE", "REORGANIZED",
        "foreign ACTIVE; division closed", 409, "request_conflict", "Invalid legal entity status")]
    [InlineData("2 the service is missing", "ACTIVE", "missing", 404, "not_found", "Healthcare service not found")]
    [InlineData("2 the id is no uuid", "ACTIVE", "no uuid", 404, "not_found", "Healthcare service not found")]
    [InlineData("2 the service is not is_active, foreign and ACTIVE, its division INACTIVE", "ACTIVE",
        "foreign ACTIVE deleted; division closed", 404, "not_found", "Healthcare service not found")]
    [InlineData("3 the service is foreign and ACTIVE, its division INACTIVE", "ACTIVE", "foreign ACTIVE; division closed", 403, "forbidden",
        "Healthcare service belongs to another legal entity")]
    [InlineData("4 the service is ACTIVE, its division INACTIVE", "ACTIVE", "own ACTIVE; division closed", 409, "request_conflict",
        "Division must be active")]
    [InlineData("4 the division is INACTIVE", "SUSPENDED", "own; division closed", 409, "request_conflict", "Division must be active")]
    [InlineData(
        "5 the service is ACTIVE", "ACTIVE", "own ACTIVE", 409, "request_conflict", "ACTIVE healthcare service cannot be ACTIVATED")]
    public async Task Refuses(string rule, string legalEntity, string service, int status, string type, string message)
    {
        var provider = await Given.Provider(legalEntity);
        var owner = service.Contains("foreign", StringComparison.Ordinal) ? await Given.Provider() : provider;
        var id = service switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "no uuid" => "17",
            _ => (await Given.HealthcareService(
                owner, await Given.Division(owner, service.Contains("closed", StringComparison.Ordinal) ? "INACTIVE" : "ACTIVE"),
                status: service.Contains("ACTIVE", StringComparison.Ordinal) ? "ACTIVE" : "INACTIVE",
                isActive: !service.Contains("deleted", StringComparison.Ordinal))).ToString(),
        };
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Send("PATCH", Path(id), await Given.Token(provider, HealthcareServiceCase.Write));

        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
        answer.IsIlRefusal(status, type, message);
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others are refused because of the status")]
    public async Task Race()
    {
        var provider = await Given.Provider();
        var service = await Given.HealthcareService(provider, status: "INACTIVE");
        var credential = await Given.Token(provider, HealthcareServiceCase.Write);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => registry.Send("PATCH", Path($"{service}"), credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "ACTIVE healthcare service cannot be ACTIVATED");
    }

    private static string Path(string service) => $"{HealthcareServiceCase.Path}/{service}/actions/activate";

    private async Task<Dictionary<string, object?>> Row(Guid service) =>
        Assert.Single(await registry.Rows("SELECT * FROM healthcare_services WHERE id = $1", service));
}
