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
