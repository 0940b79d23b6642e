using System.Net;
using System.Text.RegularExpressions;
using Esoz.OperatorConsole;
using Esoz.Platform.Configuration;
using Esoz.Tests.SignIn.Browser;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Signing in to the console by an outside OpenID Connect provider (docs/adr/0047).</summary>
public sealed partial class ProviderSignInTests(ProviderSignInTests.WithProvider registry) : IClassFixture<ProviderSignInTests.WithProvider>
{
    [Fact(DisplayName = "The button leads to the provider by code, PKCE, state and nonce, and from there into the console; signing out, to its end of session")]
    public async Task In()
    {
        registry.NeedProvider();
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        await registry.Execute("UPDATE users SET email = 'Known@Example.UA' WHERE id = $1", user.User);
        using var browser = new FormBrowser(registry);
        var shown = await browser.Get($"{ConsoleSignIn.Path}?then=%2Fconsole%3Flang%3Den");
        Assert.Contains("Увійти через Keys & Co", shown.Text, StringComparison.Ordinal);
        var cookie = Cookie(browser);

        var away = await browser.Get(Link().Match(shown.Html).Groups["address"].Value.Replace("&amp;", "&", StringComparison.Ordinal));
        Assert.StartsWith($"{registry.Provider.Issuer}/auth?", away.Location, StringComparison.Ordinal);
        Assert.Equal("no-store", away.Headers["Cache-Control"]);
        Assert.Equal(("code", "S256", "openid email", $"{Base}{ProviderSignIn.ReturnPath}"), (away.Returned["response_type"],
            away.Returned["code_challenge_method"], away.Returned["scope"].Replace('+', ' '), away.Returned["redirect_uri"]));
        Assert.All(["state", "nonce", "code_challenge"], name => Assert.True(away.Returned[name].Length >= 43));
        var back = await AtProvider(browser, away.Location!, "known");
        var inside = await browser.Get(back);

        Assert.Equal((HttpStatusCode.SeeOther, "/console?lang=en"), (inside.Status, inside.Location));
        Assert.NotEqual(cookie, Cookie(browser));
        Assert.Contains("Known@Example.UA", (await browser.Get("/console")).Text, StringComparison.Ordinal);
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-provider-return' AND status = 303", user.User) == 1);
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains("example.ua", StringComparison.OrdinalIgnoreCase)
            || line.Contains(QueryHelpers.ParseQuery(new Uri(back).Query)["code"].ToString(), StringComparison.Ordinal));

        var left = await browser.PostTo(ConsoleSignIn.OutPath, ("form_token", browser.Page.FormToken));
        Assert.Contains($"href=\"{ProviderSignIn.OutPath}\"", (await browser.Get(left.Location!)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get("/console")).Status);
        Assert.StartsWith($"{registry.Provider.Issuer}/session/end?", (await browser.Get(ProviderSignIn.OutPath)).Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(browser.Page.Location!)).Status);
    }

    [Theory(DisplayName = "Whoever the registry does not know, has blocked or given no role, and an e-mail that is not verified: no session")]
    [InlineData("stranger", false)]
    [InlineData("unverified", true)]
    [InlineData("silent", true)]
    [InlineData("roleless", true)]
    [InlineData("blocked", true)]
    public async Task Out(string account, bool isUser)
    {
        registry.NeedProvider();
        if (isUser)
        {
            var user = await Operator.Make(registry, account == "roleless" ? [] : [ConsoleRole.OpsRead]);
            await registry.Execute("UPDATE users SET email = $2, is_blocked = $3 WHERE id = $1",
                user.User, $"{account}@example.ua", account == "blocked");
        }
        using var browser = new FormBrowser(registry);

        var refused = await browser.Get(await AtProvider(browser, (await browser.Get(ProviderSignIn.Path)).Location!, account));

        Assert.Equal((HttpStatusCode.Forbidden, "Немає доступу"), (refused.Status, refused.Heading));
        Assert.DoesNotContain("example.ua", refused.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get("/console")).Status);
    }

    [Fact(DisplayName = "A return that another browser began, one that is used twice, one with another state, and a refusal end nothing and begin nothing")]
    public async Task Attacked()
    {
        registry.NeedProvider();
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        await registry.Execute("UPDATE users SET email = 'attacked@example.ua' WHERE id = $1", user.User);
        using var attacker = new FormBrowser(registry);
        var back = await AtProvider(attacker, (await attacker.Get(ProviderSignIn.Path)).Location!, "attacked");
        using var victim = new FormBrowser(registry);
        var own = (await victim.Get(ProviderSignIn.Path)).Returned["state"];

        await Refused(victim, back);
        await Refused(victim, QueryHelpers.AddQueryString(back.Split('?')[0],
            new Dictionary<string, string?> { ["code"] = QueryHelpers.ParseQuery(new Uri(back).Query)["code"], ["state"] = own }));
        await Refused(victim, ProviderSignIn.ReturnPath);
        await Refused(attacker, $"{ProviderSignIn.ReturnPath}?error=access_denied&state=x");
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM console_sessions WHERE user_id = $1", user.User));
        Assert.Equal(HttpStatusCode.SeeOther, (await attacker.Get(back)).Status);
        await Refused(attacker, back);

        static async Task Refused(FormBrowser browser, string address)
        {
            var answer = await browser.Get(address);
            Assert.Equal((HttpStatusCode.BadRequest, "Вхід не вдався"), (answer.Status, answer.Heading));
        }
    }

    [Fact(DisplayName = "Nobody is sent to another origin after the sign-in, whatever a link says")]
    public async Task OpenRedirect()
    {
        registry.NeedProvider();
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        await registry.Execute("UPDATE users SET email = 'redirected@example.ua' WHERE id = $1", user.User);
        using var browser = new FormBrowser(registry);

        var away = await browser.Get(ProviderSignIn.AddressFor("//evil.example/"));

        Assert.Equal("/console", (await browser.Get(await AtProvider(browser, away.Location!, "redirected"))).Location);
    }

    /// <summary>Signs in at the provider and agrees there.</summary>
    /// <returns>The address at the registry that the provider sends the browser back to.</returns>
    private async Task<string> AtProvider(FormBrowser browser, string address, string account)
    {
        (string, string)[][] forms = [[("prompt", "login"), ("login", account), ("password", "any")], [("prompt", "consent")]];
        foreach (var form in forms)
        {
            await Follow();
            await browser.PostTo(AddressAt(Action().Match(browser.Page.Html).Groups["address"].Value), form);
            address = browser.Page.Location!;
        }
        await Follow();
        return address;

        string AddressAt(string path) => new Uri(new Uri(registry.Provider.Issuer), path).ToString();

        async Task Follow()
        {
            while (!address.StartsWith($"{Base}/", StringComparison.Ordinal))
            {
                var page = await browser.Get(AddressAt(address));
                if (page.Location is null)
                    return;
                address = page.Location;
            }
        }
    }

    private string Base => registry.Url.GetLeftPart(UriPartial.Authority);

    private string Cookie(FormBrowser browser) => browser.Cookies.GetCookies(registry.Url)["esoz-console"]!.Value;

    [GeneratedRegex("href=\"(?<address>/console/sign-in/provider[^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("action=\"(?<address>[^\"]+)\"")]
    private static partial Regex Action();

    public sealed class WithProvider(TestCluster cluster) : Registry(cluster), IAsyncLifetime
    {
        private OidcProvider? _provider;

        internal OidcProvider Provider => _provider!;

        /// <summary>Skips the test where there is none.</summary>
        internal void NeedProvider() => Assert.SkipWhen(_provider is null, "needs oidc-provider, which ./esoz test fetches");

        protected override Dictionary<string, string> Configuration => _provider?.Settings ?? [];

        protected override async Task BeforeStart() => _provider = !OidcProvider.IsFetched ? null : await OidcProvider.Start(new
        {
            known = new { email = "known@example.ua", email_verified = true },
            attacked = new { email = "attacked@example.ua", email_verified = true },
            redirected = new { email = "redirected@example.ua", email_verified = true },
            stranger = new { email = "stranger@example.ua", email_verified = true },
            unverified = new { email = "unverified@example.ua", email_verified = false },
            silent = new { },
            roleless = new { email = "roleless@example.ua", email_verified = true },
            blocked = new { email = "blocked@example.ua", email_verified = true },
        });

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            if (_provider is not null)
                await _provider.Serve(Url);
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            await DisposeAsync();
            _provider?.Dispose();
        }
    }
}

/// <summary>The settings of a provider, and a console without one.</summary>
public sealed class ProviderOptionsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Without OIDC_ISSUER there is no button, and its pages are not found")]
    public async Task None()
    {
        using var browser = new FormBrowser(registry);
        Assert.DoesNotContain(ProviderSignIn.Path, (await browser.Get(ConsoleSignIn.Path)).Html, StringComparison.Ordinal);
        foreach (var path in (string[])[ProviderSignIn.Path, ProviderSignIn.ReturnPath, ProviderSignIn.OutPath])
            Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(path)).Status);
    }

    [Theory(DisplayName = "An issuer is an https URL, on this machine also http, and needs the name of the registry there")]
    [InlineData("https://id.example.ua/realms/operators", "registry", null)]
    [InlineData("http://127.0.0.1:8080", "registry", null)]
    [InlineData("http://id.example.ua", "registry", "OIDC_ISSUER: must be an https URL")]
    [InlineData("id.example.ua", "registry", "OIDC_ISSUER: must be an https URL")]
    [InlineData("https://id.example.ua", "", "OIDC_ISSUER needs OIDC_CLIENT_ID")]
    public void Settings(string issuer, string client, string? fault)
    {
        var settings = new Dictionary<string, string> { ["OIDC_ISSUER"] = issuer, ["OIDC_CLIENT_ID"] = client };
        if (fault is null)
            Assert.Equal(issuer, Esoz.Settings.Read(settings).Provider.Issuer);
        else
            Assert.Contains(fault, Assert.Throws<SettingsException>(() => Esoz.Settings.Read(settings)).Message, StringComparison.Ordinal);
    }
}
