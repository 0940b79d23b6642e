using System.Net;
using Esoz.Platform.Access;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>GET /sign-in: every check of sign-in §5 with its answer.</summary>
public sealed class ShowSignInTests(Registry registry) : IClassFixture<Registry>
{
    private const string RedirectUri = "https://mis.example.ua/oauth?mis=7";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private const string WrongUri = "The redirection URI provided does not match a pre-registered value.";

    [Fact(DisplayName = "A request that holds shows page 1, with the name of the client and the e-mail of the request")]
    public async Task Shown()
    {
        using var browser = new FormBrowser(registry);
        var page = await browser.Get(await Request(("email", "ivanenko@example.ua")));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("Вхід", page.Heading);
        Assert.Contains("КНП «Поліклініка» & Ко", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"ivanenko@example.ua\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"username\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"current-password\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(DisplayName = "The headers are those of the page: no frame, no script, no other origin but that of redirect_uri, no referrer, not kept")]
    public async Task Headers()
    {
        using var browser = new FormBrowser(registry);
        var page = await browser.Get(await Request());

        Assert.Equal("deny", page.Headers["X-Frame-Options"]);
        Assert.Equal("text/html; charset=UTF-8", page.Headers["Content-Type"]);
        Assert.Equal(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' https://mis.example.ua; frame-ancestors 'none'; base-uri 'none'",
            page.Headers["Content-Security-Policy"]);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]);
        Assert.Equal("nosniff", page.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
    }

    [Fact(DisplayName = "The cookie is for this host and for no script; over plain HTTP on this machine it has neither prefix nor Secure")]
    public async Task LocalCookie()
    {
        using var browser = new FormBrowser(registry);
        var page = await browser.Get(await Request());

        Assert.Matches(@"^esoz-sign-in=[\w-]{43}; path=/; samesite=lax; httponly$", page.Headers["Set-Cookie"]);
    }

    [Fact(DisplayName = "Cookie and form token are stored as hashes, with what was asked for")]
    public async Task Stored()
    {
        using var browser = new FormBrowser(registry);
        var page = await browser.Get(await Request(("state", "s-1")));

        var cookie = browser.Cookies.GetAllCookies()["esoz-sign-in"]!.Value;
        var row = Assert.Single(await registry.Rows(
            "SELECT step, form_token_hash, request->>'State' AS state FROM sign_in_sessions WHERE cookie_hash = $1",
            SecretHash.Of(cookie).Hex));
        Assert.Equal(("PASSWORD", SecretHash.Of(page.FormToken).Hex, "s-1"), (row["step"], row["form_token_hash"], row["state"]));
    }

    [Fact(DisplayName = "An ended sign-in is deleted when another begins")]
    public async Task Purged()
    {
        using var browser = new FormBrowser(registry);
        var path = await Request();
        await browser.Get(path);
        await registry.Execute("UPDATE sign_in_sessions SET expires_at = now() - interval '1 second'");

        await browser.Get(path);

        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM sign_in_sessions"));
    }

    [Theory(DisplayName = "Check 1: without a client that is there, or with another redirect_uri, nobody is sent anywhere")]
    [InlineData("client_id", null, "Invalid client id.")]
    [InlineData("client_id", "", "Invalid client id.")]
    [InlineData("client_id", "abc", "Invalid client id.")]
    [InlineData("client_id", "00000000-0000-4000-8000-00000000dead", "Invalid client id.")]
    [InlineData("redirect_uri", null, WrongUri)]
    [InlineData("redirect_uri", "https://mis.example.ua/oauth", WrongUri)]
    [InlineData("redirect_uri", "https://mis.example.ua/oauth?mis=7&x=1", WrongUri)]
    [InlineData("redirect_uri", "https://mis.example.ua/oauth?mis=8", WrongUri)]
    [InlineData("redirect_uri", "https://mis.example.ua/Oauth?mis=7", WrongUri)]
    [InlineData("redirect_uri", "https://mis.example.ua.evil.example/oauth?mis=7", WrongUri)]
    [InlineData("redirect_uri", "https://mis.example.ua/oauth?mis=7\0", WrongUri)]
    [InlineData("redirect_uri", "javascript:alert(1)", WrongUri)]
    public async Task NeverRedirected(string parameter, string? value, string text)
    {
        using var browser = new FormBrowser(registry);
        // Later checks are broken too.
        var page = await browser.Get(await Request((parameter, value), ("response_type", "token"), ("scope", null)));

        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.Location));
        Assert.Contains(text, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", page.Headers.Keys);
    }

    [Fact(DisplayName = "Check 1: client_id or redirect_uri given twice is no address either")]
    public async Task TwiceAddressed()
    {
        using var browser = new FormBrowser(registry);
        var path = await Request();
        foreach (var more in new[] { "&client_id=00000000-0000-4000-8000-00000000dead", "&redirect_uri=https%3A%2F%2Fevil.example%2F" })
            Assert.Equal((HttpStatusCode.BadRequest, null), ((await browser.Get(path + more)).Status, browser.Page.Location));
    }

    [Fact(DisplayName = "Check 1: a blocked client is told before its redirect_uri is looked at")]
    public async Task BlockedClient()
    {
        using var browser = new FormBrowser(registry);
        var client = await Client();
        await registry.Registrar.BlockClient(client, null, CancellationToken.None);

        var page = await browser.Get(Path(client, ("redirect_uri", "https://evil.example")));

        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("Client is blocked.", page.Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Check 1: the redirect_uri of a connection that has ended is not registered")]
    public async Task EndedConnection()
    {
        using var browser = new FormBrowser(registry);
        var client = await Client();
        await registry.Execute("UPDATE connections SET expires_at = now() WHERE client_id = $1", client);

        Assert.Contains(WrongUri, (await browser.Get(Path(client))).Text, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Checks 2 to 4 redirect with error, description, state and iss; the query of redirect_uri is kept")]
    [InlineData("response_type", "token", "unsupported_response_type", "Response type must be code.")]
    [InlineData("scope", null, "invalid_scope", "Requested scope is empty. Scope not passed or user has no roles or global roles.")]
    [InlineData("scope", " ", "invalid_scope", "Requested scope is empty. Scope not passed or user has no roles or global roles.")]
    [InlineData("scope", "employee_role:read private_contracts:read", "invalid_scope", "Scope is not allowed by client type.")]
    [InlineData("code_challenge_method", "plain", "invalid_request", "Code challenge method must be S256.")]
    [InlineData("code_challenge_method", null, "invalid_request", "Code challenge method must be S256.")]
    [InlineData("code_challenge", null, "invalid_request", "Code challenge method must be S256.")]
    [InlineData("code_challenge", "short", "invalid_request", "Code challenge is malformed.")]
    [InlineData("code_challenge", Challenge + "\n", "invalid_request", "Code challenge is malformed.")]
    public async Task Redirected(string parameter, string? value, string error, string description)
    {
        using var browser = new FormBrowser(registry);
        var page = await browser.Get(await Request(
            ("code_challenge", Challenge), ("code_challenge_method", "S256"), ("state", "s/1 é"), (parameter, value)));

        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.StartsWith($"{RedirectUri}&error=", page.Location!, StringComparison.Ordinal);
        Assert.Equal(
            [("mis", "7"), ("error", error), ("error_description", description), ("state", "s/1 é"), ("iss", registry.Url.ToString().TrimEnd('/'))],
            page.Returned.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]);
        Assert.DoesNotContain("Set-Cookie", page.Headers.Keys);
    }

    [Fact(DisplayName = "Check 2: a parameter that is given twice, and a state of 2049 characters, which is not returned")]
    public async Task InvalidRequest()
    {
        using var browser = new FormBrowser(registry);
        var twice = (await browser.Get(await Request(("state", "1")) + "&email=a&email=b")).Returned;
        var stateTwice = (await browser.Get(await Request(("state", "1")) + "&state=2")).Returned;
        var tooLong = (await browser.Get(await Request(("state", new string('x', 2049))))).Returned;

        Assert.Equal(("invalid_request", "A parameter is given twice.", "1"), (twice["error"], twice["error_description"], twice["state"]));
        Assert.Equal(("invalid_request", false), (stateTwice["error"], stateTwice.ContainsKey("state")));
        Assert.Equal(("invalid_request", "State is longer than 2048 characters.", false),
            (tooLong["error"], tooLong["error_description"], tooLong.ContainsKey("state")));
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(await Request(("state", new string('x', 2048))))).Status);
    }

    [Fact(DisplayName = "Check 4: a public client must use PKCE")]
    public async Task PublicClient()
    {
        using var browser = new FormBrowser(registry);
        var client = await Client();
        await registry.Execute("UPDATE clients SET is_public = true WHERE id = $1", client);

        Assert.Equal("Code challenge is required for a public client.", (await browser.Get(Path(client))).Returned["error_description"]);
        Assert.Equal(HttpStatusCode.OK,
            (await browser.Get(Path(client, ("code_challenge", Challenge), ("code_challenge_method", "S256")))).Status);
    }

    [Fact(DisplayName = "The language is the one that the browser asks for, Ukrainian if none, and the reader can change it")]
    public async Task Languages()
    {
        using var browser = new FormBrowser(registry);
        var path = await Request();

        Assert.Equal("Вхід", (await browser.Get(path)).Heading);
        Assert.Equal("Вхід", (await browser.Get(path, "de, fr;q=0.5")).Heading);
        Assert.Equal("Вхід", (await browser.Get(path, "en;q=0.5, uk-UA;q=0.8")).Heading);
        Assert.Equal("Sign in", (await browser.Get(path, "de, en-GB;q=0.9, uk;q=0.5")).Heading);
        Assert.Equal("Вхід", (await browser.Submit(("language", "uk"))).Heading);
        Assert.Equal("Вхід", (await browser.Get(path, "en")).Heading);
        Assert.Equal("You cannot sign in", (await browser.Get("/sign-in?lang=en")).Heading);
        Assert.Equal("Sign in", (await browser.Get(path, "uk")).Heading);
    }

    [Theory(DisplayName = "GET / with client_id leads to the page, with its query unchanged; without it, to the first page of the portal")]
    [InlineData("/?client_id=1&redirect_uri=https%3A%2F%2Fmis.example.ua%2F&email", "/sign-in?client_id=1&redirect_uri=https%3A%2F%2Fmis.example.ua%2F&email")]
    [InlineData("/?scope=a", null)]
    [InlineData("/", null)]
    public async Task Root(string path, string? target)
    {
        using var browser = new FormBrowser(registry);
        var page = await browser.Get(path);

        Assert.Equal((target is null ? HttpStatusCode.OK : HttpStatusCode.SeeOther, target), (page.Status, page.Location));
        if (target is null)
            Assert.Contains("Портал розробника", page.Html, StringComparison.Ordinal);
    }

    private async Task<string> Request(params (string Name, string? Value)[] changes) => Path(await Client(), changes);

    private async Task<Guid> Client()
    {
        var client = await registry.Given.Provider(type: "PRIMARY_CARE");
        await registry.Execute("UPDATE clients SET name = 'КНП «Поліклініка» & Ко' WHERE id = $1", client);
        await registry.Given.Connection(client, RedirectUri);
        return client;
    }

    private static string Path(Guid client, params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = client.ToString(),
            ["redirect_uri"] = RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "employee_role:read",
        };
        foreach (var (name, value) in changes)
            query[name] = value;
        return QueryHelpers.AddQueryString("/sign-in", query.Where(pair => pair.Value is not null));
    }
}
