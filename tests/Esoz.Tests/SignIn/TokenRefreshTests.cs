using Esoz.Platform.Access;

namespace Esoz.Tests.SignIn;

/// <summary>Rotation, reuse and narrowing of refresh tokens (sign-in §9.2, RFC 9700 §4.14).</summary>
public sealed class TokenRefreshTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A refresh token that is used again after the leeway gives nothing, and the whole family ends with it")]
    public async Task Reuse()
    {
        var it = await SessionCase.Of(registry);
        var first = await it.Session();
        var second = SessionCase.PairOf(await it.Refresh(first.Refresh));
        var third = SessionCase.PairOf(await it.Refresh(second.Refresh));
        var other = await it.Session();
        await Used(first.Refresh, secondsAgo: 31);

        (await it.Refresh(first.Refresh)).IsIlRefusal(401, "invalid_grant", "Token has already been used.");

        foreach (var (access, refresh) in new[] { first, second, third })
        {
            Assert.False(await it.Opens(access));
            (await it.Refresh(refresh)).IsIlRefusal(401, "token_expired", "Token expired.");
        }
        Assert.True(await it.Opens(other.Access));
        Assert.True(await it.Refreshes(other.Refresh));
    }

    [Fact(DisplayName = "Within the leeway of its first use a refresh token is answered with a further pair, and later uses do not extend it")]
    public async Task Leeway()
    {
        var it = await SessionCase.Of(registry);
        var (_, refresh) = await it.Session();
        var lost = SessionCase.PairOf(await it.Refresh(refresh));
        await Used(refresh, secondsAgo: 20);

        var again = SessionCase.PairOf(await it.Refresh(refresh));

        Assert.NotEqual(lost, again);
        Assert.True(await it.Opens(lost.Access));
        Assert.True(await it.Opens(again.Access));
        await Used(refresh, secondsAgo: 31);
        (await it.Refresh(refresh)).IsIlRefusal(401, "invalid_grant", "Token has already been used.");
        Assert.False(await it.Opens(again.Access));
    }

    [Fact(DisplayName = "Concurrent refreshes within the leeway all get a pair of their own")]
    public async Task Parallel()
    {
        var it = await SessionCase.Of(registry);
        var (_, refresh) = await it.Session();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => it.Refresh(refresh)));

        Assert.Equal(16, answers.Select(SessionCase.ValueOf).Distinct().Count());
    }

    [Fact(DisplayName = "A new pair lives its full time, but not longer than the session, which the exchange of the code has fixed")]
    public async Task SessionMaximum()
    {
        var it = await SessionCase.Of(registry);
        var asked = SignInCase.Now;
        var (_, refresh) = await it.Session();
        var end = await registry.Scalar<long>(
            "SELECT (details ->> 'session_expires_at')::bigint FROM tokens WHERE value_hash = $1::bpchar", SecretHash.Of(refresh).Hex);
        Assert.InRange(end, asked + 7_776_000, SignInCase.Now + 7_776_000);

        asked = SignInCase.Now;
        var full = (await it.Refresh(refresh)).Succeeded(201);
        SignInCase.Lives(full, 2_592_000, asked);

        // Ten minutes before the end of the session.
        var last = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600;
        var (_, next) = SessionCase.PairOf(full);
        await registry.Execute(
            "UPDATE tokens SET details = jsonb_set(details, '{session_expires_at}', to_jsonb($2)) WHERE value_hash = $1::bpchar",
            SecretHash.Of(next).Hex, last);
        var answer = (await it.Refresh(next)).Succeeded(201);
        Assert.Equal(last, answer.Data.GetProperty("expires_at").GetInt64());
        var (_, final) = SessionCase.PairOf(answer);
        Assert.Equal((last, last), (await Of("expires_at"), await Of("(details ->> 'session_expires_at')::bigint")));

        Task<long> Of(string column) =>
            registry.Scalar<long>($"SELECT {column} FROM tokens WHERE value_hash = $1::bpchar", SecretHash.Of(final).Hex);
    }

    [Fact(DisplayName = "The scope is that of the session less what client type or roles no longer allow; what comes back is there again")]
    public async Task Narrowing()
    {
        var it = await SessionCase.Of(registry);
        var (_, refresh) = await it.Session();

        await registry.Execute("UPDATE clients SET scope = 'division:read employee_role:read' WHERE id = $1", it.Provider);
        Assert.Equal("employee_role:read division:read", await Scope());
        await registry.Execute("UPDATE roles SET scope = replace(scope, 'division:read ', '') WHERE name = 'DOCTOR'");
        Assert.Equal("employee_role:read", await Scope());
        await registry.Execute("UPDATE clients SET scope = 'employee:read' WHERE id = $1", it.Provider);
        (await it.Refresh(refresh)).IsIlRefusal(401, "access_denied", "Resource owner revoked access for the client.");
        await registry.Execute("UPDATE clients SET scope = NULL WHERE id = $1", it.Provider);
        await registry.Execute("UPDATE roles SET scope = scope || ' division:read' WHERE name = 'DOCTOR'");
        Assert.Equal(SessionCase.Scope, await Scope());

        async Task<string?> Scope()
        {
            var answer = (await it.Refresh(refresh)).Succeeded(201);
            (_, refresh) = SessionCase.PairOf(answer);
            return answer.Data.GetProperty("details").GetProperty("scope").GetString();
        }
    }

    [Fact(DisplayName = "A new secret of the same client refreshes the session, which ends with the first of its secrets all the same")]
    public async Task NewSecret()
    {
        var it = await SessionCase.Of(registry);
        var (access, refresh) = await it.Session();
        var (_, secret) = await it.Connect();
        var renewed = SessionCase.PairOf(await it.Refresh(refresh, secret));
        Assert.True(await it.Opens(renewed.Access));

        await registry.Execute("UPDATE connections SET expires_at = now() WHERE id = $1", it.Connection);

        Assert.False(await it.Opens(access));
        Assert.False(await it.Opens(renewed.Access));
        (await it.Refresh(renewed.Refresh, secret)).IsIlRefusal(401, "token_expired", "Token expired.");
    }

    private async Task Used(string refresh, int secondsAgo) => Assert.Equal(1, await registry.Execute(
        "UPDATE tokens SET used_at = now() - make_interval(secs => $2) WHERE value_hash = $1::bpchar AND used_at IS NOT NULL",
        SecretHash.Of(refresh).Hex, (double)secondsAgo));
}

/// <summary>Without a leeway (<c>REFRESH_REUSE_LEEWAY_SECONDS=0</c>).</summary>
public sealed class TokenRefreshWithoutLeewayTests(TokenRefreshWithoutLeewayTests.Strict registry)
    : IClassFixture<TokenRefreshWithoutLeewayTests.Strict>
{
    [Fact(DisplayName = "Of 32 concurrent refreshes with one token one succeeds, and the others end the session")]
    public async Task Parallel()
    {
        var it = await SessionCase.Of(registry);
        var (_, refresh) = await it.Session();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => it.Refresh(refresh)));

        var won = Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer != won), answer => Assert.Equal(401, answer.Status));
        Assert.Contains(answers, answer => answer.Text.Contains("Token has already been used.", StringComparison.Ordinal));
        var pair = SessionCase.PairOf(won);
        Assert.False(await it.Opens(pair.Access));
        Assert.False(await it.Refreshes(pair.Refresh));
    }

    public sealed class Strict(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["REFRESH_REUSE_LEEWAY_SECONDS"] = "0" };
    }
}
