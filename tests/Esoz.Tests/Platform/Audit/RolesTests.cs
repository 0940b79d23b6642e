using Esoz.Diagnosis;
using Esoz.Platform.Configuration;
using Esoz.Platform.Database;
using Esoz.Platform.Health;
using Npgsql;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Roles of the database apart (docs/adr/0032): what each of them can do to every table and function.</summary>
public sealed class RolesTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The server's role can do nothing to the logs and their partitions but what the triggers do, and calls no function of a trigger")]
    public async Task Server()
    {
        await using var connection = await As("server_role", "grant_runtime");
        var logs = await Texts(connection, """
            SELECT oid::regclass::text FROM pg_class
             WHERE relnamespace = 'esoz'::regnamespace AND relkind IN ('r', 'p') AND relname ~ '^(audit_|access_journal|schema_migrations)'
            """);
        Assert.Contains("audit_log_default", logs);
        Assert.Contains("audit_seals", logs);
        Assert.Contains("audit_proofs", logs);
        foreach (var log in logs)
        {
            foreach (var sql in new[]
            {
                $"DELETE FROM {log}", $"TRUNCATE {log}", $"DROP TABLE {log}", $"ALTER TABLE {log} DISABLE TRIGGER ALL",
                $"UPDATE {log} SET {await Column(connection, log)} = {await Column(connection, log)}", $"ALTER TABLE {log} ADD x integer",
                $"CREATE RULE nothing AS ON INSERT TO {log} DO INSTEAD NOTHING",
            })
                await Refused(connection, sql);
        }
        await Refused(connection, "INSERT INTO audit_log (actor_id, resource, resource_id, changeset) VALUES ('x', 'x', 'x', '{}')");
        await Refused(connection, "INSERT INTO audit_log_default (actor_id, resource, resource_id, changeset) VALUES ('x', 'x', 'x', '{}')");

        var tables = await Texts(connection, """
            SELECT oid::regclass::text FROM pg_class
             WHERE relnamespace = 'esoz'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
            """);
        foreach (var table in tables)
        {
            await Refused(connection, $"TRUNCATE {table} CASCADE");
            await Refused(connection, $"ALTER TABLE {table} DISABLE TRIGGER ALL");
            await Refused(connection, $"CREATE TRIGGER mine AFTER INSERT ON {table} EXECUTE FUNCTION refuse_delete()");
        }

        await connection.Execute("CREATE TEMP TABLE mine (id uuid, status text, updated_by uuid)", Ct);
        var functions = await Texts(connection, """
            SELECT proname::text FROM pg_proc
             WHERE pronamespace = 'esoz'::regnamespace AND prosecdef AND prorettype = 'trigger'::regtype
            """);
        Assert.Contains("record_new_tokens", functions);
        foreach (var function in functions)
            await Refused(connection, $"CREATE TRIGGER mine AFTER UPDATE ON mine FOR EACH ROW EXECUTE FUNCTION {function}()");
        foreach (var function in new[]
        {
            "grant_runtime('server_role')", "grant_reader('server_role')", "grant_auditor('server_role')", "renew_grants()", "keep_record('clients')",
        })
            await Refused(connection, $"SELECT {function}");
    }

    [Fact(DisplayName = "The server's role can do its work: a write leaves its audit row, and the functions of the maintenance run")]
    public async Task Works()
    {
        await using var connection = await As("working_role", "grant_runtime");
        await connection.Execute("INSERT INTO users (id, email) VALUES ('0e000000-0000-4000-8000-00000000000e', 'e@users.invalid')", Ct);
        await connection.Execute("SELECT ensure_partitions(), claim_scheduled_run('x', now()), remove_events('30 days', 0, 1)", Ct);
        Assert.Equal(["users"], await Texts(connection,
            "SELECT resource::text FROM audit_log WHERE resource_id = '0e000000-0000-4000-8000-00000000000e'"));
        await connection.Execute("""
            INSERT INTO audit_seals (log, number, until_at, until_id, columns, row_count, leaves, root, previous, head, key_id, signature, sealed_at)
            VALUES ('x', 1, now(), gen_random_uuid(), '{}', 0, '', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'),
                    decode(repeat('00', 32), 'hex'), '', '', now())
            """, Ct);
    }

    [Fact(DisplayName = "The reader reads everything but secrets, their hashes and stored answers; the auditor reads the logs; neither writes")]
    public async Task Readers()
    {
        await using (var reader = await As("reading_role", "grant_reader"))
        {
            await reader.Execute("SELECT count(*) FROM employees; SELECT count(*) FROM audit_log; SELECT id, user_id FROM tokens", Ct);
            foreach (var sql in new[]
            {
                "SELECT value_hash FROM tokens", "SELECT * FROM connections", "SELECT * FROM idempotency_keys", "SELECT payload FROM background_tasks",
                "UPDATE employees SET status = status", "DELETE FROM tokens", "SELECT remove_events('30 days', 0, 1)",
            })
                await Refused(reader, sql);
        }
        await using var auditor = await As("auditing_role", "grant_auditor");
        await auditor.Execute("SELECT count(*) FROM audit_log; SELECT count(*) FROM audit_seals; SELECT count(*) FROM audit_days; SELECT count(*) FROM audit_proofs", Ct);
        foreach (var sql in new[] { "SELECT * FROM employees", "SELECT * FROM tokens", "UPDATE audit_seals SET log = log", "DELETE FROM audit_log" })
            await Refused(auditor, sql);
    }

    [Fact(DisplayName = "Through no partition is a row changed, removed or truncated, not even by the owner")]
    public async Task Owner()
    {
        await registry.Given.LegalEntity();
        var part = await registry.Scalar<string>("SELECT tableoid::regclass::text FROM audit_log LIMIT 1");
        foreach (var sql in new[]
        {
            $"DELETE FROM {part}", $"UPDATE {part} SET actor_id = ''", $"TRUNCATE {part}", "TRUNCATE audit_log", "TRUNCATE audit_log_default",
            "DELETE FROM audit_log", "TRUNCATE tokens CASCADE", "TRUNCATE audit_seals", "DELETE FROM audit_days", "DELETE FROM audit_proofs", "TRUNCATE audit_proofs",
        })
        {
            var fault = await Assert.ThrowsAsync<PostgresException>(() => registry.Execute(sql));
            Assert.True(fault.SqlState == PostgresErrorCodes.RestrictViolation, $"{sql}: {fault.MessageText}");
        }
    }

    [Fact(DisplayName = "With two connection strings the owner migrates and grants, and the server runs as a role that doctor calls good; one role is broken in production")]
    public async Task Installations()
    {
        var settings = Settings.Read(new Dictionary<string, string>
        {
            ["ESOZ_DATABASE"] = new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "esoz_server" }.ConnectionString,
            ["ESOZ_DATABASE_OWNER"] = registry.ConnectionString,
            ["ESOZ_DATA_DIR"] = registry.DataDirectory,
        });
        await using (var server = await Installation.Open(settings, null, Ct, isServer: true))
        {
            await using var command = server.Database.Command("SELECT current_user::text");
            Assert.Equal("esoz_server", await command.ExecuteScalarAsync(Ct));
        }
        await using (var owner = await Installation.Open(settings, null, Ct))
        {
            await using var command = owner.Database.Command("SELECT current_user::text");
            Assert.Equal("esoz", await command.ExecuteScalarAsync(Ct));
        }

        Assert.Equal(Severity.Good, (await Role(settings)).Severity);
        Assert.Equal(Severity.Good, (await Find(settings, "audit seals")).Severity);
        var one = settings with { Database = registry.ConnectionString };
        Assert.Equal(Severity.Warning, (await Role(one)).Severity);
        Assert.Equal(Severity.Broken, (await Role(one with { Mode = Mode.Production })).Severity);
    }

    private static Task<Finding> Role(Settings settings) => Find(settings, "database role");

    private static async Task<Finding> Find(Settings settings, string subject) =>
        (await DatabaseFindings.Of(settings, () => (false, null), TimeProvider.System, Ct)).Single(finding => finding.Subject == subject);

    private async Task<NpgsqlConnection> As(string role, string grant)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await connection.Execute($"SET search_path = esoz; CREATE ROLE {role}; SELECT {grant}('{role}'); SET ROLE {role}", Ct);
        return connection;
    }

    private static async Task Refused(NpgsqlConnection connection, string sql)
    {
        var fault = await Assert.ThrowsAsync<PostgresException>(() => connection.Execute(sql, Ct));
        Assert.True(fault.SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{sql}: {fault.MessageText}");
    }

    private static async Task<string> Column(NpgsqlConnection connection, string table) => (await Texts(connection,
        $"SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum LIMIT 1"))[0];

    private static async Task<List<string>> Texts(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var row = await command.ExecuteReaderAsync(Ct);
        List<string> texts = [];
        while (await row.ReadAsync(Ct))
            texts.Add(row.GetString(0));
        return texts;
    }
}
