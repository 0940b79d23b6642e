using Esoz.Platform;
using Esoz.Platform.Access;
using Esoz.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.SignIn;

/// <summary>A password set by an operator or with a one-time link (sign-in §13).</summary>
public sealed class NewPasswordTests(Registry registry) : IClassFixture<Registry>
{
    private const string Good = "Новий-пароль-1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private NewPassword Passwords => registry.Services.GetRequiredService<NewPassword>();

    private OneTimeLinks Links => registry.Services.GetRequiredService<OneTimeLinks>();

    [Fact(DisplayName = "With a link: the password works, the link is used up, tokens end, the user is the author, and the hash is remembered")]
    public async Task ByLink()
    {
        var (user, token) = await Invited();
        await registry.Registrar.IssueToken(await registry.Given.Provider(), user, "employee:read", TimeSpan.FromHours(1), Ct);

        Assert.Null(await Passwords.SetByLink(token, Good, Ct));

        Assert.True(PasswordHash.Matches(Good, await Hash(user)));
        Assert.Null(await Links.Find(token, Ct));
        Assert.Equal(NewPassword.LinkIsOpen, await Passwords.SetByLink(token, "Інший-пароль-2", Ct));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM password_history WHERE user_id = $1", user));
        Assert.True(await registry.Scalar<bool>("SELECT expires_at <= extract(epoch FROM now()) FROM tokens WHERE user_id = $1", user));
        Assert.Equal($"{user}", await registry.Scalar<string>("""
            SELECT actor_id::text FROM audit_log WHERE resource = 'users' AND resource_id = $1::text AND changeset ? 'password_hash'
            """, user));
        Assert.Equal("{used}", await registry.Scalar<string>(
            "SELECT CASE WHEN used_at IS NOT NULL AND ended_at IS NULL THEN '{used}' END FROM one_time_links WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "A password that breaks a rule is refused by that rule and does not use up the link")]
    public async Task Rules()
    {
        var (user, token) = await Invited();

        Assert.Equal(PasswordRules.LengthIsKept, await Passwords.SetByLink(token, "Short-1", Ct));
        Assert.Equal(PasswordRules.IsMixed, await Passwords.SetByLink(token, "lower-case-only-1", Ct));
        Assert.Null(await Passwords.Set(user, Good, Ct));
        var again = (await Links.Make(user, LinkPurpose.Reset, Ct))!;
        Assert.Equal(PasswordRules.IsNew, await Passwords.SetByLink(again, Good, Ct));
        Assert.NotNull(await Links.Find(again, Ct));
        Assert.Null(await Links.Find(token, Ct));
    }

    [Fact(DisplayName = "Of 8 who use one link at the same time one sets the password")]
    public async Task Race()
    {
        var (user, token) = await Invited();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            Refusal? answer = null;
            // Eight hashes at the same time take long on a busy machine.
            await Eventually.Holds(async () => (answer = await Passwords.SetByLink(token, $"{Good}{i}", Ct)) != PasswordHashing.Busy);
            return answer;
        }));

        Assert.Single(answers, answer => answer is null);
        Assert.All(answers.Where(answer => answer is not null), answer => Assert.Equal(NewPassword.LinkIsOpen, answer));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM password_history WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "An expired link, one of a blocked user, and one that never was are refused alike")]
    public async Task Refused()
    {
        var (expired, token) = await Invited();
        await registry.Execute("UPDATE one_time_links SET expires_at = now() WHERE user_id = $1", expired);
        var (blocked, second) = await Invited();
        await registry.Registrar.BlockUser(blocked, null, Ct);

        foreach (var refused in new[] { token, second, "never" })
            Assert.Equal(NewPassword.LinkIsOpen, await Passwords.SetByLink(refused, Good, Ct));
        Assert.Equal(2, await registry.Scalar<long>("SELECT count(*) FROM users WHERE id = ANY ($1) AND password_hash IS NULL", new[] { expired, blocked }));
    }

    private async Task<(Guid User, string Token)> Invited()
    {
        var user = (await new Users(registry.Database).Register(new(null, $"{Guid.NewGuid():N}@example.ua", null, null), Ct)).Id!.Value;
        return (user, (await Links.Make(user, LinkPurpose.Invitation, Ct))!);
    }

    private Task<string> Hash(Guid user) => registry.Scalar<string>("SELECT password_hash FROM users WHERE id = $1", user);
}
