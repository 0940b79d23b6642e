using Esoz.Platform.Http;
using Esoz.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Http;

/// <summary>Rate limits (platform §11).</summary>
public sealed class RateLimitTests(RateLimitTests.Limited registry) : IClassFixture<RateLimitTests.Limited>
{
    private Given Given => registry.Given;

    [Fact(DisplayName = "Every counted answer has limit and remaining requests of each window; the first one over the limit is 429 with Retry-After")]
    public async Task Counts()
    {
        var token = await Given.Token(await Given.Provider(), "employee_role:write");
        AtStartOfMinute();

        foreach (var rest in new[] { "2", "1", "0" })
        {
            var counted = await Deactivate(token);
            Assert.Equal(
                (404, "3", rest),
                (counted.Status, Header(counted, "X-RateLimit-Limit-minute"), Header(counted, "X-RateLimit-Remaining-minute")));
            Assert.Equal("100", Header(counted, "X-RateLimit-Limit-hour"));
        }
        var refused = await Deactivate(token);

        refused.IsIlRefusal(429, "too_many_requests", "API rate limit exceeded");
        Assert.Equal("0", Header(refused, "X-RateLimit-Remaining-minute"));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

        registry.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(404, (await Deactivate(token)).Status);
    }

    [Fact(DisplayName = "Each credential is counted separately, known or not; the limit is checked before the credential is looked up")]
    public async Task PerCredential()
    {
        AtStartOfMinute();
        for (var i = 0; i < 3; i++)
            Assert.Equal(401, (await Deactivate(new("made-up"))).Status);

        Assert.Equal(429, (await Deactivate(new("made-up"))).Status);
        Assert.Equal(401, (await Deactivate(new("another"))).Status);
    }

    [Fact(DisplayName = "Made-up credentials take bounded memory, and a flood of them does not make a valid credential's count forgotten")]
    public async Task Flood()
    {
        var limits = registry.Services.GetRequiredService<RateLimits>();
        var token = await Given.Token(await Given.Provider(), "employee_role:write");
        AtStartOfMinute();
        await Deactivate(token);

        await Parallel.ForAsync(0, RateLimits.MaxUnproven + 500, TestContext.Current.CancellationToken,
            async (i, _) => await Deactivate(new($"made-up-{i}")));

        Assert.InRange(limits.Counters, 1, RateLimits.MaxUnproven + 100);
        Assert.Equal("98", Header(await Deactivate(token), "X-RateLimit-Remaining-hour"));
    }

    [Fact(DisplayName = "Production has a limit of requests a second for every credential, unless it is set; a sandbox has none")]
    public void OfProduction()
    {
        var production = EsozProcess.Production("Host=none", "/nowhere");

        var families = Enum.GetValues<Family>().Where(family => family != Family.Open);
        Assert.Equal(families.Select(family => (family, RateWindow.Second, 500)).Order(),
            Settings.Read(production).RateLimits.Select(limit => (limit.Group, limit.Window, limit.Requests)).Order());
        production["RATE_LIMIT_MC_SECOND"] = "0";
        Assert.Equal(5, Settings.Read(production).RateLimits.Count);
        Assert.Empty(Settings.Read(new Dictionary<string, string>()).RateLimits);
    }

    [Fact(DisplayName = "A group without a limit is not counted")]
    public async Task OtherGroup()
    {
        var answer = await registry.Send("POST", "/api/admin/contract_employees", await Given.Nhs(), "{}");

        Assert.Equal(422, answer.Status);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("X-RateLimit", StringComparison.OrdinalIgnoreCase));
    }

    private Task<Answer> Deactivate(Credential credential) =>
        registry.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", credential);

    private static string Header(Answer answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    /// <summary>Windows are fixed: a test that starts late in one would span two.</summary>
    private void AtStartOfMinute()
    {
        var now = registry.Clock.GetUtcNow();
        registry.Clock.Advance(TimeSpan.FromSeconds(60 - now.Second));
    }

    public sealed class Limited(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration =>
            new() { ["RATE_LIMIT_IL_MIS_MINUTE"] = "3", ["RATE_LIMIT_IL_MIS_HOUR"] = "100" };
    }
}
