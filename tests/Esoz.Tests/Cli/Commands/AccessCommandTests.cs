using System.Text.Json;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>client</c>, <c>token</c> and <c>apikey</c>: what they print, and that it is never a secret of others.</summary>
public sealed class AccessCommandTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-access-").FullName;
    private string _database = "";

    public async ValueTask InitializeAsync() => _database = await cluster.CreateDatabase();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact(DisplayName = "Clients, tokens and api-keys are listed with id, client, user, scopes and expiry; --scope and --scopes are the same")]
    public async Task Lists()
    {
        var (client, other, user) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Done("client", "create", "--id", $"{client}", "--type", "MSP", "--scope", "employee:read employee_role:read");
        await Done("client", "create", "--id", $"{other}", "--type", "PIS", "--json");
        var token = (await Done("token", "issue", "--client", $"{client}", "--user", $"{user}", "--scopes", "employee:read")).Trim();
        var second = await Json("token", "issue", "--client", $"{client}", "--user", $"{Guid.NewGuid()}", "--scope", "employee:read", "--json");
        var key = (await Json("apikey", "issue", "--client", $"{other}", "--json")).GetProperty("api_key").GetString()!;

        var clients = await Json("client", "list", "--client", $"{client}", "--json");
        Assert.Equal(["employee:read", "employee_role:read"], Texts(Assert.Single(clients.EnumerateArray()).GetProperty("scopes")));
        var tokens = await Json("token", "list", "--client", $"{client}", "--user", $"{user}", "--json");
        var listed = Assert.Single(tokens.EnumerateArray());
        Assert.Equal(["id", "client_id", "user_id", "scopes", "expires_at"], listed.EnumerateObject().Select(member => member.Name));
        Assert.Equal((client, user), (listed.GetProperty("client_id").GetGuid(), listed.GetProperty("user_id").GetGuid()));
        Assert.Equal(2, (await Json("token", "list", "--client", $"{client}", "--json")).GetArrayLength());
        var keys = await Json("apikey", "list", "--client", $"{other}", "--json");
        Assert.Equal(other, Assert.Single(keys.EnumerateArray()).GetProperty("client_id").GetGuid());

        var table = await Done("token", "list", "--user", $"{user}");
        Assert.Equal(3, table.Split('\n').Length);
        Assert.Matches(@"^id +client +user +expires at +scopes\n", table);
        foreach (var text in new[] { table, tokens.ToString(), keys.ToString(), await Done("apikey", "list"), await Done("client", "list") })
            Assert.DoesNotContain([token, second.GetProperty("token").GetString()!, key],
                secret => text.Contains(secret, StringComparison.Ordinal));

        await Done("token", "revoke", token);
        Assert.Equal(0, (await Json("token", "list", "--user", $"{user}", "--json")).GetArrayLength());
        Assert.Equal(1, (await Json("token", "list", "--user", $"{user}", "--all", "--json")).GetArrayLength());
    }

    [Theory(DisplayName = "A scope that no method asks for is refused with the nearest one, and nothing is written")]
    [InlineData("client", "create", "--id", "c1e00000-0000-4000-8000-000000000001", "--type", "MSP", "--scopes", "employee_rol:read")]
    [InlineData("client", "create", "--id", "c1e00000-0000-4000-8000-000000000001", "--type", "MSP", "--broker-scope", "employee_rol:read")]
    [InlineData("token", "issue", "--client", "c1e00000-0000-4000-8000-000000000001", "--user", "c1e00000-0000-4000-8000-000000000002",
        "--scope", "employee:read employee_rol:read")]
    public async Task UnknownScope(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);

        Assert.Equal((2, "", "employee_rol:read is not known; did you mean employee_role:read?\n"), (exit, output, errors));
        Assert.Equal(0, (await Json("client", "list", "--client", "c1e00000-0000-4000-8000-000000000001", "--json")).GetArrayLength());
    }

    [Fact(DisplayName = "config show has every setting with value and source, and never a secret; config explain quotes the page")]
    public async Task Config()
    {
        var keyFile = Path.Combine(_directory, "key");
        await File.WriteAllTextAsync(keyFile, new string('k', 40), TestContext.Current.CancellationToken);
        string[] settings = ["--set", "SECRETS_TTL=700", "--set", $"MEDIA_STORAGE_SIGNING_KEY_FILE={keyFile}"];

        var shown = (await Json(["config", "show", "--json", .. settings])).EnumerateArray()
            .ToDictionary(it => it.GetProperty("name").GetString()!, it => (it.GetProperty("value").GetString(), it.GetProperty("source").GetString()));
        Assert.Equal(("700", "--set"), shown["SECRETS_TTL"]);
        Assert.Equal((_directory, "environment"), shown["ESOZ_DATA_DIR"]);
        Assert.Equal(("(set)", "environment"), shown["ESOZ_DATABASE"]);
        Assert.Equal(("(set)", "MEDIA_STORAGE_SIGNING_KEY_FILE, --set"), shown["MEDIA_STORAGE_SIGNING_KEY"]);
        Assert.Equal(("30", "default"), shown["PIS_BULK_ACTIONS_MAX_DEPTH"]);
        Assert.Equal(("0 1 * * *", "default"), shown["EMPLOYEES_BULK_UPLOAD_SCHEDULE"]);
        var table = await Done(["config", "show", .. settings]);
        Assert.Equal(shown.Count + 2, table.Split('\n').Length);
        Assert.DoesNotContain(_database, table, StringComparison.Ordinal);
        Assert.DoesNotContain("kkkk", table, StringComparison.Ordinal);

        foreach (var name in shown.Keys)
            Assert.NotEqual("", Esoz.Cli.Commands.SettingPages.Of(name).Default);
        Assert.Equal("""
            SECRETS_TTL
            value    700
            source   --set
            default  600
            meaning  life of a signed link in seconds, 1 … 604800

            """, await Done(["config", "explain", "secrets_ttl", .. settings]));
    }

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(it => it.GetString());

    private async Task<JsonElement> Json(params string[] arguments) => JsonElement.Parse(await Done(arguments));

    private async Task<string> Done(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.True(exit == 0, errors);
        return output;
    }

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => EsozProcess.Run(
        new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory, ["ESOZ_DATABASE"] = _database }, arguments);
}
