using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Database;

namespace Esoz.Tests.Cli.Commands;

/// <summary>
/// <c>client</c>, <c>connection</c>, <c>token</c> and <c>apikey</c>: what they print, and that it is never a secret of others.
/// </summary>
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

        var (_, _, warning) = await Run("token", "revoke", token);
        Assert.Equal("Other users of this machine can see a secret that is an argument: use - and write it to standard input.\nRevoked.\n", warning);
        Assert.Equal(0, (await Json("token", "list", "--user", $"{user}", "--json")).GetArrayLength());
        Assert.Equal(1, (await Json("token", "list", "--user", $"{user}", "--all", "--json")).GetArrayLength());
    }

    [Fact(DisplayName = "apikey issue --certificate-thumbprint binds the key as openssl prints it; list shows to what; anything else is refused")]
    public async Task BoundKeys()
    {
        var client = Guid.NewGuid();
        await Done("client", "create", "--id", $"{client}", "--type", "PIS");
        var (first, second) = (new string('A', 64), string.Join(':', Enumerable.Repeat("0f", 32)));
        string[] issue = ["apikey", "issue", "--client", $"{client}", "--certificate-thumbprint"];

        var (exit, _, note) = await Run([.. issue, first, "--certificate-thumbprint", second]);
        Assert.Equal((0, "A server with these settings asks nobody for a client certificate, so the key opens nothing there: set ESOZ_TLS_CLIENT_CERTIFICATES=optional.\n"),
            (exit, note));
        await Done("apikey", "issue", "--client", $"{client}", "--ttl", "1d");

        string[] stored = [first.ToLowerInvariant(), second.Replace(":", "", StringComparison.Ordinal)];
        var keys = await Json("apikey", "list", "--client", $"{client}", "--json");
        Assert.Equal([stored, []], keys.EnumerateArray().Select(key => Texts(key.GetProperty("certificate_thumbprints")).ToArray()));
        Assert.Contains(string.Join(' ', stored), await Done("apikey", "list", "--client", $"{client}"), StringComparison.Ordinal);
        var doctor = JsonElement.Parse((await Run("doctor", "--json")).Output).EnumerateArray()
            .Single(finding => finding.GetProperty("subject").GetString() == "client certificates");
        Assert.Equal(("warning", "1 api-keys are bound to some, but the server asks nobody for one: they open nothing"),
            (doctor.GetProperty("severity").GetString(), doctor.GetProperty("found").GetString()));

        foreach (var wrong in (string[])[first[1..], first[24..], "g" + first[1..], ""])
            Assert.Contains($"'{wrong}' is not the SHA-256 of a certificate, 64 hexadecimal digits", (await Run([.. issue, wrong])).Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await Json("apikey", "list", "--client", $"{client}", "--json")).GetArrayLength());
    }

    [Fact(DisplayName = "client create again changes only what is named; scopes are given up by name; tokens in use are told what they do not open")]
    public async Task UpdatesClient()
    {
        var client = Guid.NewGuid();
        string[] again = ["client", "create", "--id", $"{client}", "--json", "--type"];
        await Done([.. again, "MSP", "--name", "Клініка", "--scopes", "employee:read", "--access", "BROKER", "--broker-scope", ""]);

        Assert.Equal("Клініка MIS BROKER [employee:read] []", Summary(await Json([.. again, "MIS"])));
        Assert.Equal("Клініка MIS BROKER [employee:read] [division:read]", Summary(await Json([.. again, "MIS", "--broker-scope", "division:read"])));
        Assert.Equal("Нова MIS DIRECT [employee:read] [division:read]", Summary(await Json([.. again, "MIS", "--access", "DIRECT", "--name", "Нова"])));
        var (_, kept, note) = await Run([.. again, "PIS"]);
        Assert.Equal("Нова PIS DIRECT [employee:read] [division:read]", Summary(JsonElement.Parse(kept)));
        Assert.Equal("The client keeps its own scopes and not those of PIS; --type-scopes gives them up.\n", note);
        Assert.Equal("", (await Run("client", "create", "--id", $"{client}", "--type", "PIS", "--scopes", "employee:read")).Errors);

        var (exit, _, warning) = await Run("token", "issue", "--client", $"{client}", "--user", $"{client}", "--scope", "employee:read event:read");
        Assert.Equal(
            (0, $"The client, of type PIS, does not have event:read: the token does not open what needs it. See: esoz client show {client}\n"),
            (exit, warning));

        Assert.Equal("Нова PIS DIRECT [party_bulk:read_pis", Summary(await Json([.. again, "PIS", "--type-scopes"])).Split(' ')[..4].Aggregate((a, b) => $"{a} {b}"));
        Assert.EndsWith(" null", Summary(await Json([.. again, "PIS", "--no-broker-scope"])), StringComparison.Ordinal);
        Assert.Equal(2, (await Run([.. again, "PIS", "--no-broker-scope", "--broker-scope", ""])).Exit);

        static string Summary(JsonElement it) =>
            $"{it.GetProperty("name")} {it.GetProperty("type")} {it.GetProperty("access")} {List(it.GetProperty("scopes"))} {List(it.GetProperty("broker_scopes"))}";
        static string List(JsonElement it) => it.ValueKind == JsonValueKind.Null ? "null" : $"[{string.Join(' ', Texts(it))}]";
    }

    [Fact(DisplayName = "client block, unblock and show; user block, unblock and list: by id, with the reason")]
    public async Task Blocks()
    {
        var (client, user) = (Guid.NewGuid(), Guid.NewGuid());
        await using var database = new PostgresDatabase(_database);
        var registrar = await Registered(database, client);
        await registrar.IssueToken(client, user, "employee:read", TimeSpan.FromHours(1), Ct);
        await registrar.IssueKey(client, TimeSpan.FromHours(1), Ct);

        Assert.Equal($$"""{"id":"{{client}}","is_blocked":true}""",
            (await Json("client", "block", $"{client}", "--reason", "зламано", "--json")).GetRawText());
        var shown = await Json("client", "show", $"{client}", "--json");
        Assert.Equal((true, "зламано", false, 1, 1, 0),
            (shown.GetProperty("is_blocked").GetBoolean(), shown.GetProperty("block_reason").GetString(),
                shown.GetProperty("has_own_scopes").GetBoolean(), shown.GetProperty("valid_tokens").GetInt32(),
                shown.GetProperty("valid_keys").GetInt32(), shown.GetProperty("consumers").GetArrayLength()));
        Assert.Matches("blocked +yes зламано\n", await Done("client", "show", $"{client}"));
        var (_, _, warning) = await Run("token", "issue", "--client", $"{client}", "--user", $"{user}", "--scope", "employee:read");
        Assert.Equal($"The client is blocked: the token is refused until: esoz client unblock {client}\n", warning);
        Assert.Equal((0, "", "Unblocked.\n"), await Run("client", "unblock", $"{client}"));

        var listed = Assert.Single((await Json("user", "list", "--client", $"{client}", "--json")).EnumerateArray());
        Assert.Equal(2, listed.GetProperty("valid_tokens").GetInt32());
        Assert.Equal((0, "", "Blocked.\n"), await Run("user", "block", $"{user}", "--reason", "звільнено"));
        Assert.Equal(0, (await Json("user", "list", "--client", $"{client}", "--json")).GetArrayLength());
        var blocked = Assert.Single((await Json("user", "list", "--blocked", "--json")).EnumerateArray());
        Assert.Equal(["id", "email", "is_blocked", "block_reason", "valid_tokens", "roles", "has_password", "factors", "last_sign_in"],
            blocked.EnumerateObject().Select(member => member.Name));
        Assert.Equal((user, "звільнено", 0), (blocked.GetProperty("id").GetGuid(), blocked.GetProperty("block_reason").GetString(),
            blocked.GetProperty("valid_tokens").GetInt32()));
        Assert.Equal((0, "", "Unblocked.\n"), await Run("user", "unblock", $"{user}"));
        Assert.Matches($"^id +email +tokens +last sign-in +password +factor +blocked +roles\n{user} .* 0 +no +no\n", await Done("user", "list"));

        Assert.Equal((1, "", $"There is no client {user}.\n"), await Run("client", "block", $"{user}"));
        Assert.Equal((1, "", $"There is no client {user}.\n"), await Run("client", "show", $"{user}"));
        Assert.Equal((1, "", $"There is no user {client}.\n"), await Run("user", "block", $"{client}"));
    }

    [Fact(DisplayName = "connection create, list, refresh and delete: the secret alone on standard output, once; with a connection end its sessions")]
    public async Task Connections()
    {
        var (client, mis) = (Guid.NewGuid(), Guid.NewGuid());
        await using var database = new PostgresDatabase(_database);
        await Registered(database, client);
        await Registered(database, mis);
        const string address = "https://mis.example.ua/oauth";
        string[] create = ["connection", "create", "--client", $"{client}", "--redirect-uri", address];

        var (exit, output, note) = await Run([.. create, "--consumer", $"{mis}"]);
        var id = Guid.Parse(note["Connection ".Length..^2]);
        Assert.Equal((0, $"Connection {id}.\n"), (exit, note));
        var secret = output.TrimEnd();
        Assert.Equal(SecretHash.Of(secret).Hex, await Scalar<string>("SELECT secret_hash FROM connections WHERE id = $1", id));
        var own = await Json([.. create, "--json"]);
        Assert.Equal(["id", "secret"], own.EnumerateObject().Select(member => member.Name));

        var listed = await Json("connection", "list", "--client", $"{client}", "--consumer", $"{mis}", "--json");
        var shown = Assert.Single(listed.EnumerateArray());
        Assert.Equal(["id", "client_id", "consumer_id", "redirect_uri", "inserted_at", "expires_at"],
            shown.EnumerateObject().Select(member => member.Name));
        Assert.Equal((id, client, mis, address), (shown.GetProperty("id").GetGuid(), shown.GetProperty("client_id").GetGuid(),
            shown.GetProperty("consumer_id").GetGuid(), shown.GetProperty("redirect_uri").GetString()));
        var table = await Done("connection", "list");
        Assert.Equal(4, table.Split('\n').Length);
        Assert.Matches(@"^id +client +consumer +created at +expires at +redirect uri\n", table);
        Assert.DoesNotContain(secret, table + listed, StringComparison.Ordinal);

        var (_, fresh, _) = await Run("connection", "refresh", $"{id}");
        Assert.NotEqual(secret, fresh.TrimEnd());
        Assert.Equal(SecretHash.Of(fresh.TrimEnd()).Hex, await Scalar<string>("SELECT secret_hash FROM connections WHERE id = $1", id));
        Assert.Equal(id, (await Json("connection", "refresh", $"{id}", "--json")).GetProperty("id").GetGuid());

        var token = await new Registrar(database).IssueToken(client, Guid.NewGuid(), "employee:read", TimeSpan.FromHours(1), Ct);
        Assert.Equal(1, await Scalar<long>(
            "WITH begun AS (UPDATE tokens SET connection_id = $1 WHERE value_hash = $2::bpchar RETURNING id) SELECT count(*) FROM begun", id,
            SecretHash.Of(token!).Hex));
        Assert.Equal((0, "", "Revoked.\n"), await Run("connection", "delete", $"{id}"));
        Assert.Empty(await new AccessList(database).Tokens(client, null, false, Ct));
        Assert.Equal(1, (await Json("connection", "list", "--json")).GetArrayLength());
        Assert.Equal(2, (await Json("connection", "list", "--all", "--json")).GetArrayLength());

        Assert.Equal((1, "", $"There is no connection {id} in force.\n"), await Run("connection", "delete", $"{id}"));
        Assert.Equal((1, "", $"There is no connection {id} in force.\n"), await Run("connection", "refresh", $"{id}"));
        Assert.Equal((1, "", $"There is no client {client}, or no client {id}; see: esoz client list\n"), await Run([.. create, "--consumer", $"{id}"]));
        Assert.Equal((2, "", "--redirect-uri: string does not match pattern \"^https://.+\"\n"), await Create("http://localhost:3000/"));
        Assert.Equal((2, "", "--redirect-uri: must be a URL without user information and fragment\n"), await Create("https://mis.example.ua/#"));
        Assert.Equal(0, (await Create("http://localhost:3000/", "--set", "ALLOW_LOOPBACK_REDIRECT=true")).Exit);

        Task<(int Exit, string Output, string Errors)> Create(string uri, params string[] more) =>
            Run(["connection", "create", "--client", $"{client}", "--redirect-uri", uri, .. more]);
        async Task<T> Scalar<T>(string sql, params object?[] values)
        {
            await using var command = database.Command(sql, values);
            return (T)(await command.ExecuteScalarAsync(Ct))!;
        }
    }

    [Fact(DisplayName = "token revoke and apikey revoke: by id, by client, by user, and the secret on standard input")]
    public async Task Revokes()
    {
        var (client, user) = (Guid.NewGuid(), Guid.NewGuid());
        await using var database = new PostgresDatabase(_database);
        var registrar = await Registered(database, client);
        var list = new AccessList(database);
        var (secret, key) = (await Token(user), await Key());

        Assert.Equal((0, "", "Revoked.\n"), await Run(["apikey", "revoke", "-"], key + "\n"));
        Assert.Equal((1, "", "No valid api-key with this value.\n"), await Run(["apikey", "revoke", "-"], key));
        await Key();
        await Key();
        var keyId = $"{(await list.Keys(client, false, Ct))[0].Id}";
        Assert.Equal((0, """{"revoked":1}""" + "\n", ""), await Run("apikey", "revoke", keyId, "--json"));
        Assert.Equal((1, "", $"No valid api-key with the id {keyId}.\n"), await Run("apikey", "revoke", keyId));
        Assert.Equal((0, "", "Revoked.\n"), await Run("apikey", "revoke", "--client", $"{client}"));

        Assert.Equal((0, "", "Revoked.\n"), await Run(["token", "revoke", "-"], secret));
        await Token(user);
        var id = $"{(await list.Tokens(client, user, false, Ct))[0].Id}";
        await Token(user);
        await Token(Guid.NewGuid());
        Assert.Equal((0, "", "Revoked 2.\n"), await Run("token", "revoke", "--user", $"{user}", "--client", $"{client}"));
        Assert.Equal((1, "", $"No valid token with the id {id}.\n"), await Run("token", "revoke", id));
        Assert.Equal((0, """{"revoked":1}""" + "\n", ""), await Run("token", "revoke", "--client", $"{client}", "--json"));
        Assert.Empty(await list.Tokens(client, null, false, Ct));

        Assert.Equal(2, (await Run("token", "revoke")).Exit);
        Assert.Equal(2, (await Run("apikey", "revoke", keyId, "--client", $"{client}")).Exit);
        Assert.Equal((2, "", "Standard input has no secret in its first line.\n"), await Run("token", "revoke", "-"));

        async Task<string> Token(Guid user) => (await registrar.IssueToken(client, user, "employee:read", TimeSpan.FromHours(1), Ct))!;
        async Task<string> Key() => (await registrar.IssueKey(client, TimeSpan.FromHours(1), Ct))!;
    }

    private static async Task<Registrar> Registered(PostgresDatabase database, Guid client)
    {
        var registrar = new Registrar(database);
        Assert.True(await registrar.Register(new(client, "MSP", null, null, null, null), Ct));
        return registrar;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "A life that is too long is refused")]
    [InlineData("'36500d' is too long: 90d is the longest --ttl.", "token", "issue", "--client", "c1e00000-0000-4000-8000-000000000001",
        "--user", "c1e00000-0000-4000-8000-000000000002", "--scope", "employee:read", "--ttl", "36500d")]
    [InlineData("'731d' is too long: 730d is the longest --ttl.", "apikey", "issue", "--client", "c1e00000-0000-4000-8000-000000000001",
        "--ttl", "731d")]
    public async Task TooLong(string error, params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);

        Assert.Equal((2, "", error), (exit, output, errors.Split('\n')[0]));
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
            Assert.NotEqual("", SettingPage.Of(name).Default);
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

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => Run(arguments, "");

    private Task<(int Exit, string Output, string Errors)> Run(string[] arguments, string input) => EsozProgram.Run(
        new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory, ["ESOZ_DATABASE"] = _database }, arguments, input);
}
