using Esoz.Platform.Access;

namespace Esoz.Tests.Platform.Access;

/// <summary>Retention of expired tokens (data-model §7).</summary>
public sealed class PurgeTokensTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A token is removed when it expired longer ago than it is kept, not before")]
    public async Task Leaves()
    {
        Assert.Equal(30, registry.Settings.Tokens.Retention.TotalDays);
        var provider = await registry.Given.Provider();
        foreach (var days in new[] { 31, 29, -1 })
        {
            var user = Guid.NewGuid();
            await registry.Given.Token(provider, "employee_role:write", user);
            await registry.Execute(
                "UPDATE tokens SET expires_at = extract(epoch FROM now() - make_interval(days => $2))::bigint WHERE user_id = $1", user,
                days);
        }

        var purge = new PurgeTokens(registry.Database, registry.Settings.Tokens.Retention);
        Assert.Equal(1, await purge.Run(TestContext.Current.CancellationToken));

        Assert.Equal(
            0, await registry.Scalar<long>(
                "SELECT count(*) FROM tokens WHERE expires_at < extract(epoch FROM now() - interval '30 days')"));
        Assert.Equal(2, await registry.Scalar<long>("SELECT count(*) FROM tokens"));
    }
}
