using System.Net;
using Esoz.OperatorConsole;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Who gets into the console, and how a session ends.</summary>
public sealed class ConsoleSignInTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Every screen sends who is not signed in to the sign-in page, and from there back; no form is taken")]
    public async Task Closed()
    {
        using var browser = new FormBrowser(registry);
        Assert.Contains(ConsolePages.All, page => page.Path == ConsoleScreen.Root);
        foreach (var page in ConsolePages.All.Where(page => !page.Path.StartsWith(ConsoleSignIn.Path, StringComparison.Ordinal)))
        {
            var path = page.Path.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
            var answer = page.Verb == "GET" ? await browser.Get(path) : await browser.PostTo(path, ("form_token", "x"));
            Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
            Assert.StartsWith(ConsoleSignIn.Path, answer.Location, StringComparison.Ordinal);
            Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        }
    }

    [Fact(DisplayName = "E-mail and password, then the console with the name of the user; the cookie is a new one; the journal tells it")]
    public async Task In()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        using var browser = new FormBrowser(registry);
        await browser.Get(ConsoleSignIn.Path);
        var before = Cookie(browser);

        var answer = await user.SendPassword(browser);

        Assert.Equal((HttpStatusCode.SeeOther, "/console"), (answer.Status, answer.Location));
        Assert.NotEqual(before, Cookie(browser));
        Assert.Contains(user.Email, (await browser.Get("/console")).Text, StringComparison.Ordinal);
        Assert.Equal("deny", browser.Page.Headers["X-Frame-Options"]);
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-sign-in-form' AND status = 303", user.User) == 1);
        Assert.DoesNotContain(Cookie(browser), await registry.Scalar<string>(
            "SELECT string_agg(row_to_json(session)::text, ' ') FROM console_sessions session"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A wrong password, a user without a role, a blocked user: no session")]
    public async Task Out()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        var nobody = await Operator.Make(registry);
        var blocked = await Operator.Make(registry, ConsoleRole.OpsRead);
        await registry.Registrar.BlockUser(blocked.User, null, Ct);

        Assert.Contains("Неправильна електронна пошта або пароль", (await Try(user, "wrong")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Try(nobody)).Status);
        Assert.Contains("Користувача заблоковано", (await Try(blocked)).Text, StringComparison.Ordinal);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM console_sessions WHERE user_id = ANY ($1)",
            (object)new[] { user.User, nobody.User, blocked.User }));

        async Task<FormPage> Try(Operator who, string password = Operator.Password)
        {
            using var browser = new FormBrowser(registry);
            await browser.Get(ConsoleSignIn.Path);
            return await who.SendPassword(browser, password);
        }
    }

    [Fact(DisplayName = "A form without the token of the session changes nothing")]
    public async Task Forged()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        using var browser = await user.SignIn(registry);
        using var other = await user.SignIn(registry);
        await other.Get("/console");

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(ConsoleSignIn.OutPath)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(ConsoleSignIn.OutPath, ("form_token", other.Page.FormToken))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get("/console")).Status);
    }

    [Fact(DisplayName = "Signing out ends the session on the server")]
    public async Task SignOut()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        using var browser = await user.SignIn(registry);
        using var thief = new FormBrowser(registry);
        foreach (Cookie cookie in browser.Cookies.GetCookies(registry.Url))
            thief.Cookies.Add(registry.Url, new Cookie(cookie.Name, cookie.Value));
        await browser.Get("/console");

        var answer = await browser.PostTo(ConsoleSignIn.OutPath, ("form_token", browser.Page.FormToken));

        Assert.Equal(ConsoleSignIn.Path, answer.Location);
        Assert.Equal(HttpStatusCode.SeeOther, (await thief.Get("/console")).Status);
    }

    [Theory(DisplayName = "A block, a new password, a lost role, half an hour without a request and twelve hours end a session")]
    [InlineData("UPDATE users SET is_blocked = true WHERE id = $1")]
    [InlineData("UPDATE users SET password_set_at = now() + interval '1 second' WHERE id = $1")]
    [InlineData("DELETE FROM console_roles WHERE user_id = $1")]
    [InlineData("UPDATE console_sessions SET seen_at = now() - interval '31 minutes' WHERE user_id = $1")]
    [InlineData("UPDATE console_sessions SET begun_at = now() - interval '12 hours 1 minute' WHERE user_id = $1")]
    public async Task Ends(string sql)
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        using var browser = await user.SignIn(registry);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get("/console")).Status);

        await registry.Execute(sql, user.User);

        Assert.Equal(HttpStatusCode.SeeOther, (await browser.Get("/console")).Status);
    }

    [Fact(DisplayName = "Roles of the console are in the audit log")]
    public async Task Roles()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        await new ConsoleAccounts(registry.Database).Revoke(user.User, ConsoleRole.OpsRead, Ct);

        Assert.Equal(2L, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE resource = 'console_roles' AND coalesce(changeset ->> 'user_id', former ->> 'user_id') = $1",
            user.User.ToString()));
    }

    [Fact(DisplayName = "The address after sign-in is one of the console, whatever a link says")]
    public async Task OpenRedirect()
    {
        var user = await Operator.Make(registry, ConsoleRole.OpsRead);
        foreach (var foreign in (string[])["https://evil.example/", "//evil.example", "/console/../../x://evil", "/consolex", "/console/\\evil.example"])
        {
            using var browser = new FormBrowser(registry);
            await browser.Get($"{ConsoleSignIn.Path}?then={Uri.EscapeDataString(foreign)}");
            Assert.DoesNotContain("evil", browser.Page.Html, StringComparison.Ordinal);
            var answer = await browser.PostTo(ConsoleSignIn.Path, ("form_token", browser.Page.FormToken), ("then", foreign),
                ("email", user.Email), ("password", Operator.Password));
            Assert.StartsWith("/console", answer.Location, StringComparison.Ordinal);
            Assert.DoesNotContain("evil", answer.Location, StringComparison.Ordinal);
        }
    }

    private string Cookie(FormBrowser browser) => browser.Cookies.GetCookies(registry.Url)["esoz-console"]!.Value;
}
