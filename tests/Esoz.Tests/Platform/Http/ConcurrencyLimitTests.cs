using Esoz.Platform.Access;
using Esoz.Platform.Http;
using Esoz.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Http;

/// <summary>Requests of one client that are carried out at the same time (platform §2, check 8a).</summary>
public sealed class ConcurrencyLimitTests(ConcurrencyLimitTests.Limited registry) : IClassFixture<ConcurrencyLimitTests.Limited>
{
    private const int Limit = 2;
    private const string Message = "Too many concurrent requests";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Of one client as many requests as allowed are carried out and as many wait; more get 429, and other clients are answered")]
    public async Task OfOneClient()
    {
        var (role, token) = await registry.NewRole();
        var (_, other) = await registry.NewRole();
        Task<Answer>[] under;
        await using (await registry.LockRole(role))
        {
            under = [.. Enumerable.Range(0, Limit).Select(_ => registry.Deactivate(role, token))];
            await Eventually.Holds(async () => await registry.Waiting() == Limit, () => "The first requests do not wait for the row.");
            Task<Answer>[] more = [.. Enumerable.Range(0, Limit + 1).Select(_ => Read(role, token))];

            // One finds no place to wait; the others wait in vain.
            Assert.All(await Eventually.Ends(Task.WhenAll(more)), refused =>
            {
                refused.IsIlRefusal(429, "too_many_requests", Message);
                Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            });
            (await registry.Send("GET", "/api/employee_roles", other)).Succeeded();
            Assert.All(under, request => Assert.False(request.IsCompleted));
        }

        Assert.Equal([200, 409], (await Eventually.Ends(Task.WhenAll(under))).Select(answer => answer.Status).Order());
        Assert.All(await Task.WhenAll(Enumerable.Range(0, Limit).Select(_ => Read(role, token))), answer => answer.Succeeded());
    }

    [Fact(DisplayName = "A request that waits is answered when one that is under way ends")]
    public async Task Waits()
    {
        var (role, token) = await registry.NewRole();
        Task<Answer>[] under;
        Task<Answer> waiting;
        await using (await registry.LockRole(role))
        {
            under = [.. Enumerable.Range(0, Limit).Select(_ => registry.Deactivate(role, token))];
            await Eventually.Holds(async () => await registry.Waiting() == Limit, () => "The first requests do not wait for the row.");
            waiting = Read(role, token);
        }

        (await Eventually.Ends(waiting)).Succeeded();
        await Eventually.Ends(Task.WhenAll(under));
    }

    [Fact(DisplayName = "Refused and broken requests give their place back: a body that is no JSON, a scope that is missing, a client that hangs up, whose statement ends")]
    public async Task GivenBack()
    {
        var nhs = await Given.Nhs();
        var (role, token) = await registry.NewRole();
        for (var i = 0; i <= Limit; i++)
        {
            Assert.Equal(400, (await registry.Send("POST", "/api/admin/contract_employees", nhs, "{")).Status);
            Assert.Equal(403, (await Read(role, await Given.Token(await Given.Provider(), "other:scope"))).Status);
            await using (await registry.LockRole(role))
            {
                using var hangUp = new CancellationTokenSource();
                using var request = new HttpRequestMessage(
                    HttpMethod.Patch, new Uri(registry.Url, $"/api/employee_roles/{role}/actions/deactivate"));
                request.Headers.Authorization = new("Bearer", token.Token);
                var cut = registry.Http.SendAsync(request, hangUp.Token);
                await Eventually.Holds(async () => await registry.Waiting() == 1, () => "The request does not wait for the row.");
                await hangUp.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cut);
                // PostgreSQL ends the statement, which would otherwise be carried out when the lock is gone.
                await Eventually.Holds(async () => await registry.Waiting() == 0, () => "The abandoned statement waits on.");
            }
        }

        Assert.Equal(422, (await registry.Send("POST", "/api/admin/contract_employees", nhs, "{}")).Status);
        (await Read(role, token)).Succeeded();
    }

    [Fact(DisplayName = "The MC family says it in its own envelope; downloads of an api-key are limited too")]
    public async Task OtherFamilies()
    {
        var provider = await Given.Provider();
        var token = await Given.Token(provider, "composition:read");
        var key = new Credential(ApiKey: await Given.ApiKey("PIS"));
        var pis = await registry.Scalar<Guid>("SELECT client_id FROM connections WHERE secret_hash = $1", SecretHash.Of(key.ApiKey!).Hex);
        var underWay = registry.Services.GetRequiredService<ConcurrencyLimit>().UnderWay!;
        var waiting = new List<Task>();
        foreach (var client in new[] { provider, pis })
        {
            Assert.True(underWay.AttemptAcquire(client, Limit).IsAcquired);
            waiting.Add(underWay.AcquireAsync(client, Limit, Ct).AsTask());
        }

        var mc = await registry.Send("GET", $"/api/patients/composition/job/{Guid.NewGuid()}", token);
        Assert.Equal((429, Message), (mc.Status, mc.Json.GetProperty("error").GetProperty("message").GetString()));
        (await registry.Send("GET", "/api/pis/bulk/employees", key)).IsIlRefusal(429, "too_many_requests", Message);
        Assert.All(waiting, place => Assert.False(place.IsCompleted));
    }

    [Fact(DisplayName = "Production has a limit unless it is set, a sandbox has none")]
    public void Defaults()
    {
        Assert.Equal(16, Settings.Read(EsozProcess.Production("Host=none", "/nowhere")).MaxClientRequests);
        Assert.Equal(0, Settings.Read(new Dictionary<string, string>()).MaxClientRequests);
    }

    private Task<Answer> Read(Guid role, Credential token) => registry.Send("GET", $"/api/employee_roles/{role}", token);

    public sealed class Limited(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new()
        {
            ["ESOZ_MAX_CLIENT_REQUESTS"] = "2",
        };
    }
}
