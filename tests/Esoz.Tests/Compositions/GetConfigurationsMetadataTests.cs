namespace Esoz.Tests.Compositions;

/// <summary>Get configurations metadata (compositions §17).</summary>
public sealed class GetConfigurationsMetadataTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/configurations/metadata";

    [Theory(DisplayName = "The last change, for a token with any scope; a list without paging")]
    [InlineData("composition:read")]
    [InlineData("division:read")]
    public async Task LastChange(string scope)
    {
        await registry.Execute("""
            UPDATE composition_configurations
               SET updated_at = CASE category WHEN 'LIVE_BIRTH' THEN '2126-03-04T05:06:07.080900Z' ELSE '2026-03-04T05:06:07Z' END::timestamptz
            """);

        var answer = (await registry.Send("GET", Path, await registry.Given.Token(await registry.Given.Provider(), scope))).Succeeded();

        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal("""[{"resource":"composition_configurations","updated_at":"2126-03-04T05:06:07.080900Z"}]""", answer.Data.GetRawText());
    }

    [Fact(DisplayName = "A request without a token is refused")]
    public async Task NoToken() =>
        (await registry.Send("GET", Path)).IsIlRefusal(
            401, "access_denied", "Authorization header is not set or doesn't contain Bearer token");
}
