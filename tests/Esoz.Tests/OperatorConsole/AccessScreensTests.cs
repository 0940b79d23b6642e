using System.Net;
using Esoz.OperatorConsole;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Clients, their api-keys and users on the screen.</summary>
public sealed class AccessScreensTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A client is shown with its keys; a key is revoked and the client blocked and unblocked, and the audit log has the user")]
    public async Task Client()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        var key = (await registry.Registrar.IssueKey(client, TimeSpan.FromDays(90), Ct))!;
        var id = await registry.Scalar<Guid>("SELECT id FROM connections WHERE client_id = $1", client);
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        Assert.Contains($"MIS {client}", (await browser.Get(ClientList.Path)).Text, StringComparison.Ordinal);
        var page = await browser.Get(ClientView.AddressOf(client));
        Assert.Contains(id.ToString(), page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, page.Html, StringComparison.Ordinal);

        await Change(browser, client, ("change", id.ToString()));
        Assert.True(await registry.Scalar<bool>("SELECT expires_at <= now() FROM connections WHERE id = $1", id));
        await Change(browser, client, ("change", "block"), ("reason", "борг"));
        Assert.Contains("Заблоковано. борг", (await browser.Get(ClientView.AddressOf(client))).Text, StringComparison.Ordinal);
        await Change(browser, client, ("change", "unblock"));
        Assert.False(await registry.Scalar<bool>("SELECT is_blocked FROM clients WHERE id = $1", client));

        Assert.Equal(2L, await registry.Scalar<long>("""
            SELECT count(*) FROM audit_log
             WHERE resource = 'clients' AND resource_id = $1 AND changeset ? 'is_blocked' AND former IS NOT NULL AND actor_id = $2
               AND request_id IS NOT NULL
            """, client.ToString(), user.User.ToString()));
        Assert.Equal(1L, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE resource = 'connections' AND resource_id = $1 AND changeset ? 'expires_at' AND actor_id = $2",
            id.ToString(), user.User.ToString()));
        Assert.Contains("Valid keys", (await browser.Get(ClientView.AddressOf(client) + "?lang=en")).Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A user is found by e-mail and blocked, and the audit log has who did it; nobody blocks themselves")]
    public async Task User()
    {
        var blocked = await Operator.Make(registry);
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        Assert.Contains(blocked.Email, (await browser.Get(UserList.Path)).Text, StringComparison.Ordinal);
        Assert.Equal(UserView.AddressOf(blocked.User), (await browser.Get($"{UserList.Path}?find={blocked.Email}")).Location);
        Assert.Contains("Такого користувача немає", (await browser.Get($"{UserList.Path}?find=nobody")).Text, StringComparison.Ordinal);
        var own = await browser.Get(UserView.AddressOf(user.User));
        Assert.DoesNotContain("/change", own.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound,
            (await browser.PostTo(UserView.AddressOf(user.User) + "/change", ("form_token", own.FormToken), ("change", "block"))).Status);

        var page = await browser.Get(UserView.AddressOf(blocked.User));
        await browser.PostTo(
            UserView.AddressOf(blocked.User) + "/change", ("form_token", page.FormToken), ("change", "block"), ("reason", "звільнено"));

        Assert.Contains("Заблоковано. звільнено", (await browser.Get(UserView.AddressOf(blocked.User))).Text, StringComparison.Ordinal);
        Assert.Equal(user.User.ToString(), await registry.Scalar<string>(
            "SELECT actor_id FROM audit_log WHERE resource = 'users' AND resource_id = $1 AND changeset ? 'is_blocked' AND former IS NOT NULL",
            blocked.User.ToString()));
        Assert.Contains(blocked.Email, (await browser.Get(UserList.Path + "?state=blocked")).Text, StringComparison.Ordinal);
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-user' AND $2 = ANY (object_ids)",
            user.User, blocked.User) >= 1);
    }

    [Fact(DisplayName = "Without the roles, and without the token of the form, nothing is seen and nothing is changed")]
    public async Task Closed()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "MIS");
        var blocked = await Operator.Make(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);
        using var reader = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        using var actor = await (await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct)).SignIn(registry);
        string[] paths = [ClientView.AddressOf(client), UserView.AddressOf(blocked.User)];
        foreach (var path in (string[])[.. paths, ClientList.Path, UserList.Path])
            Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(path)).Status);
        foreach (var path in paths)
        {
            var page = await reader.Get(path);
            Assert.DoesNotContain("/change", page.Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden,
                (await reader.PostTo(path + "/change", ("form_token", page.FormToken), ("change", "block"))).Status);
            Assert.Equal(HttpStatusCode.BadRequest,
                (await actor.PostTo(path + "/change", ("form_token", page.FormToken), ("change", "block"))).Status);
        }
        Assert.Equal(0L, await registry.Scalar<long>(
            "SELECT (SELECT count(*) FROM clients WHERE is_blocked) + (SELECT count(*) FROM users WHERE is_blocked AND id = $1)", blocked.User));
    }

    private static async Task Change(FormBrowser browser, Guid client, params (string, string)[] fields)
    {
        var page = await browser.Get(ClientView.AddressOf(client));
        var answer = await browser.PostTo(ClientView.AddressOf(client) + "/change", [("form_token", page.FormToken), .. fields]);
        Assert.Equal($"{ClientView.AddressOf(client)}?done=1", answer.Location);
    }
}
