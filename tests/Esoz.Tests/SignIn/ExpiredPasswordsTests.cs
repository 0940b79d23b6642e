using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>What sign-in does by the clock (sign-in §13).</summary>
public sealed class ExpiredPasswordsTests(SignInRegistry registry) : IClassFixture<SignInRegistry>
{
    private readonly SignInCase _case = new(registry);

    private ExpiredPasswords Job => new(registry.Database, registry.Settings.Tokens);

    [Fact(DisplayName = "Tokens of users whose password is too old end, but for those that lead to a new one; users without a password keep theirs")]
    public async Task Ends()
    {
        var mis = await _case.Mis();
        var (old, email) = await _case.User(setBefore: TimeSpan.FromDays(90));
        var (young, _) = await _case.User(setBefore: TimeSpan.FromDays(89));
        var (without, _) = await _case.User(hasPassword: false, setBefore: TimeSpan.FromDays(900));
        foreach (var user in new[] { old, young, without })
            await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None);
        (await _case.LogIn(mis, email, scope: "user:change_password", grant: "change_password")).Succeeded(201);
        await registry.Registrar.IssueToken(mis, old, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None);

        Assert.Equal(1, await Job.EndTokens(TestContext.Current.CancellationToken));

        Assert.Equal((0L, 1L, 1L, 1L), (await _case.ValidTokens(old, "access_token"), await _case.ValidTokens(old, "change_password_token"),
            await _case.ValidTokens(young, "access_token"), await _case.ValidTokens(without, "access_token")));
        Assert.Equal(0, await Job.EndTokens(TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "Failures are forgotten after a day, known addresses after 30 days")]
    public async Task Purges()
    {
        var (user, _) = await _case.User();
        await registry.Execute(
            "INSERT INTO failed_logins (email_hash, inserted_at) SELECT md5('') || md5(''), now() - n * interval '23 hours' FROM generate_series(1, 3) n");
        await registry.Execute(
            "INSERT INTO sign_in_addresses (user_id, address, last_at) SELECT $1, ('192.0.2.' || n)::inet, now() - n * interval '29 days' FROM generate_series(1, 3) n",
            user);

        Assert.Equal(4, await Job.Purge(TestContext.Current.CancellationToken));

        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM sign_in_addresses WHERE user_id = $1", user));
    }
}
