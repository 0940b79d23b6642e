using Esoz.Platform.Access;

namespace Esoz.Tests.SignIn;

/// <summary>Log out (sign-in §11.1).</summary>
public sealed class LogoutTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Ends the access token at once and every token of its session, whatever the body; other sessions stay")]
    public async Task LogsOut()
    {
        var it = await SessionCase.Of(registry);
        var first = await it.Session();
        var second = SessionCase.PairOf(await it.Refresh(first.Refresh));
        var other = await it.Session();
        (await registry.Send("GET", "/api/divisions", new(second.Access))).Succeeded();

        var answer = await registry.Send("POST", "/auth/logout", new(second.Access), "[]");

        answer.Succeeded();
        Assert.Equal("{}", answer.Data.GetRawText());
        // Not even what the server remembers of it opens anything.
        Assert.Equal(401, (await registry.Send("GET", "/api/divisions", new(second.Access))).Status);
        Assert.False(await it.Opens(first.Access));
        (await it.Refresh(second.Refresh)).IsIlRefusal(401, "token_expired", "Token expired.");
        (await it.Refresh(first.Refresh)).IsIlRefusal(401, "token_expired", "Token expired.");
        Assert.True(await it.Opens(other.Access));
        Assert.True(await it.Refreshes(other.Refresh));
    }

    [Theory(DisplayName = "Any body is ignored")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"token\":")]
    public async Task Bodies(string? body)
    {
        var it = await SessionCase.Of(registry);

        (await registry.Send("POST", "/auth/logout", new((await it.Session()).Access), body)).Succeeded();
    }

    [Fact(DisplayName = "A token without a session, as that of a form or of an operator, ends alone")]
    public async Task WithoutSession()
    {
        var it = await SessionCase.Of(registry);
        var (access, refresh) = await it.Session();

        (await registry.Send("POST", "/auth/logout", it.Form)).Succeeded();

        (await it.Authorize()).IsIlRefusal(401, "access_denied", "Invalid access token");
        Assert.True(await it.Opens(access));
        Assert.True(await it.Refreshes(refresh));
    }

    [Theory(DisplayName = "A bearer that is missing, unknown, dead or of another name is refused as by every method")]
    [InlineData("missing", "Authorization header is not set or doesn't contain Bearer token")]
    [InlineData("unknown", "Invalid access token")]
    [InlineData("ended", "Invalid access token")]
    [InlineData("refresh", "Invalid access token")]
    public async Task Bearers(string bearer, string message)
    {
        var it = await SessionCase.Of(registry);
        var (access, refresh) = await it.Session();
        if (bearer == "ended")
            (await registry.Send("POST", "/auth/logout", new(access))).Succeeded();

        (await registry.Send("POST", "/auth/logout", bearer switch
        {
            "missing" => new(),
            "unknown" => new("unknown"),
            "ended" => new(access),
            _ => new(refresh),
        })).IsIlRefusal(401, "access_denied", message);
    }

    [Fact(DisplayName = "Of concurrent logouts and refreshes nothing survives: a pair that was issued before the logout ends with it")]
    public async Task Parallel()
    {
        var it = await SessionCase.Of(registry);
        var (access, refresh) = await it.Session();

        var refreshes = Enumerable.Range(0, 12).Select(_ => it.Refresh(refresh)).ToList();
        (await registry.Send("POST", "/auth/logout", new(access))).Succeeded();
        await Task.WhenAll(refreshes);

        Assert.Equal(0L, await registry.Scalar<long>("""
            SELECT count(*) FROM tokens
             WHERE session_id = (SELECT session_id FROM tokens WHERE value_hash = $1::bpchar) AND name <> 'authorization_code'
               AND expires_at > extract(epoch FROM now())
            """, SecretHash.Of(refresh).Hex));
    }

    [Fact(DisplayName = "Audit and journal tell who has logged out")]
    public async Task Records()
    {
        var it = await SessionCase.Of(registry);
        var answer = await registry.Send("POST", "/auth/logout", new((await it.Session()).Access));
        var request = answer.Succeeded().Json.GetProperty("meta").GetProperty("request_id").GetString();

        var audit = await registry.Rows("SELECT actor_id, client_id FROM audit_log WHERE request_id = $1 AND resource = 'tokens'", request);
        Assert.Equal(2, audit.Count);
        Assert.All(audit, row => Assert.Equal((it.User.ToString(), it.Provider), (row["actor_id"], row["client_id"])));
        Assert.Equal(1L, await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE request_id = $1 AND user_id = $2 AND status = 200", request, it.User));
    }
}
