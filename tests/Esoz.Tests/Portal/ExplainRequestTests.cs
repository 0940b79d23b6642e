using System.Net;

namespace Esoz.Tests.Portal;

/// <summary>/docs/explain: one's own requests, check by check.</summary>
public sealed class ExplainRequestTests(PortalSandbox sandbox) : IClassFixture<PortalSandbox>
{
    [Fact(DisplayName = "A request is explained to its client by token; to another client, to a wrong credential and without one it is not")]
    public async Task OwnOnly()
    {
        var demo = await sandbox.Demo();
        var token = demo.Secrets.Single(secret => secret.Variable == "CLINIC_OWNER").Value;
        var answer = await sandbox.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", new(token));
        var id = answer.Headers.GetValues("X-Request-ID").Single();
        await Eventually.Holds(async () => await sandbox.Scalar<long>("SELECT count(*) FROM access_journal WHERE request_id = $1", id) > 0);

        var own = await Explain(id, token);
        Assert.Contains("Employee role not found", own, StringComparison.Ordinal);
        Assert.Contains("refused:", own, StringComparison.Ordinal);
        Assert.Contains("passed:", own, StringComparison.Ordinal);
        Assert.DoesNotContain(token, own, StringComparison.Ordinal);
        Assert.Contains("is broken now as well", own, StringComparison.Ordinal);
        foreach (var other in demo.Secrets.Where(secret => secret.Variable is "NHS" or "PIS_KEY").Select(secret => secret.Value).Append("wrong"))
            Assert.Contains("There is no such request of yours.", await Explain(id, other), StringComparison.Ordinal);
        Assert.Contains("Give the request id and a credential", await Explain(id, ""), StringComparison.Ordinal);
        Assert.Contains("There is no such request of yours.", await Explain(Guid.NewGuid().ToString(), token), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A request with an api-key alone is explained to the owner of the key; a refusal of the gateway has its step")]
    public async Task ByKey()
    {
        var demo = await sandbox.Demo();
        var key = demo.Secrets.Single(secret => secret.Variable == "MIS_KEY").Value;
        var answer = await sandbox.Send("GET", "/api/pis/bulk/employees", new(ApiKey: key));
        Assert.Equal(403, answer.Status);
        var id = answer.Headers.GetValues("X-Request-ID").Single();
        await Eventually.Holds(async () => await sandbox.Scalar<long>("SELECT count(*) FROM access_journal WHERE request_id = $1", id) > 0);

        Assert.Contains("employee_bulk:read_pis: missing", await Explain(id, key), StringComparison.Ordinal);
    }

    private async Task<string> Explain(string id, string credential)
    {
        using var form = new FormUrlEncodedContent([new("request_id", id), new("credential", credential)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/docs/explain") { Content = form, Headers = { { "Accept-Language", "en" } } };
        using var answer = await sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
