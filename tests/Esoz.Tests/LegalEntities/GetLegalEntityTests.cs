namespace Esoz.Tests.LegalEntities;

/// <summary>Get legal entity by ID (employee-roles §6.1).</summary>
public sealed class GetLegalEntityTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "legal_entity:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows what the list shows and, after nhs_verified, what НСЗУ noted, with every member in order")]
    public async Task Shows()
    {
        var provider = await Given.Provider();
        await registry.Execute(
            "UPDATE legal_entities SET nhs_reviewed = true, nhs_comment = 'Перевірено', edr = '{\"name\": \"КНП\"}' WHERE id = $1",
            provider);
        var license = await Given.Insert("licenses", new() { ["legal_entity_id"] = provider, ["type"] = "MSP", ["is_primary"] = true });

        var data = (await Get(provider.ToString(), provider)).Succeeded().Data;

        Assert.Equal(
            [
                "id", "edr", "edr_verified", "edrpou", "type", "residence_address", "phones", "email", "website", "receiver_funds_code", "beneficiary",
                "accreditation", "license", "archive", "public_offer",
                "status", "nhs_verified", "nhs_reviewed", "nhs_comment", "is_active", "inserted_at", "inserted_by",
                "updated_at", "updated_by",
            ],
            data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("true", "\"Перевірено\"", license, "null"),
            (data.GetProperty("nhs_reviewed").GetRawText(), data.GetProperty("nhs_comment").GetRawText(),
            data.GetProperty("license").GetProperty("id").GetGuid(), data.GetProperty("license").GetProperty("issued_by").GetRawText()));
        var listed = (await registry.Send("GET", "/api/v2/legal_entities", await Given.Token(provider, Scope))).Data[0];
        Assert.Equal(listed.EnumerateObject().Select(member => (member.Name, member.Value.GetRawText())),
            data.EnumerateObject().Where(member => member.Name is not ("nhs_reviewed" or "nhs_comment"))
            .Select(member => (member.Name, member.Value.GetRawText())));
    }

    [Theory(DisplayName = "A provider sees itself in every status; MIS and NHS see all")]
    [InlineData("MSP", "CLOSED")]
    [InlineData("MSP", "REORGANIZED")]
    [InlineData("MIS", "SUSPENDED")]
    [InlineData("NHS", "CLOSED")]
    public async Task Visibility(string clientType, string status)
    {
        var provider = await Given.Provider(status);
        var client = provider;
        if (clientType != "MSP")
            await Given.Client(client = Guid.NewGuid(), clientType);

        Assert.Equal(status, (await Get(provider.ToString(), client)).Succeeded().Data.GetProperty("status").GetString());
    }

    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such legal entity", "missing", 404, "not_found", "Legal entity not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Legal entity not found")]
    [InlineData("1 the legal entity is not is_active, and foreign", "foreign deleted", 404, "not_found", "Legal entity not found")]
    [InlineData("2 the legal entity is foreign", "foreign", 403, "forbidden", "Access denied")]
    public async Task Refuses(string rule, string legalEntity, int status, string type, string message)
    {
        var id = legalEntity switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.LegalEntity(isActive: legalEntity != "foreign deleted")).ToString(),
        };

        var answer = await Get(id, await Given.Provider());

        Assert.True(answer.Status == status, rule);
        answer.IsIlRefusal(status, type, message);
    }

    private async Task<Answer> Get(string id, Guid client) =>
        await registry.Send("GET", $"/api/v2/legal_entities/{id}", await Given.Token(client, Scope));
}
