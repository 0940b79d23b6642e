using System.Net;
using Esoz.Platform.Access;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>POST /sign-in: the forms of the pages, in their order, and what an attacker would send (sign-in §5, RFC 9700).</summary>
public sealed class SubmitSignInTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Password, consent, redirect: an approval and a code for this client and user, state and iss returned, the query kept")]
    public async Task Whole()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);

        var consent = await scene.SignIn(browser);
        Assert.Equal((HttpStatusCode.OK, "Надати дозвіл?"), (consent.Status, consent.Heading));
        Assert.Contains("КНП «Поліклініка» & Ко", consent.Text, StringComparison.Ordinal);
        Assert.Contains(scene.Email, consent.Text, StringComparison.Ordinal);
        Assert.Contains("Ролі працівників", consent.Text, StringComparison.Ordinal);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM apps WHERE user_id = $1", scene.User));

        var back = await browser.Submit(("decision", "allow"));

        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        Assert.StartsWith($"{SignInScene.RedirectUri}&code=", back.Location!, StringComparison.Ordinal);
        Assert.Equal(["mis", "code", "state", "iss"], back.Returned.Keys);
        Assert.Equal(("state 1", registry.Url.ToString().TrimEnd('/')), (back.Returned["state"], back.Returned["iss"]));
        var code = Assert.Single(await registry.Rows(
            "SELECT name, user_id, details->>'client_id' AS client, details->>'redirect_uri' AS uri, details->>'scope_request' AS scope FROM tokens WHERE value_hash = $1",
            SecretHash.Of(back.Returned["code"]).Hex));
        Assert.Equal(["authorization_code", scene.User, scene.Client.ToString(), SignInScene.RedirectUri, SignInScene.Scope], code.Values);
        Assert.Equal(SignInScene.Scope, await registry.Scalar<string>("SELECT scope FROM apps WHERE user_id = $1", scene.User));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM sign_in_sessions WHERE user_id = $1", scene.User));
        Assert.Contains("no-store", back.Headers["Cache-Control"], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What was allowed is not asked again; of more, the new permissions stand first")]
    public async Task Remembered()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path(("scope", "employee:read")));
        await browser.Submit(("email", scene.Email), ("password", SignInScene.Password));
        await browser.Submit(("decision", "allow"));

        await browser.Get(scene.Path(("scope", "employee:read")));
        var again = await browser.Submit(("email", scene.Email), ("password", SignInScene.Password));
        Assert.Contains("code", again.Returned.Keys);

        await browser.Get(scene.Path(("scope", "employee:read division:read")));
        var more = await browser.Submit(("email", scene.Email), ("password", SignInScene.Password));
        Assert.Matches("(?s)Нові дозволи.*Місця надання послуг.*Ви вже дозволили.*Працівники", more.Text);
    }

    [Fact(DisplayName = "A wrong password, an unknown e-mail and a missing one show the page again with 200, and the e-mail stays")]
    public async Task WrongPassword()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path());
        foreach (var (email, password) in new[] { (scene.Email, "Wrong-pass-1234"), ("nobody@example.ua", SignInScene.Password), ("a\0b@example.ua", "Other-pass-1234") })
        {
            var page = await browser.Submit(("email", email), ("password", password));
            Assert.Equal((HttpStatusCode.OK, "Вхід"), (page.Status, page.Heading));
            Assert.Contains("Неправильна електронна пошта або пароль", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(password, page.Html, StringComparison.Ordinal);
        }
        var missing = await browser.Submit(("email", ""), ("password", ""));
        Assert.Contains("Уведіть електронну пошту", missing.Text, StringComparison.Ordinal);
        Assert.Contains("Уведіть пароль", missing.Text, StringComparison.Ordinal);
        Assert.Contains("Identity, password combination is wrong.", (await English(scene)).Text, StringComparison.Ordinal);

        async Task<FormPage> English(SignInScene scene)
        {
            await browser.Submit(("language", "en"));
            return await browser.Submit(("email", scene.Email), ("password", "x"));
        }
    }

    [Fact(DisplayName = "Refusing, on the first page or at consent, leads back with access_denied and leaves neither approval nor code")]
    public async Task Refused()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path());
        var first = await browser.Submit(("decision", "refuse"), ("email", ""), ("password", ""));
        await scene.SignIn(browser);
        var last = await browser.Submit(("decision", "refuse"));

        foreach (var back in new[] { first, last })
        {
            Assert.Equal(HttpStatusCode.SeeOther, back.Status);
            Assert.Equal([("mis", "7"), ("error", "access_denied"), ("error_description", "The user refused."), ("state", "state 1"),
                ("iss", registry.Url.ToString().TrimEnd('/'))], back.Returned.Select(pair => (pair.Key, pair.Value)));
        }
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT (SELECT count(*) FROM apps WHERE user_id = $1) + (SELECT count(*) FROM tokens WHERE user_id = $1)", scene.User));
    }

    [Fact(DisplayName = "Step 7: a scope beyond the roles of the user leads back with invalid_scope, after the password")]
    public async Task BeyondRoles()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path(("scope", "employee_role:read employee_role:write")));
        var back = await browser.Submit(("email", scene.Email), ("password", SignInScene.Password));

        Assert.Equal(("invalid_scope", "User requested scope that is not allowed by role based access policies."),
            (back.Returned["error"], back.Returned["error_description"]));
    }

    [Fact(DisplayName = "A user who is blocked at consent gets no code")]
    public async Task BlockedMeanwhile()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await scene.SignIn(browser);
        await registry.Registrar.BlockUser(scene.User, null, CancellationToken.None);

        var back = await browser.Submit(("decision", "allow"));

        Assert.Equal(("access_denied", "User blocked."), (back.Returned["error"], back.Returned["error_description"]));
    }

    [Fact(DisplayName = "A connection that ends at consent: nobody is sent to its redirect_uri any more")]
    public async Task ConnectionEndedMeanwhile()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await scene.SignIn(browser);
        await registry.Execute("UPDATE connections SET expires_at = now() WHERE client_id = $1", scene.Client);

        var page = await browser.Submit(("decision", "allow"));

        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.Location));
        Assert.Contains("does not match a pre-registered value", page.Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A form token is good once: of a form that is sent twice, the second is out of date, and can begin anew")]
    public async Task TokenOnce()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        var first = await browser.Get(scene.Path());
        await browser.Submit(("email", scene.Email), ("password", "wrong"));

        var second = await browser.Post(("form_token", first.FormToken), ("email", scene.Email), ("password", SignInScene.Password));

        Assert.Equal((HttpStatusCode.BadRequest, "Ця сторінка застаріла"), (second.Status, second.Heading));
        var again = System.Text.RegularExpressions.Regex.Match(second.Html, "href=\"(/sign-in[^\"]+)\"").Groups[1].Value;
        Assert.Equal("Вхід", (await browser.Get(WebUtility.HtmlDecode(again))).Heading);
    }

    [Fact(DisplayName = "Of 16 parallel consents with one form, exactly one gets a code")]
    public async Task Race()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        var token = (await scene.SignIn(browser)).FormToken;

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => browser.Post(("form_token", token), ("decision", "allow"))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        Assert.Equal(15, answers.Count(answer => answer.Status == HttpStatusCode.BadRequest));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM tokens WHERE user_id = $1", scene.User));
    }

    [Fact(DisplayName = "CSRF: without the cookie, or with the form token of another sign-in, nothing is agreed to")]
    public async Task CrossSite()
    {
        var scene = await SignInScene.Make(registry);
        using var victim = new FormBrowser(registry);
        using var attacker = new FormBrowser(registry);
        var consent = await scene.SignIn(victim);
        var foreign = await attacker.Get(scene.Path());

        // The browser of the victim does not send the cookie with a form of another site (SameSite).
        using var withoutCookie = new FormBrowser(registry);
        Assert.Equal(HttpStatusCode.BadRequest, (await withoutCookie.Post(("form_token", consent.FormToken), ("decision", "allow"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await victim.Post(("form_token", foreign.FormToken), ("decision", "allow"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await victim.Post(("decision", "allow"))).Status);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM apps WHERE user_id = $1", scene.User));
    }

    [Fact(DisplayName = "Session fixation: a cookie that was put into the browser before the password is worth nothing after it")]
    public async Task Fixation()
    {
        var scene = await SignInScene.Make(registry);
        using var victim = new FormBrowser(registry);
        using var attacker = new FormBrowser(registry);
        await attacker.Get(scene.Path());
        var planted = attacker.Cookies.GetAllCookies()["esoz-sign-in"]!;
        victim.Cookies.Add(new Cookie(planted.Name, planted.Value, "/", registry.Url.Host));

        // A sign-in begins with a cookie of its own, and the password gives another.
        var page = await victim.Get(scene.Path());
        Assert.NotEqual(planted.Value, CookieOf(victim));
        var before = CookieOf(victim);
        var consent = await victim.Post(("form_token", page.FormToken), ("email", scene.Email), ("password", SignInScene.Password));
        Assert.NotEqual(before, CookieOf(victim));

        using var holder = new FormBrowser(registry);
        foreach (var known in new[] { planted.Value, before })
        {
            holder.Cookies.Add(new Cookie(planted.Name, known, "/", registry.Url.Host));
            Assert.Equal(HttpStatusCode.BadRequest, (await holder.Post(("form_token", consent.FormToken), ("decision", "allow"))).Status);
        }

        static string CookieOf(FormBrowser browser) => browser.Cookies.GetAllCookies()["esoz-sign-in"]!.Value;
    }

    [Fact(DisplayName = "Mix-up: two sign-ins in two browsers return each their own state, client and redirect_uri")]
    public async Task MixUp()
    {
        var (one, two) = (await SignInScene.Make(registry), await SignInScene.Make(registry));
        using var first = new FormBrowser(registry);
        using var second = new FormBrowser(registry);
        await one.SignIn(first);
        await second.Get(two.Path(("state", "state 2")));
        await second.Submit(("email", two.Email), ("password", SignInScene.Password));

        // What the form says beside the decision changes nothing: the request is in the session.
        var back = await first.Submit(("decision", "allow"), ("state", "state 2"), ("client_id", two.Client.ToString()),
            ("redirect_uri", "https://evil.example/"), ("scope", "employee_role:write"));
        var other = await second.Submit(("decision", "allow"));

        Assert.Equal(("state 1", "state 2"), (back.Returned["state"], other.Returned["state"]));
        Assert.StartsWith(SignInScene.RedirectUri, back.Location!, StringComparison.Ordinal);
        Assert.Equal(one.Client.ToString(), await registry.Scalar<string>(
            "SELECT details->>'client_id' FROM tokens WHERE value_hash = $1", SecretHash.Of(back.Returned["code"]).Hex));
    }

    [Fact(DisplayName = "A sign-in that took longer than ten minutes is over")]
    public async Task Expired()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await scene.SignIn(browser);
        await registry.Execute("UPDATE sign_in_sessions SET expires_at = now() WHERE user_id = $1", scene.User);

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Submit(("decision", "allow"))).Status);
    }

    [Fact(DisplayName = "The consent of page 3 cannot be sent with the form of page 1")]
    public async Task StepsInOrder()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path());

        var page = await browser.Submit(("decision", "allow"));

        Assert.Equal((HttpStatusCode.OK, "Вхід"), (page.Status, page.Heading));
    }

    [Theory(DisplayName = "A body that is no form, and one that is too long, are answered with a page")]
    [InlineData("application/json", 10, HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=x", 10, HttpStatusCode.BadRequest)]
    [InlineData("application/x-www-form-urlencoded", 40_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Bodies(string type, int length, HttpStatusCode status)
    {
        using var browser = new FormBrowser(registry);
        await browser.Get((await SignInScene.Make(registry)).Path());
        using var http = new HttpClient();
        using var content = new StringContent($"form_token={new string('x', length)}");
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        content.Headers.Add("Cookie", $"esoz-sign-in={browser.Cookies.GetAllCookies()["esoz-sign-in"]!.Value}");

        using var answer = await http.PostAsync(new Uri(registry.Url, "/sign-in"), content, TestContext.Current.CancellationToken);

        Assert.Equal((status, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact(DisplayName = "The access journal has a row of each consent and of each refusal, with client and user; no log has e-mail, password or code")]
    public async Task Journal()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path(("email", scene.Email)));
        await browser.Submit(("email", scene.Email), ("password", "Wrong-pass-1234"));
        await browser.Submit(("email", scene.Email), ("password", SignInScene.Password));
        var back = await browser.Submit(("decision", "allow"));

        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE method_id = 'sign-in-form' AND client_id = $1", scene.Client) == 2, () => "rows of the journal");
        var rows = await registry.Rows(
            "SELECT status, user_id FROM access_journal WHERE method_id = 'sign-in-form' AND client_id = $1 ORDER BY status", scene.Client);
        Assert.Equal([303, 401], rows.Select(row => Convert.ToInt32(row["status"], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(rows, row => Assert.Equal(scene.User, row["user_id"]));
        foreach (var secret in new[] { scene.Email, SignInScene.Password, "Wrong-pass-1234", back.Returned["code"], "state 1", "state%201" })
            Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
    }
}
