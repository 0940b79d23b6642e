using System.Text.Json.Nodes;

namespace Esoz.Tests.HealthcareServices;

/// <summary>Update healthcare service (employee-roles §6.2).</summary>
public sealed class UpdateHealthcareServiceTests(Registry registry) : IClassFixture<Registry>
{
    private const string Monday = """[{"days_of_week":["mon"],"all_day":true}]""";
    private const string Absence = """[{"description":"Ремонт","during":{"start":"2026-12-01T08:00:00Z","end":"2026-12-01T18:00:00Z"}}]""";

    private Given Given => registry.Given;

    [Theory(DisplayName = "Sent members change, omitted ones stay, null clears")]
    [InlineData("""{"comment":"Новий"}""", "Новий", Monday, Absence)]
    [InlineData("""{"comment":null}""", null, Monday, Absence)]
    [InlineData("""{"available_time":null,"not_available":[]}""", "Старий", "[]", "[]")]
    [InlineData("""{"available_time":[{"days_of_week":["sat"],"all_day":true}]}""", "Старий",
        """[{"days_of_week":["sat"],"all_day":true}]""", Absence)]
    [InlineData("{}", "Старий", Monday, Absence)]
    public async Task Changes(string body, string? comment, string availableTime, string notAvailable)
    {
        var provider = await Given.Provider("SUSPENDED");
        var service = await Service(provider);
        var user = Guid.NewGuid();

        var data = (await registry.Send("PATCH", $"{HealthcareServiceCase.Path}/{service}",
            await Given.Token(provider, HealthcareServiceCase.Write, user), body)).Succeeded().Data;

        Assert.Equal(HealthcareServiceCase.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal((comment, user), (data.GetProperty("comment").GetString(), data.GetProperty("updated_by").GetGuid()));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(availableTime), JsonNode.Parse(data.GetProperty("available_time").GetRawText())));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(notAvailable), JsonNode.Parse(data.GetProperty("not_available").GetRawText())));
        var row = Assert.Single(await registry.Rows("SELECT comment, status, updated_by FROM healthcare_services WHERE id = $1", service));
        Assert.Equal((comment, "ACTIVE", user), (row["comment"], row["status"], row["updated_by"]));
        Assert.Equal(
            1L, await registry.Scalar<long>(
                "SELECT count(*) FROM audit_log WHERE resource_id = $1::text AND actor_id = $2::text", service, user));
    }

    [Theory(DisplayName = "Schema, before the legal entity (CLOSED here) is checked")]
    [InlineData("""{"status":"INACTIVE"}""", "$.status", "schema")]
    [InlineData("""{"speciality_type":"GENERAL_SURGERY"}""", "$.speciality_type", "schema")]
    [InlineData("""{"comment":5}""", "$.comment", "cast")]
    [InlineData("""{"available_time":[{"all_day":true}]}""", "$.available_time[0].days_of_week", "required")]
    public async Task SchemaFault(string body, string path, string rule)
    {
        var answer = await Patch(await Given.Provider("CLOSED"), $"{Guid.NewGuid()}", body);

        Assert.Equal(422, answer.Status);
        var invalid = Assert.Single(answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray());
        Assert.Equal(
            (path, rule), (invalid.GetProperty("entry").GetString(), invalid.GetProperty("rules")[0].GetProperty("rule").GetString()));
    }

    [Theory(DisplayName = "Validation; every row also sends times that contradict themselves (5)")]
    [InlineData(
        "1 legal entity is CLOSED; the service is missing", "CLOSED", "missing", 409, "request_conflict", "Invalid legal entity status")]
    [InlineData("1 legal entity is REORGANIZED; the service is foreign and INACTIVE", "REORGANIZED", "foreign INACTIVE", 409,
        "request_conflict", "Invalid legal entity status")]
    [InlineData("2 the service is missing", "ACTIVE", "missing", 404, "not_found", "Healthcare service not found")]
    [InlineData("2 the service is not is_active, foreign and INACTIVE", "ACTIVE", "foreign INACTIVE deleted", 404, "not_found",
        "Healthcare service not found")]
    [InlineData("3 the service is foreign and INACTIVE", "ACTIVE", "foreign INACTIVE", 403, "forbidden",
        "Healthcare service belongs to another legal entity")]
    [InlineData(
        "4 the service is INACTIVE", "ACTIVE", "own INACTIVE", 409, "request_conflict", "INACTIVE healthcare service cannot be UPDATED")]
    [InlineData("5 times", "ACTIVE", "own", 422, "validation_failed", "Should be present when all_day = false")]
    public async Task Refuses(string rule, string legalEntity, string service, int status, string type, string message)
    {
        var provider = await Given.Provider(legalEntity);
        var owner = service.Contains("foreign", StringComparison.Ordinal) ? await Given.Provider() : provider;
        var id = service == "missing" ? Guid.NewGuid()
            : await Given.HealthcareService(owner, status: service.Contains("INACTIVE", StringComparison.Ordinal) ? "INACTIVE" : "ACTIVE",
                isActive: !service.Contains("deleted", StringComparison.Ordinal));
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Patch(provider, $"{id}", """{"comment":"Новий","available_time":[{"days_of_week":["mon"],"all_day":false}]}""");

        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
        if (status == 422)
            answer.IsIlBusinessFault("$.available_time[0].available_start_time", message);
        else
            answer.IsIlRefusal(status, type, message);
    }

    private async Task<Guid> Service(Guid provider)
    {
        var id = await Given.HealthcareService(provider);
        await registry.Execute(
            "UPDATE healthcare_services SET comment = 'Старий', available_time = $2::jsonb, not_available = $3::jsonb WHERE id = $1", id,
            Monday, Absence);
        return id;
    }

    private async Task<Answer> Patch(Guid provider, string id, string body) =>
        await registry.Send("PATCH", $"{HealthcareServiceCase.Path}/{id}", await Given.Token(provider, HealthcareServiceCase.Write), body);
}
