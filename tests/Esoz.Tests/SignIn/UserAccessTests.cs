using System.Net;
using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.SignIn;

/// <summary>
/// What a user sees of the own sessions and approvals after signing in, and ends there (sign-in §5; ASVS 5.0, 7.5.2, 10.4.9, 10.7.3).
/// </summary>
public sealed class UserAccessTests(Registry registry) : IClassFixture<Registry>
{
    private const string Title = "Мої сеанси й дозволи";

    [Fact(DisplayName = "One session is ended, and no other: its tokens open nothing, those of the other session go on; then the sign-in goes on")]
    public async Task OneSession()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        var (first, second) = (await Session(scene), await Session(scene));

        var page = await Show(scene, browser);
        Assert.Equal((HttpStatusCode.OK, Title), (page.Status, page.Heading));
        Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Equal(2, Count(page, "end_session"));
        Assert.Equal(1, Count(page, "withdraw"));
        Assert.Contains("Ролі працівників", page.Text, StringComparison.Ordinal);

        page = await browser.Submit(("end_session", await SessionOf(first)));

        Assert.Contains("Завершено", page.Text, StringComparison.Ordinal);
        Assert.Equal(1, Count(page, "end_session"));
        Assert.Equal((0, 2), (await Open(first), await Open(second)));
        Assert.Equal(scene.User.ToString(), await registry.Scalar<string>("""
            SELECT DISTINCT actor_id::text FROM audit_log
             WHERE resource = 'tokens' AND resource_id IN (SELECT id::text FROM tokens WHERE session_id = $1)
               AND changeset ? 'expires_at' AND former ? 'expires_at'
            """, Guid.Parse(await SessionOf(first))));
        Assert.Contains("code", (await browser.Submit(("decision", "continue"))).Returned.Keys);
    }

    [Fact(DisplayName = "A withdrawn permission takes its sessions with it and is asked for again; all sessions can be ended at once")]
    public async Task Withdrawn()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        var first = await Session(scene);
        await Show(scene, browser);

        var page = await browser.Submit(("withdraw", scene.Client.ToString()));

        Assert.Equal((0, 0), (Count(page, "withdraw"), Count(page, "end_session")));
        Assert.Equal((0, 0L), (await Open(first), await registry.Scalar<long>("SELECT count(*) FROM apps WHERE user_id = $1", scene.User)));
        Assert.Equal("Надати дозвіл?", (await browser.Submit(("decision", "continue"))).Heading);
        await browser.Submit(("decision", "allow"));

        var (second, third) = (await Session(scene), await Session(scene));
        await Show(scene, browser);
        page = await browser.Submit(("decision", "end_all"));
        Assert.Equal((1, 0), (Count(page, "withdraw"), Count(page, "end_session")));
        Assert.Equal((0, 0), (await Open(second), await Open(third)));
    }

    [Fact(DisplayName = "Sessions and permissions of others are neither shown nor ended, whatever ids the form has")]
    public async Task Others()
    {
        var (scene, other) = (await SignInScene.Make(registry), await SignInScene.Make(registry));
        using var browser = new FormBrowser(registry);
        var session = await Session(other);
        var page = await Show(scene, browser);
        Assert.Equal((0, 0), (Count(page, "withdraw"), Count(page, "end_session")));

        await browser.Submit(("end_session", await SessionOf(session)));
        await browser.Submit(("end_session", await registry.Scalar<string>(
            "SELECT id::text FROM tokens WHERE session_id = $1 AND name = 'access_token'", Guid.Parse(await SessionOf(session)))));
        await browser.Submit(("withdraw", other.Client.ToString()));
        page = await browser.Submit(("end_session", "1 OR 1=1"), ("withdraw", "%"));

        Assert.Equal((HttpStatusCode.OK, Title), (page.Status, page.Heading));
        Assert.Equal(2, await Open(session));
    }

    [Fact(DisplayName = "Nothing is shown or ended before the password and the second factor")]
    public async Task AfterAllFactors()
    {
        var scene = await SignInScene.Make(registry);
        await new SignInCase(registry).Sms(scene.User, "+380501234567");
        var session = await Session(scene, withFactor: true);
        using var browser = new FormBrowser(registry);
        await browser.Get(scene.Path());
        Assert.Equal("Вхід", (await browser.Submit(("decision", "end_all"))).Heading);
        Assert.Equal("Вхід", (await browser.Submit(("decision", "show_access"), ("email", scene.Email), ("password", "wrong"))).Heading);

        var page = await browser.Submit(("decision", "show_access"), ("email", scene.Email), ("password", SignInScene.Password));
        Assert.Equal("Код підтвердження", page.Heading);
        Assert.Equal("Код підтвердження", (await browser.Submit(("decision", "end_all"))).Heading);
        Assert.Equal("Код підтвердження", (await browser.Submit(("end_session", await SessionOf(session)))).Heading);
        Assert.Equal(2, await Open(session));

        Assert.Equal(Title, (await browser.Submit(("code", Code(scene)))).Heading);
        await browser.Submit(("end_session", await SessionOf(session)));
        Assert.Equal(0, await Open(session));
    }

    [Fact(DisplayName = "The access journal has who looked, and the pages speak English, too")]
    public async Task OnRecord()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await Show(scene, browser);

        Assert.Equal("My sessions and permissions", (await browser.Submit(("language", "en"))).Heading);
        Assert.Equal(2, await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'sign-in-form' AND status = 200", scene.User));
    }

    private static async Task<FormPage> Show(SignInScene scene, FormBrowser browser)
    {
        await browser.Get(scene.Path());
        return await browser.Submit(("decision", "show_access"), ("email", scene.Email), ("password", SignInScene.Password));
    }

    /// <summary>A session that a MIS began: its refresh token.</summary>
    private async Task<string> Session(SignInScene scene, bool withFactor = false)
    {
        using var browser = new FormBrowser(registry);
        var page = await scene.SignIn(browser);
        if (withFactor)
            page = await browser.Submit(("code", Code(scene)));
        if (page.Location is null)
            page = await browser.Submit(("decision", "allow"));
        var answer = await registry.Send("POST", "/oauth/tokens", null, JsonSerializer.Serialize(new
        {
            token = new
            {
                grant_type = "authorization_code",
                client_id = scene.Client,
                client_secret = scene.Secret,
                code = page.Returned["code"],
                redirect_uri = SignInScene.RedirectUri,
            },
        }));
        return answer.Succeeded(201).Data.GetProperty("details").GetProperty("refresh_token").GetString()!;
    }

    private async Task<string> SessionOf(string refresh) => await registry.Scalar<string>(
        "SELECT session_id::text FROM tokens WHERE value_hash = $1", SecretHash.Of(refresh).Hex);

    /// <summary>How many tokens of the session open something.</summary>
    private async Task<int> Open(string refresh) => (int)await registry.Scalar<long>("""
        SELECT count(*) FROM tokens
         WHERE session_id = $1 AND name <> 'authorization_code' AND expires_at > extract(epoch FROM now())
        """, Guid.Parse(await SessionOf(refresh)));

    private static int Count(FormPage page, string button) => page.Html.Split($"name=\"{button}\"").Length - 1;

    /// <summary>The code that was sent last.</summary>
    private string Code(SignInScene scene) => $"{new SignInCase(registry).Code(scene.User)}";
}
