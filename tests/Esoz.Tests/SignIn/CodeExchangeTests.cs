using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.SignIn;

/// <summary>Attacks on authorization codes over HTTP (RFC 9700 §2.1, §4.5; sign-in §9.1, §14).</summary>
public sealed class CodeExchangeTests(Registry registry) : IClassFixture<Registry>
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A code that is used again gives nothing and ends every token of the session that it began, and no other session")]
    public async Task Replay()
    {
        var it = await SessionCase.Of(registry);
        var code = await it.Code();
        var first = SessionCase.PairOf(await it.Exchange(code));
        var second = SessionCase.PairOf(await it.Refresh(first.Refresh));
        var other = await it.Session();

        (await it.Exchange(code)).IsIlRefusal(401, "access_denied", "Token has already been used.");

        Assert.False(await it.Opens(first.Access));
        Assert.False(await it.Opens(second.Access));
        Assert.False(await it.Refreshes(second.Refresh));
        Assert.False(await it.Refreshes(first.Refresh));
        (await it.Exchange(code)).IsIlRefusal(401, "access_denied", "Token has already been used.");
        Assert.True(await it.Opens(other.Access));
        Assert.True(await it.Refreshes(other.Refresh));
        Assert.Equal(0L, await registry.Scalar<long>("""
            SELECT count(*) FROM audit_log WHERE resource = 'tokens' AND changeset ? 'expires_at' AND former IS NOT NULL AND actor_id <> $1::text
               AND resource_id IN (SELECT id::text FROM tokens WHERE user_id = $1)
            """, it.User));
    }

    [Fact(DisplayName = "Of 32 concurrent exchanges of one code one succeeds, and the others end its session")]
    public async Task Parallel()
    {
        var it = await SessionCase.Of(registry);
        var code = await it.Code();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => it.Exchange(code)));

        var won = Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer != won),
            answer => answer.IsIlRefusal(401, "access_denied", "Token has already been used."));
        var (access, refresh) = SessionCase.PairOf(won);
        Assert.False(await it.Opens(access));
        Assert.False(await it.Refreshes(refresh));
    }

    [Theory(DisplayName = "A redirect_uri that differs by one character, in any way that a URL reader may take for equal, is refused")]
    [InlineData("https://mis.example.ua/oauth?tenant=2")]
    [InlineData("https://mis.example.ua/oauth?tenant=1/")]
    [InlineData("https://mis.example.ua/oauth?tenant=")]
    [InlineData("https://mis.example.ua/oauth?tenant=1#")]
    [InlineData("https://mis.example.ua/oauth?tenant=1 ")]
    [InlineData("https://mis.example.ua/Oauth?tenant=1")]
    [InlineData("https://MIS.example.ua/oauth?tenant=1")]
    [InlineData("https://mis.example.ua:443/oauth?tenant=1")]
    [InlineData("https://mis.example.ua/./oauth?tenant=1")]
    [InlineData("https://mis.example.ua/oauth?tenant=%31")]
    [InlineData("http://mis.example.ua/oauth?tenant=1")]
    public async Task Redirect(string redirectUri)
    {
        var it = await SessionCase.Of(registry);
        const string message = "The redirection URI provided does not match a pre-registered value.";

        (await it.Authorize(redirectUri: redirectUri)).IsIlRefusal(401, "access_denied", message);
        var code = await it.Code();
        (await it.Exchange(code, redirectUri)).IsIlRefusal(401, "invalid_client", message);
        // The code is still good for whoever it was issued to.
        (await it.Exchange(code)).Succeeded(201);
    }

    [Fact(DisplayName = "A code that was sent to one MIS of a provider is of no use to another one, nor to another provider")]
    public async Task OtherClient()
    {
        var it = await SessionCase.Of(registry);
        var rival = Guid.NewGuid();
        await registry.Given.Client(rival, "MIS");
        var (_, secret) = await it.Connect("https://rival.example.ua/oauth", rival);
        var other = await SessionCase.Of(registry);
        var code = await it.Code();

        // By the secret of the rival's connection: neither its own address nor that of the code fits both.
        (await it.Exchange(code, secret: secret)).IsIlRefusal(401, "invalid_client",
            "The redirection URI provided does not match a pre-registered value.");
        (await it.Exchange(code, "https://rival.example.ua/oauth", secret)).IsIlRefusal(401, "invalid_client",
            "The redirection URI provided does not match a pre-registered value.");
        (await other.Exchange(code)).IsIlRefusal(401, "invalid_grant", "Token not found or expired.");
        (await it.Exchange(code)).Succeeded(201);
    }

    [Fact(DisplayName = "An api-key that is bound to a client certificate is no client_secret")]
    public async Task BoundSecret()
    {
        var it = await SessionCase.Of(registry);
        var code = await it.Code();
        await registry.Execute($"UPDATE connections SET certificate_thumbprints = ARRAY[repeat('a', 64)] WHERE id = '{it.Connection}'");
        (await it.Exchange(code)).IsIlRefusal(401, "invalid_client", "Invalid client id or secret.");

        await registry.Execute($"UPDATE connections SET certificate_thumbprints = NULL WHERE id = '{it.Connection}'");
        (await it.Exchange(code)).Succeeded(201);
    }

    [Theory(DisplayName = "PKCE: only the verifier of the challenge is accepted, and a verifier without a challenge is a downgrade")]
    [InlineData(true, Verifier, true)]
    [InlineData(true, null, false)]
    [InlineData(true, "", false)]
    [InlineData(true, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", false)]
    // The challenge itself, as of the method "plain".
    [InlineData(true, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", false)]
    [InlineData(false, null, true)]
    [InlineData(false, Verifier, false)]
    [InlineData(false, "", false)]
    public async Task Pkce(bool hasChallenge, string? verifier, bool isAccepted)
    {
        var it = await SessionCase.Of(registry);
        var code = hasChallenge ? await CodeWithChallenge(it) : await it.Code();

        var answer = await it.Exchange(code, verifier: verifier);

        if (isAccepted)
            answer.Succeeded(201);
        else
            answer.IsIlRefusal(401, "invalid_grant", "Invalid code verifier.");
    }

    [Fact(DisplayName = "A verifier that is too short is refused although its hash is the challenge")]
    public async Task ShortVerifier()
    {
        var it = await SessionCase.Of(registry);

        (await it.Exchange(await CodeWithChallenge(it, "short"), verifier: "short"))
            .IsIlRefusal(401, "invalid_grant", "Invalid code verifier.");
    }

    [Fact(DisplayName = "A public client exchanges and refreshes without a secret, and never a code without a challenge")]
    public async Task PublicClient()
    {
        var it = await SessionCase.Of(registry);
        await registry.Execute("UPDATE clients SET is_public = true WHERE id = $1", it.Provider);

        (await Exchange(await it.Code(), null)).IsIlRefusal(401, "invalid_grant", "Invalid code verifier.");
        (await Exchange(await it.Code(), Verifier)).IsIlRefusal(401, "invalid_grant", "Invalid code verifier.");
        (await Exchange(await CodeWithChallenge(it), null)).IsIlRefusal(401, "invalid_grant", "Invalid code verifier.");
        var (access, refresh) = SessionCase.PairOf(await Exchange(await CodeWithChallenge(it), Verifier));
        Assert.True(await it.Opens(access));
        var second = SessionCase.PairOf(await it.Tokens(new()
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = it.Provider,
            ["refresh_token"] = refresh,
        }));
        Assert.True(await it.Opens(second.Access));

        Task<Answer> Exchange(string code, string? verifier) => it.Tokens(new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = it.Provider,
            ["code"] = code,
            ["redirect_uri"] = SessionCase.Callback,
            ["code_verifier"] = verifier,
        });
    }

    [Fact(DisplayName = "An exchange that waits for the end of the approval is refused; an end that waits for an exchange takes its tokens")]
    public async Task EndInBetween()
    {
        var it = await SessionCase.Of(registry);
        var code = await it.Code();
        await using (var connection = await registry.Database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            await using var end = PostgresDatabase.Command(connection, "DELETE FROM apps WHERE user_id = $1", it.User);
            await end.ExecuteNonQueryAsync(Ct);
            var waiting = it.Exchange(code);
            await registry.WaitForBlockedQuery();
            await transaction.CommitAsync(Ct);
            Assert.Equal(401, (await waiting).Status);
        }

        var (access, refresh) = await it.Session();
        await using (var connection = await registry.Database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            var guard = new Work(registry.Database, "", connection);
            var (_, token) = await TokenRefresh.Run(
                guard, registry.Settings.Tokens, new(it.Provider, SecretHash.Of(it.Secret), SecretHash.Of(refresh)), Ct);
            var waiting = registry.Execute("DELETE FROM apps WHERE user_id = $1", it.User);
            await registry.WaitForBlockedQuery();
            await transaction.CommitAsync(Ct);
            await waiting;
            Assert.False(await it.Opens(token!.Value));
            Assert.False(await it.Refreshes(token.Details!.RefreshToken!));
        }
        Assert.False(await it.Opens(access));
    }

    private async Task<string> CodeWithChallenge(SessionCase it, string verifier = Verifier)
    {
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var (refusal, code) = await registry.Services.GetRequiredService<Authorization>().Grant(
            new Work(registry.Database), new(it.Provider, SessionCase.Callback, SessionCase.Scope, challenge), it.User, Ct);
        Assert.Null(refusal);
        return code!.Token.Value;
    }
}
