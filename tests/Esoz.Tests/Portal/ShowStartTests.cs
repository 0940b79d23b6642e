using System.Globalization;
using System.Net;
using System.Text.Json;
using Esoz.Portal;

namespace Esoz.Tests.Portal;

/// <summary>GET / and the files that it offers.</summary>
public sealed class ShowStartTests(PortalSandbox sandbox) : IClassFixture<PortalSandbox>
{
    [Fact(DisplayName = "The first page of a sandbox shows every credential that this start has issued, until they end")]
    public async Task Credentials()
    {
        var demo = await sandbox.Demo();

        var page = await Get("/");

        Assert.Equal(["CLINIC_OWNER", "DOCTOR", "HOSPITAL_OWNER", "NHS", "NHS_KEY", "MIS_KEY", "PIS_KEY", "DEMO_PASSWORD"], demo.Secrets.Select(secret => secret.Variable));
        Assert.All(demo.Secrets, secret => Assert.Contains($"<code data-copy>{secret.Value}</code>", page, StringComparison.Ordinal));
        Assert.Contains(demo.Until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), page, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A host that is not this machine is shown no credentials: another site whose name leads here cannot read them")]
    public async Task OtherHosts()
    {
        var demo = await sandbox.Demo();
        foreach (var path in new[] { "/", "/docs/files/esoz.http", "/docs/files/esoz.postman_collection.json", "/docs/methods/getEmployees" })
        {
            var page = await Get(path, host: "rebound.example");
            Assert.All(demo.Secrets, secret => Assert.DoesNotContain(secret.Value, page, StringComparison.Ordinal));
            Assert.DoesNotContain("method=\"post\"", page, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "demo.env has the credentials, the .http file and the Postman collection every method, with variables for secrets")]
    public async Task Files()
    {
        var demo = await sandbox.Demo();

        Assert.Equal(demo.Secrets.Select(secret => $"{secret.Variable}={secret.Value}"), (await Get(Downloads.Variables)).Trim().Split('\n'));
        var http = await Get(Downloads.Http);
        Assert.All(Methods.All, card => Assert.Contains($"[{card.Id}]\n{card.Verb} {{{{HOST}}}}", http, StringComparison.Ordinal));
        Assert.Contains("Authorization: Bearer {{CLINIC_OWNER}}", http, StringComparison.Ordinal);
        var collection = JsonElement.Parse(await Get(Downloads.Postman));
        Assert.Equal(Methods.All.Count, collection.GetProperty("item").EnumerateArray().Sum(folder => folder.GetProperty("item").GetArrayLength()));
        Assert.Contains(collection.GetProperty("variable").EnumerateArray(), variable => variable.GetProperty("value").GetString() == demo.Secrets[0].Value);
    }

    private async Task<string> Get(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        using var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
