using System.Net;
using System.Text.RegularExpressions;
using Esoz.OperatorConsole;
using Esoz.Platform.Access;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Issuing api-keys and secrets of connections on the screen.</summary>
public sealed partial class ClientIssueTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "An api-key is shown once, opens what its client may do, expires as asked, and the audit log has who issued it and no key")]
    public async Task Key()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "PIS");
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        var form = await browser.Get(ClientIssue.AddressOf(client));
        (string, string)[] fields =
            [("form_token", form.FormToken), ("new_id", NewId(form)), ("what", ClientIssue.Key), ("days", "30")];

        var issued = await browser.PostTo(ClientIssue.AddressOf(client), fields);

        Assert.Equal(HttpStatusCode.OK, issued.Status);
        Assert.Equal("no-store", issued.Headers["Cache-Control"]);
        Assert.DoesNotContain("Content-Encoding", issued.Headers.Keys);
        var secret = Secret().Match(issued.Html).Groups["secret"].Value;
        Assert.Equal(NewId(form), await registry.Scalar<string>(
            "SELECT id::text FROM connections WHERE secret_hash = $1::bpchar AND client_id = $2", SecretHash.Of(secret).Hex, client));
        Assert.True(await registry.Scalar<bool>("""
            SELECT expires_at BETWEEN now() + interval '29 days' AND now() + interval '30 days' AND inserted_by = $2
              FROM connections WHERE client_id = $1
            """, client, user.User));
        var answer = await registry.Send("GET", "/api/pis/bulk/employees", new(ApiKey: secret));
        Assert.NotEqual(401, (int)answer.Status);
        Assert.Equal(1L, await registry.Scalar<long>("""
            SELECT count(*) FROM audit_log
             WHERE resource = 'connections' AND resource_id = $1 AND actor_id = $2 AND request_id IS NOT NULL AND strpos(changeset::text, $3) = 0
            """, NewId(form), user.User.ToString(), secret));
        // Nobody gets a second one by loading the answer again, and the key is nowhere else.
        var again = await browser.PostTo(ClientIssue.AddressOf(client), fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.Status);
        Assert.Contains("Цю форму вже надіслано", again.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, (await browser.Get(ClientView.AddressOf(client))).Html, StringComparison.Ordinal);
        Assert.Contains(NewId(form), browser.Page.Html, StringComparison.Ordinal);
        Assert.Equal(1L, await registry.Scalar<long>("SELECT count(*) FROM connections WHERE client_id = $1", client));
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-client-issued' AND $2 = ANY (object_ids)",
            user.User, client) == 1);
    }

    [Fact(DisplayName = "A connection gets a secret for its redirect URI, and is shown with the system that acts; rules are those of the command line")]
    public async Task Connection()
    {
        var (client, mis) = (Guid.NewGuid(), Guid.NewGuid());
        await registry.Given.Client(client, "MSP");
        await registry.Given.Client(mis, "MIS");
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);

        Assert.Contains("Return address", await Refusal(("what", "connection"), ("redirect_uri", "ftp://x")), StringComparison.Ordinal);
        Assert.Contains("no such acting client", await Refusal(
            ("what", "connection"), ("redirect_uri", "https://mis.example/back"), ("consumer", $"{Guid.NewGuid()}")), StringComparison.Ordinal);
        Assert.Contains("1 to 730 days", await Refusal(("what", "key"), ("days", "731")), StringComparison.Ordinal);
        Assert.Contains("1 to 730 days", await Refusal(("what", "key"), ("days", "0")), StringComparison.Ordinal);
        Assert.Contains("64 hexadecimal digits", await Refusal(("what", "key"), ("days", "9"), ("certificate", "ab")), StringComparison.Ordinal);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM connections WHERE client_id = $1", client));

        var issued = await Send(("what", "connection"), ("redirect_uri", "https://mis.example/back"), ("consumer", $"{mis}"));
        var secret = Secret().Match(issued.Html).Groups["secret"].Value;
        Assert.Equal(1L, await registry.Scalar<long>("""
            SELECT count(*) FROM connections
             WHERE client_id = $1 AND consumer_id = $2 AND secret_hash = $3::bpchar AND redirect_uri = 'https://mis.example/back' AND inserted_by = $4
            """, client, mis, SecretHash.Of(secret).Hex, user.User));
        Assert.Contains($"MIS {mis} (https://mis.example/back)", (await browser.Get(ClientView.AddressOf(client))).Text, StringComparison.Ordinal);

        async Task<string> Refusal(params (string, string)[] fields)
        {
            var refused = await Send(fields);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            return refused.Text;
        }

        async Task<FormPage> Send(params (string, string)[] fields)
        {
            var form = await browser.Get(ClientIssue.AddressOf(client) + "?lang=en");
            return await browser.PostTo(
                ClientIssue.AddressOf(client), [("form_token", form.FormToken), ("new_id", NewId(form)), .. fields]);
        }
    }

    [Fact(DisplayName = "Without the role, the token of the form or the password nothing is issued")]
    public async Task Closed()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "PIS");
        var user = await Operator.Make(registry, ConsoleRole.OpsRead, ConsoleRole.OpsAct);
        using var browser = await user.SignIn(registry);
        using var reader = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        var (token, foreign) = ((await browser.Get("/console")).FormToken, (await reader.Get("/console")).FormToken);
        await registry.Execute("UPDATE console_sessions SET confirmed_at = now() - interval '6 minutes' WHERE user_id = $1", user.User);
        (string, string)[] fields = [("new_id", $"{Guid.NewGuid()}"), ("what", ClientIssue.Key), ("days", "30")];

        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Get(ClientIssue.AddressOf(client))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostTo(ClientIssue.AddressOf(client), [("form_token", foreign), .. fields])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostTo(ClientIssue.AddressOf(client), [("form_token", foreign), .. fields])).Status);
        var refused = await browser.PostTo(ClientIssue.AddressOf(client), [("form_token", token), .. fields]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("Уведіть пароль", refused.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM connections WHERE client_id = $1", client));
    }

    private static string NewId(FormPage form) => NewIdField().Match(form.Html).Groups["id"].Value;

    [GeneratedRegex("""name="new_id" value="(?<id>[^"]+)""")]
    private static partial Regex NewIdField();

    [GeneratedRegex("<pre class=\"answer\" data-copy>(?<secret>[^<]+)</pre>")]
    private static partial Regex Secret();
}
