using System.Text.Json;
using Esoz.Platform.Http;
using Esoz.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.SignIn;

/// <summary>An OAuth client of others completes the flow (sign-in §9; RFC 6749, RFC 7636, RFC 9207).</summary>
public sealed class IssueTokensForeignClientsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private const string Issuer = "https://auth.example.ua";

    [Fact(DisplayName = "openid-client exchanges a code and refreshes; a wrong state, issuer or verifier ends nothing")]
    public async Task OpenIdClient()
    {
        // The library takes everything before the query for redirect_uri.
        const string redirectUri = "https://portal.example.ua/oauth";
        var it = await SessionCase.Of(registry);
        var (_, secret) = await it.Connect(redirectUri);
        var (_, code) = await registry.Services.GetRequiredService<Authorization>().Grant(new Work(registry.Database),
            new(it.Provider, redirectUri, SessionCase.Scope, Challenge), it.User, TestContext.Current.CancellationToken);

        var answers = await ForeignOAuthClient.Run(new
        {
            server = registry.Url.ToString().TrimEnd('/'),
            issuer = Issuer,
            clientId = it.Provider,
            clientSecret = secret,
            verifier = Verifier,
            state = "s1",
            callback = Authorization.RedirectTo(redirectUri, ("code", code!.Token.Value), ("state", "s1"), ("iss", Issuer)),
        });

        Assert.Contains("state", Text("otherState"), StringComparison.Ordinal);
        Assert.Contains("iss", Text("otherIssuer"), StringComparison.Ordinal);
        Assert.Equal("Invalid code verifier.", Text("otherVerifier"));
        Assert.Equal(Challenge, Text("challenge"));
        foreach (var name in new[] { "first", "second" })
        {
            var pair = answers.GetProperty(name);
            Assert.Equal(SessionCase.Scope, pair.GetProperty("scope").GetString());
            Assert.True(await it.Opens(pair.GetProperty("access_token").GetString()!));
        }
        Assert.True(await it.Refreshes(answers.GetProperty("second").GetProperty("refresh_token").GetString()!));

        string Text(string name) => answers.GetProperty(name).GetString()!;
    }
}
