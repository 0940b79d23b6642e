using Esoz.Tests.SignIn;

namespace Esoz.Tests.Clients;

/// <summary>Sessions of users against the end and the renewal of a connection (sign-in §9, §12).</summary>
public sealed class DeleteConnectionSessionsTests(Registry registry) : IClassFixture<Registry>
{
    private Given Given => registry.Given;

    [Fact(DisplayName = "With the connection end the sessions that began with its secret, by whatever secret they went on; the others go on")]
    public async Task Ends()
    {
        var it = await SessionCase.Of(registry);
        var (other, otherSecret) = await it.Connect();
        var (access, refresh) = await it.Session();
        var (_, moved) = SessionCase.PairOf(await it.Refresh((await it.Session()).Refresh, secret: otherSecret));
        var kept = SessionCase.PairOf(await it.Exchange(await it.Code(), secret: otherSecret));

        (await Delete(it.Provider, it.Connection)).Succeeded();

        registry.Clock.Age(TimeSpan.FromSeconds(5));
        Assert.False(await it.Opens(access));
        Assert.Equal(401, (await it.Refresh(refresh)).Status);
        (await it.Refresh(moved, secret: otherSecret)).IsIlRefusal(401, "token_expired", "Token expired.");
        Assert.True(await it.Opens(kept.Access));
        SessionCase.PairOf(await it.Refresh(kept.Refresh, secret: otherSecret));
        Assert.NotEqual(it.Connection, other);
    }

    [Fact(DisplayName = "A new secret ends the former one at once and leaves the sessions")]
    public async Task Renewal()
    {
        var it = await SessionCase.Of(registry);
        var (access, refresh) = await it.Session();
        var key = (await registry.Registrar.IssueKey(it.Mis, TimeSpan.FromDays(1), TestContext.Current.CancellationToken))!;

        var secret = (await registry.Send("PATCH", $"/api/clients/{it.Provider}/connections/{it.Connection}/actions/refresh_secret",
            (await Given.Token(it.Provider, "connection:refresh_secret")) with { ApiKey = key })).Succeeded().Data.GetProperty("secret").GetString();

        (await it.Refresh(refresh)).IsIlRefusal(401, "invalid_client", "Invalid client id or secret.");
        Assert.True(await it.Opens(access));
        SessionCase.PairOf(await it.Refresh(refresh, secret: secret));
    }

    [Fact(DisplayName = "No exchange that races with the end of the connection leaves a living session")]
    public async Task Race()
    {
        for (var round = 0; round < 12; round++)
        {
            var it = await SessionCase.Of(registry);
            var codes = new List<string>();
            for (var i = 0; i < 8; i++)
                codes.Add(await (await it.Colleague()).Code());
            var credential = await Given.Token(it.Provider, "connection:delete");

            var exchanges = codes.Select(code => it.Exchange(code)).ToList();
            var deleted = registry.Send("DELETE", $"/api/clients/{it.Provider}/connections/{it.Connection}", credential);
            await Task.WhenAll([.. exchanges, deleted]);

            (await deleted).Succeeded();
            Assert.Equal(0, await registry.Scalar<long>(
                "SELECT count(*) FROM tokens WHERE connection_id = $1 AND expires_at > extract(epoch FROM now())", it.Connection));
        }
    }

    private async Task<Answer> Delete(Guid client, Guid connection) => await registry.Send(
        "DELETE", $"/api/clients/{client}/connections/{connection}", await Given.Token(client, "connection:delete"));
}
