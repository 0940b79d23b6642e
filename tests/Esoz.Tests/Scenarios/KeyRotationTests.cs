using System.Net;
using System.Text.Json;

namespace Esoz.Tests.Scenarios;

/// <summary>Keys that are replaced while clients go on working (docs/operations.md, Replacing keys).</summary>
public sealed class KeyRotationTests(KeyRotationTests.RotatingRegistry registry) : IClassFixture<KeyRotationTests.RotatingRegistry>
{
    private const string Path = "/api/admin/contracts/media_storage/generate_url";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The key of links: those of the former key work as long as it is named, new links are of the new key")]
    public async Task SigningKey()
    {
        var folder = Guid.NewGuid();
        var (put, get) = (await Link("PUT", folder), await Link("GET", folder));
        Assert.Equal(HttpStatusCode.OK, await Put(put, 1));

        await Restart(key: 'b', previous: 'a');
        Assert.Equal(HttpStatusCode.OK, await Put(put, 2));
        Assert.Equal([2], await registry.Http.GetByteArrayAsync(new Uri(registry.Url, get), Ct));
        var (newPut, newGet) = (await Link("PUT", folder), await Link("GET", folder));
        Assert.Equal(HttpStatusCode.OK, await Put(newPut, 3));

        await Restart(key: 'b', previous: null);
        Assert.Equal(HttpStatusCode.Forbidden, await Put(put, 4));
        Assert.Equal(HttpStatusCode.Forbidden, (await registry.Http.GetAsync(new Uri(registry.Url, get), Ct)).StatusCode);
        Assert.Equal([3], await registry.Http.GetByteArrayAsync(new Uri(registry.Url, newGet), Ct));
        Assert.Equal(HttpStatusCode.OK, await Put(newPut, 5));
    }

    [Fact(DisplayName = "An api-key: the second works beside the first, until the first is revoked; so do tokens")]
    public async Task ApiKey()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "NHS");
        var life = TimeSpan.FromDays(1);
        var (first, second) = (await registry.Registrar.IssueKey(client, life, Ct), await registry.Registrar.IssueKey(client, life, Ct));
        var (one, other) = (await registry.Given.Token(client, "private_contracts:write"),
            await registry.Given.Token(client, "private_contracts:write"));

        Assert.Equal((200, 200, 200), (await Call(one, first), await Call(one, second), await Call(other, second)));

        Assert.True(await registry.Registrar.RevokeKey(first!, Ct));
        Assert.True(await registry.Registrar.RevokeToken(one.Token!, Ct));
        Assert.Equal((401, 401, 200), (await Call(other, first), await Call(one, second), await Call(other, second)));
    }

    private async Task<int> Call(Credential credential, string? key) =>
        (await registry.Send("POST", Path, credential with { ApiKey = key }, Body("GET", Guid.NewGuid()))).Status;

    /// <summary>Path and query of a link: a restarted server has another port.</summary>
    private async Task<string> Link(string action, Guid folder) => new Uri(
        (await registry.Send("POST", Path, await registry.Given.Nhs(), Body(action, folder))).Succeeded().Data.GetProperty("url").GetString()!)
        .PathAndQuery;

    private async Task<HttpStatusCode> Put(string link, byte content) =>
        (await registry.Http.PutAsync(new Uri(registry.Url, link), new ByteArrayContent([content]), Ct)).StatusCode;

    private async Task Restart(char key, char? previous)
    {
        await registry.StopServer();
        (registry.Key, registry.Previous) = (key, previous);
        await registry.StartServer();
    }

    private static string Body(string action, Guid folder) =>
        JsonSerializer.Serialize(new { action, resource_id = folder, resource_name = "x" });

    /// <summary>A registry that can be given other keys; it remembers no credential.</summary>
    public sealed class RotatingRegistry(TestCluster cluster) : Registry(cluster)
    {
        public char Key { get; set; } = 'a';

        public char? Previous { get; set; }

        protected override Dictionary<string, string> Configuration => new()
        {
            ["AUTH_CACHE_TTL_SECONDS"] = "0",
            ["MEDIA_STORAGE_SIGNING_KEY"] = new string(Key, 32),
            ["MEDIA_STORAGE_SIGNING_KEY_PREVIOUS"] = Previous is { } previous ? new string(previous, 32) : "",
        };
    }
}
