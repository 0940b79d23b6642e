namespace Esoz.Tests.HealthcareServices;

/// <summary>Get healthcare service by ID (employee-roles §6.2).</summary>
public sealed class GetHealthcareServiceTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "healthcare_service:read";

    private Given Given => registry.Given;

    [Theory(DisplayName = "The owner, a MIS and the NHS see the service, in every status")]
    [InlineData("owner")]
    [InlineData("MIS")]
    [InlineData("NHS")]
    public async Task Shows(string who)
    {
        var provider = await Given.Provider();
        var service = await Given.HealthcareService(provider, status: "INACTIVE");
        await registry.Execute(
            "UPDATE healthcare_services SET licensed_status = 'ACTIVE', licensed_updated_at = '2026-05-01T00:00:00Z' WHERE id = $1",
            service);
        var client = who == "owner" ? provider : Guid.NewGuid();
        if (who != "owner")
            await Given.Client(client, who);

        var data = (await Get($"{service}", client)).Succeeded().Data;

        Assert.Equal(HealthcareServiceCase.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            """{"status":"ACTIVE","updated_at":"2026-05-01T00:00:00Z"}""", data.GetProperty("licensed_healthcare_service").GetRawText());
    }

    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such service", "missing", 404, "not_found", "Healthcare service not found")]
    [InlineData("1 the id is no uuid", "no uuid", 404, "not_found", "Healthcare service not found")]
    [InlineData("1 the service is not is_active, and foreign", "deleted", 404, "not_found", "Healthcare service not found")]
    [InlineData("2 the service is foreign", "foreign", 403, "forbidden", "Healthcare service belongs to another legal entity")]
    public async Task Refuses(string rule, string service, int status, string type, string message)
    {
        var id = service switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "no uuid" => "17",
            _ => (await Given.HealthcareService(await Given.Provider(), isActive: service != "deleted")).ToString(),
        };

        var answer = await Get(id, await Given.Provider());

        Assert.True(answer.Status == status, rule);
        answer.IsIlRefusal(status, type, message);
    }

    private async Task<Answer> Get(string id, Guid client) =>
        await registry.Send("GET", $"{HealthcareServiceCase.Path}/{id}", await Given.Token(client, Scope));
}
