using Esoz.Platform.Access;

namespace Esoz.Tests.Platform.Access;

/// <summary>
/// One-time links (docs/adr/0041): used once, for a short time, ended by a newer one, a new password, a new address or a block.
/// </summary>
public sealed class OneTimeLinksTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private OneTimeLinks Links => new(registry.Database, registry.Settings.Links);

    [Fact(DisplayName = "A link opens for its user until it expires; an invitation for 3 days, a new password for an hour")]
    public async Task Opens()
    {
        var user = await User();
        var token = (await Links.Make(user, LinkPurpose.Invitation, Ct))!;
        var opened = await Links.Find(token, Ct);

        Assert.Equal((user, LinkPurpose.Invitation), (opened!.UserId, opened.Purpose));
        Assert.Null(await Links.Find(token + "x", Ct));
        Assert.Equal(72, await Hours(user));
        await registry.Execute("UPDATE one_time_links SET expires_at = now() WHERE user_id = $1", user);
        Assert.Null(await Links.Find(token, Ct));

        await Links.Make(user, LinkPurpose.Reset, Ct);
        Assert.Equal(1, await Hours(user));
    }

    [Fact(DisplayName = "A newer link ends the former one; of 32 made at the same time exactly one opens")]
    public async Task Newest()
    {
        var user = await User();
        var first = (await Links.Make(user, LinkPurpose.Invitation, Ct))!;
        var second = (await Links.Make(user, LinkPurpose.Reset, Ct))!;
        Assert.Null(await Links.Find(first, Ct));
        Assert.NotNull(await Links.Find(second, Ct));

        var tokens = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Links.Make(user, LinkPurpose.Invitation, Ct)));
        var opened = 0;
        foreach (var token in tokens)
            opened += await Links.Find(token!, Ct) is null ? 0 : 1;
        Assert.Equal(1, opened);
    }

    [Theory(DisplayName = "What ends a link: a new password, a new address, a block")]
    [InlineData("UPDATE users SET password_hash = 'x', password_set_at = now() WHERE id = $1", false)]
    [InlineData("UPDATE users SET email = 'other.' || email WHERE id = $1", false)]
    [InlineData("UPDATE users SET is_blocked = true WHERE id = $1", false)]
    [InlineData("UPDATE users SET password_hash = 'renewed hash of the same password', updated_at = now() WHERE id = $1", true)]
    public async Task Ends(string change, bool stays)
    {
        var user = await User();
        var token = (await Links.Make(user, LinkPurpose.Reset, Ct))!;

        await registry.Execute(change, user);

        Assert.Equal(stays, await Links.Find(token, Ct) is not null);
        Assert.Equal(stays, await registry.Scalar<bool>("SELECT ended_at IS NULL FROM one_time_links WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "There is no link for a blocked user, nor for one who does not exist")]
    public async Task Nobody()
    {
        var user = await User();
        await registry.Registrar.BlockUser(user, null, Ct);

        Assert.Null(await Links.Make(user, LinkPurpose.Invitation, Ct));
        Assert.False(await Links.Mail(user, LinkPurpose.Invitation, Ct));
        Assert.Null(await Links.Make(Guid.NewGuid(), LinkPurpose.Invitation, Ct));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM one_time_links WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "Links and their mails are removed 30 days after they ended; one whose mail waits stays")]
    public async Task Purge()
    {
        var (old, recent, waiting) = (await User(), await User(), await User());
        foreach (var user in new[] { old, recent })
            await Links.Make(user, LinkPurpose.Reset, Ct);
        await Links.Mail(waiting, LinkPurpose.Invitation, Ct);
        await registry.Execute("UPDATE one_time_links SET inserted_at = now() - interval '40 days' WHERE user_id = $1", waiting);
        await registry.Execute("UPDATE one_time_links SET expires_at = now() - interval '31 days' WHERE user_id = $1", old);
        await registry.Execute("UPDATE one_time_links SET expires_at = now() - interval '29 days' WHERE user_id = $1", recent);

        Assert.Equal(1, await Links.Purge(Ct));

        Assert.Equal([recent, waiting], (await registry.Rows("SELECT user_id FROM one_time_links WHERE user_id = ANY ($1)",
            new[] { old, recent, waiting })).Select(row => (Guid)row["user_id"]!).OrderBy(id => id == waiting));
    }

    [Fact(DisplayName = "Making, using and ending a link is in the audit log, never its token or hash")]
    public async Task Audit()
    {
        var user = await User();
        var token = (await Links.Make(user, LinkPurpose.Invitation, Ct))!;
        await Links.Make(user, LinkPurpose.Reset, Ct);

        var log = await registry.Scalar<string>("""
            SELECT string_agg(changeset::text, E'\n' ORDER BY log.inserted_at)
              FROM audit_log log
             WHERE resource = 'one_time_links' AND resource_id IN (SELECT id::text FROM one_time_links WHERE user_id = $1)
            """, user);
        Assert.Equal(3, log.Split('\n').Length);
        Assert.Contains("\"INVITATION\"", log, StringComparison.Ordinal);
        Assert.Contains("\"ended_at\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain(SecretHash.Of(token).Hex, log, StringComparison.Ordinal);
    }

    private async Task<Guid> User() =>
        (await new Users(registry.Database).Register(new(null, $"{Guid.NewGuid():N}@example.ua", null, null), Ct)).Id!.Value;

    private Task<double> Hours(Guid user) => registry.Scalar<double>("""
        SELECT round(extract(epoch FROM expires_at - now()) / 3600)::float8 FROM one_time_links WHERE user_id = $1 AND ended_at IS NULL
        """, user);
}
