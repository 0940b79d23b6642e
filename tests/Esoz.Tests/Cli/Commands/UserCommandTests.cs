using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.SignIn;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>user</c> and <c>mail</c>: users, their roles, links and mails, as an operator runs them.</summary>
public sealed class UserCommandTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-users-").FullName;
    private Dictionary<string, string> _settings = [];
    private PostgresDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await cluster.CreateDatabase();
        _settings = new() { ["ESOZ_DATABASE"] = database, ["ESOZ_DATA_DIR"] = _directory, ["PUBLIC_BASE_URL"] = "https://api.example.ua" };
        _database = new(database);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "user create prints the id; the audit log has the operator; wrong calls are told")]
    public async Task Creates()
    {
        var (exit, output, errors) = await Run("user", "create", "--email", "Tkachuk@example.ua", "--tax-id", "3000000001", "--operator", "адмін");
        Assert.Equal(0, exit);
        var id = Guid.Parse(output.Trim());
        Assert.StartsWith("No party has this tax id, so the user has no roles of an employee.", errors, StringComparison.Ordinal);
        Assert.Equal("адмін", await Scalar<string>("SELECT operator FROM audit_log WHERE resource = 'users' AND resource_id = $1", $"{id}"));

        Assert.Equal((1, "", "Another user has this e-mail address; esoz user list shows the id.\n"),
            await Run("user", "create", "--email", "TKACHUK@example.ua"));
        Assert.Equal((2, "", "A new user needs --email.\n"), await Run("user", "create"));
        Assert.Equal((2, "", "'tkachuk' is not an e-mail address.\n"), await Run("user", "create", "--email", "tkachuk"));
        Assert.Equal((1, "", $"There is no party {id}.\n"), await Run("user", "create", "--email", "a@example.ua", "--party", $"{id}"));
        Assert.Equal($$"""{"id":"{{id}}","party":null}""" + "\n", (await Run("user", "create", "--id", $"{id}", "--email", "new@example.ua", "--json")).Output);
    }

    [Fact(DisplayName = "USER_2FA_ENABLED: a user who has no password yet gets a factor whose number is still to be named, once; others do not")]
    public async Task NeedsFactor()
    {
        var former = await User("former@example.ua");
        await Run(["user", "reset", $"{former}", "--password", "-"], "Перший-пароль-1\n");
        Assert.Empty(await Factors(Guid.Parse((await Run("user", "create", "--email", "without@example.ua")).Output.Trim())));

        _settings["USER_2FA_ENABLED"] = "true";
        var id = Guid.Parse((await Run(["user", "create", "--email", "factor@example.ua", "--password", "-"], "Перший-пароль-1\n")).Output.Trim());
        Assert.Equal(["SMS,-,true"], await Factors(id));
        await Run("user", "create", "--id", $"{id}", "--tax-id", "3000000009");
        await Run("user", "create", "--id", $"{former}", "--tax-id", "3000000008");
        Assert.Single(await Factors(id));
        Assert.Empty(await Factors(former));

        Task<string[]> Factors(Guid user) => Scalar<string[]>("""
            SELECT ARRAY(SELECT concat_ws(',', type, coalesce(factor, '-'), is_active::text) FROM authentication_factors WHERE user_id = $1)
            """, user);
    }

    [Fact(DisplayName = "user invite and user reset print a link that opens once; the newest one is valid")]
    public async Task PrintsLinks()
    {
        var id = await User("link@example.ua");
        var links = new OneTimeLinks(_database, Settings.Read(_settings).Links);

        var (exit, invitation, note) = await Run("user", "invite", "LINK@example.ua");
        Assert.Equal((0, "Valid for 72 h, once. It is shown once: bring it to the user on a safe way.\n"), (exit, note));
        Assert.StartsWith("https://api.example.ua/password?token=", invitation, StringComparison.Ordinal);
        Assert.Equal(id, (await links.Find(TokenOf(invitation), Ct))!.UserId);

        var reset = JsonElement.Parse((await Run("user", "reset", $"{id}", "--json")).Output);
        Assert.Equal(id, reset.GetProperty("id").GetGuid());
        Assert.Null(await links.Find(TokenOf(invitation), Ct));
        Assert.Equal(LinkPurpose.Reset, (await links.Find(TokenOf(reset.GetProperty("link").GetString()!), Ct))!.Purpose);

        _settings["PUBLIC_BASE_URL"] = "";
        var (_, path, advice) = await Run("user", "invite", $"{id}");
        Assert.StartsWith("/password?token=", path, StringComparison.Ordinal);
        Assert.EndsWith("PUBLIC_BASE_URL is not set: put the address of the registry before it.\n", advice, StringComparison.Ordinal);

        Assert.Equal((1, "", "There is no user nobody@example.ua.\n"), await Run("user", "invite", "nobody@example.ua"));
        await Run("user", "block", "link@example.ua");
        Assert.Equal((1, "", $"The user is blocked; first: esoz user unblock {id}\n"), await Run("user", "reset", $"{id}"));
    }

    [Fact(DisplayName = "user create and user reset take a password from standard input, hold its rules, and never from an argument")]
    public async Task Passwords()
    {
        var (exit, output, _) = await Run(["user", "create", "--email", "pw@example.ua", "--password", "-"], "Перший-пароль-1\n");
        var id = Guid.Parse(output.Trim());
        Assert.Equal(0, exit);
        Assert.True(PasswordHash.Matches("Перший-пароль-1", await Hash()));

        Assert.Equal((1, "", "should be 12 to 128 character(s)\n"), await Run(["user", "reset", "pw@example.ua", "--password", "-"], "Short-1\n"));
        Assert.Equal((1, "", "This password has been used recently. Try another one\n"),
            await Run(["user", "reset", "pw@example.ua", "--password", "-"], "Перший-пароль-1\n"));
        Assert.Equal((0, "", "The password is set; the user's tokens have ended.\n"),
            await Run(["user", "reset", "pw@example.ua", "--password", "-", "--operator", "адмін"], "Другий-пароль-2\n"));
        Assert.True(PasswordHash.Matches("Другий-пароль-2", await Hash()));
        Assert.Equal("адмін", await Scalar<string>("""
            SELECT operator FROM audit_log WHERE resource = 'users' AND resource_id = $1 ORDER BY inserted_at DESC LIMIT 1
            """, $"{id}"));
        Assert.Equal((2, "", "Standard input has no secret in its first line.\n"), await Run("user", "reset", "pw@example.ua", "--password", "-"));
        Assert.Equal(2, (await Run("user", "reset", "pw@example.ua", "--password", "Третій-пароль-3")).Exit);

        Task<string> Hash() => Scalar<string>("SELECT password_hash FROM users WHERE id = $1", id);
    }

    [Fact(DisplayName = "With a mail server the link is mailed, unless --print; mail list shows it without the link, mail retry queues it")]
    public async Task Mails()
    {
        var id = await User("mail@example.ua");
        (_settings["MAIL_SMTP_HOST"], _settings["MAIL_FROM"]) = ("mail.example.ua", "registry@example.ua");

        Assert.Equal((0, "", "The mail is queued; esoz mail list shows whether it was sent.\n"), await Run("user", "invite", "mail@example.ua"));

        var listed = Assert.Single(JsonElement.Parse((await Run("mail", "list", "--json")).Output).EnumerateArray());
        Assert.Equal(["id", "status", "purpose", "user_id", "email", "attempts", "queued_at", "due_at", "last_error"],
            listed.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("QUEUED", "INVITATION", id, "mail@example.ua", 0), (listed.GetProperty("status").GetString(),
            listed.GetProperty("purpose").GetString(), listed.GetProperty("user_id").GetGuid(), listed.GetProperty("email").GetString(),
            listed.GetProperty("attempts").GetInt32()));
        Assert.Matches("^mail +status +purpose +user +email +attempts +queued at +due at +error\n", (await Run("mail", "list")).Output);
        var mail = $"{listed.GetProperty("id").GetInt64()}";
        await Execute("UPDATE mails SET status = 'FAILED', last_error = 'SMTP 550 RecipientNotAccepted'");
        Assert.Contains("SMTP 550 RecipientNotAccepted", (await Run("mail", "list", "--status", "FAILED")).Output, StringComparison.Ordinal);
        Assert.Equal((0, "", "Queued; a worker sends it within seconds.\n"), await Run("mail", "retry", mail));

        Assert.StartsWith("https://api.example.ua/password?token=", (await Run("user", "invite", $"{id}", "--print")).Output, StringComparison.Ordinal);
        Assert.Equal((1, "", $"There is no mail {mail} that waits or has failed. For a new link: esoz user invite or esoz user reset.\n"),
            await Run("mail", "retry", mail));
        Assert.Contains("CANCELED", (await Run("mail", "list")).Output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "user role grant and revoke: at one client or everywhere, named by address; the audit log has the operator")]
    public async Task Roles()
    {
        var (user, client) = (await User("role@example.ua"), Guid.NewGuid());
        Assert.True(await new Registrar(_database).Register(new(client, "MSP", null, null, null, null), Ct));

        Assert.Equal((0, "", "Granted.\n"), await Run("user", "role", "grant", "role@example.ua", "HR", "--client", $"{client}", "--operator", "адмін"));
        Assert.Equal((0, "", "The user has it already.\n"), await Run("user", "role", "grant", $"{user}", "HR", "--client", $"{client}"));
        Assert.Equal((0, "", "Granted.\n"), await Run("user", "role", "grant", $"{user}", "NHS_ADMIN", "--global"));
        Assert.Equal("адмін", await Scalar<string>("SELECT operator FROM audit_log WHERE resource = 'user_roles'"));
        var listed = Assert.Single(JsonElement.Parse((await Run("user", "list", "--json")).Output).EnumerateArray());
        Assert.Equal([$"HR@{client}", "NHS_ADMIN@*"], listed.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));

        Assert.Equal((0, "", "Revoked.\n"), await Run("user", "role", "revoke", $"{user}", "HR", "--client", $"{client}"));
        Assert.Equal((1, "", "No operator gave the user this role there.\n"), await Run("user", "role", "revoke", $"{user}", "HR", "--client", $"{client}"));
        Assert.Equal((0, "", "Revoked.\n"), await Run("user", "role", "revoke", $"{user}", "NHS_ADMIN", "--global"));

        Assert.Equal((2, "", "There is no role 'HRR'; did you mean HR?\n"), await Run("user", "role", "grant", $"{user}", "HRR", "--global"));
        Assert.Equal((2, "", "Say where: either --client ID or --global.\n"), await Run("user", "role", "grant", $"{user}", "HR"));
        Assert.Equal((2, "", "Say where: either --client ID or --global.\n"),
            await Run("user", "role", "grant", $"{user}", "HR", "--global", "--client", $"{client}"));
        Assert.Equal((1, "", $"There is no client {user}.\n"), await Run("user", "role", "grant", $"{user}", "HR", "--client", $"{user}"));
    }

    [Fact(DisplayName = "A role that comes from an employment is not taken by the operator, who is told how it ends")]
    public async Task EmployeesRole()
    {
        var (user, client) = (await User("employee@example.ua"), Guid.NewGuid());
        Assert.True(await new Registrar(_database).Register(new(client, "MSP", null, null, null, null), Ct));
        await Execute("""
            INSERT INTO user_roles (id, user_id, role_id, client_id, source)
            SELECT gen_random_uuid(), $1, id, $2, 'EMPLOYEE' FROM roles WHERE name = 'OWNER'
            """, user, client);

        Assert.Equal((1, "", "The user has this role as an employee: it ends with the employment. To end access at once: esoz user block\n"),
            await Run("user", "role", "revoke", $"{user}", "OWNER", "--client", $"{client}"));
        await Run("user", "role", "grant", $"{user}", "OWNER", "--client", $"{client}");
        Assert.Equal((0, "", "Revoked; the user still has it as an employee.\n"),
            await Run("user", "role", "revoke", $"{user}", "OWNER", "--client", $"{client}"));
    }

    [Fact(DisplayName = "user list shows last sign-in, password, factor and block; user factor reset removes the factor")]
    public async Task Lists()
    {
        var (user, client) = (await User("list@example.ua"), Guid.NewGuid());
        Assert.True(await new Registrar(_database).Register(new(client, "MSP", null, null, null, null), Ct));
        await new Registrar(_database).IssueToken(client, user, "employee:read", TimeSpan.FromHours(1), Ct);
        Assert.Matches($"^id +email +tokens +last sign-in +password +factor +blocked +roles\n{user} +list@example.ua +1 +no +no", await Output("user", "list"));

        await Execute("UPDATE users SET password_hash = 'x' WHERE id = $1", user);
        await Execute("INSERT INTO authentication_factors (id, user_id, type) VALUES (gen_random_uuid(), $1, 'TOTP')", user);
        await Execute("""UPDATE tokens SET details = details || '{"grant_type": "password"}', inserted_at = '2026-11-30T09:00:00Z' WHERE user_id = $1""", user);
        Assert.Matches("list@example.ua +1 +2026-11-30T09:00:00Z +yes +TOTP +no", await Output("user", "list"));

        Assert.Equal((0, "", "Removed 1.\n"), await Run("user", "factor", "reset", "list@example.ua"));
        Assert.Equal((0, "", "The user has no second factor.\n"), await Run("user", "factor", "reset", $"{user}"));
        await Run("user", "block", "list@example.ua", "--reason", "звільнено");
        Assert.Matches("list@example.ua +0 +2026-11-30T09:00:00Z +yes +yes звільнено", await Output("user", "list"));
    }

    private static string TokenOf(string link) => link.Trim()[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private async Task<Guid> User(string email) => (await new Users(_database).Register(new(null, email, null, null), Ct)).Id!.Value;

    private async Task<string> Output(params string[] arguments) => (await Run(arguments)).Output;

    private Task<(int Exit, string Output, string Errors)> Run(params string[] arguments) => Run(arguments, "");

    private Task<(int Exit, string Output, string Errors)> Run(string[] arguments, string input) =>
        EsozProgram.Run(_settings, arguments, input);

    private async Task<T> Scalar<T>(string sql, params object?[] values)
    {
        await using var command = _database.Command(sql, values);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }

    private async Task Execute(string sql, params object?[] values)
    {
        await using var command = _database.Command(sql, values);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
