using System.Diagnostics;
using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Npgsql;

namespace Esoz.Diagnosis;

/// <summary>Whether the database is usable and its commits are durable. Only reads.</summary>
public static class DatabaseFindings
{
    private const int OldestVersion = 150000;

    /// <summary>Connections of a node beside its pool: probe, LISTEN, a build of snapshots, look-ups.</summary>
    private const int BesidePool = 10;

    private static readonly TimeSpan NoticeableSkew = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HarmfulSkew = TimeSpan.FromSeconds(30);

    /// <param name="local">Whether there is a local database, and how to reach it while it runs; called when none is configured.</param>
    public static async Task<IReadOnlyList<Finding>> Of(
        Settings settings, Func<(bool Exists, string? ConnectionString)> local, TimeProvider clock, CancellationToken ct)
    {
        var connectionString = settings.Database;
        if (connectionString.Length == 0)
        {
            var (exists, running) = local();
            if (running is null)
                return
                [
                    exists
                        ? Finding.Warning("database", "the local database is not running, so it was not checked",
                            "start it with: esoz serve")
                        : Finding.Warning("database", $"no local database in {settings.DataDirectory} yet",
                            "esoz serve creates one; or set ESOZ_DATABASE to an existing server"),
                ];
            connectionString = running;
        }
        await using var database = new PostgresDatabase(connectionString);
        return await Of(settings, database, clock, ct);
    }

    /// <summary>The same of a database that is open.</summary>
    public static async Task<IReadOnlyList<Finding>> Of(
        Settings settings, PostgresDatabase database, TimeProvider clock, CancellationToken ct)
    {
        try
        {
            var schema = await Schema(database, ct);
            return
            [
                .. await Server(database, clock, ct), await Standbys(database, ct), await Connections(database, ct),
                .. await ReplicaFindings.Of(settings, database, ct) is { } replica ? [replica] : (Finding[])[],
                await TimeZone(database, Today.TimeZone, ct),
                schema, .. schema.Severity == Severity.Good ? [await Role(database, settings.Mode, ct)] : (Finding[])[],
                .. schema.Severity == Severity.Good ? await WorkFindings.Of(settings, database, clock, ct) : [],
            ];
        }
        catch (NpgsqlException fault)
        {
            var reason = fault is PostgresException refused ? refused.MessageText : fault.InnerException?.Message ?? fault.Message;
            return [Finding.Broken(
                "database", $"does not answer: {reason}", "check ESOZ_DATABASE, that the server is running, and that it accepts connections from this machine")];
        }
    }

    private static async Task<IReadOnlyList<Finding>> Server(PostgresDatabase database, TimeProvider clock, CancellationToken ct)
    {
        await using var command = database.Command("""
            SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_setting('fsync'),
                   current_setting('synchronous_commit'), current_setting('full_page_writes'), clock_timestamp()
            """);
        var asked = Stopwatch.GetTimestamp();
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        // The database clock was read at some point between the query and now.
        var uncertainty = Stopwatch.GetElapsedTime(asked);
        var skew = (clock.GetUtcNow().UtcDateTime - row.GetDateTime(5)).Duration() - uncertainty;
        return
        [
            row.GetInt32(0) >= OldestVersion
                ? Finding.Good("database", $"PostgreSQL {row.GetString(1)} answers")
                : Finding.Broken("database", $"PostgreSQL {row.GetString(1)} is too old", "upgrade to 15 or newer"),
            Durable("fsync", row.GetString(2), "off"),
            Durable("synchronous_commit", row.GetString(3), "off"),
            Durable("full_page_writes", row.GetString(4), "off"),
            Clock(skew),
        ];
    }

    /// <summary>Whether commits wait for another machine.</summary>
    private static async Task<Finding> Standbys(PostgresDatabase database, CancellationToken ct) => (await database.Command("""
        SELECT current_setting('synchronous_standby_names'), current_setting('synchronous_commit'),
               (SELECT count(*) FROM pg_stat_replication)::int
        """).ReadOne(row => Standbys(row.GetString(0), row.GetString(1), row.GetInt32(2)), ct))!;

    internal static Finding Standbys(string names, string commit, int connected)
    {
        const string subject = "database synchronous_standby_names";
        return names.Length == 0
            ? connected == 0
                ? Finding.Good(subject, "empty, and no standby is connected")
                : Finding.Warning(subject, $"empty, but {connected} standbys are connected: no commit waits for them",
                    "name them there: otherwise a failover loses changes that were acknowledged")
            : commit is "local" or "off"
                ? Finding.Warning(subject, $"'{names}', but synchronous_commit = {commit}: no commit waits for a standby",
                    "set synchronous_commit = on")
            : connected == 0
                ? Finding.Warning(subject, $"'{names}', but no standby is connected: writes wait for one and are answered with 503",
                    "start the standby, or remove it from the setting")
            : Finding.Good(subject, $"'{names}'");
    }

    /// <summary>Whether the nodes that are connected get as many connections as they may ask for.</summary>
    private static async Task<Finding> Connections(PostgresDatabase database, CancellationToken ct) => (await database.Command("""
        SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                 - coalesce(current_setting('reserved_connections', true), '0')::int,
               (SELECT count(DISTINCT application_name) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name <> current_setting('application_name')
                   AND query LIKE 'LISTEN%')::int
        """).ReadOne(row => Connections(row.GetInt32(0), row.GetInt32(1), database.PoolSize + BesidePool), ct))!;

    /// <param name="available">Connections that PostgreSQL has for everybody.</param>
    /// <param name="nodes">Servers that are connected to this database.</param>
    /// <param name="ofNode">Connections that each may open.</param>
    internal static Finding Connections(int available, int nodes, int ofNode)
    {
        const string subject = "database max_connections";
        var needed = Math.Max(1, nodes) * ofNode;
        var found = $"{available} for {Math.Max(1, nodes)} nodes of up to {ofNode} connections";
        return needed <= available ? Finding.Good(subject, found)
            : Finding.Warning(subject, $"{found}: requests get 503 when all of them are busy",
                $"set max_connections = {needed + 20} or more, or a smaller Maximum Pool Size in ESOZ_DATABASE (docs/operations.md, Connections)");
    }

    /// <summary>Whether the role of the server could rewrite the logs; it is the one that doctor connects with.</summary>
    private static async Task<Finding> Role(PostgresDatabase database, Mode mode, CancellationToken ct)
    {
        const string subject = "database role";
        const string advice =
            "let another role own the schema and run the server as a role with esoz.grant_runtime (docs/operations.md, Roles)";
        await using var command = database.Command("""
            SELECT current_user::text, coalesce(bool_or(pg_has_role(relowner, 'MEMBER')
                     OR has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
                     OR (relname LIKE 'audit_log%' AND has_table_privilege(pg_class.oid, 'INSERT'))), false)
              FROM pg_class
             WHERE relnamespace = 'esoz'::regnamespace AND relkind IN ('r', 'p') AND relname ~ '^(audit_|access_journal)'
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var (role, mayAlter) = (row.GetString(0), row.GetBoolean(1));
        var found = $"{role}, the role of the server, can alter the audit log";
        return !mayAlter ? Finding.Good(subject, $"{role} cannot alter the audit log")
            : mode == Mode.Production ? Finding.Broken(subject, found, advice)
            : Finding.Warning(subject, found, advice);
    }

    /// <summary>
    /// Calendar dates and the bulk export of contract divisions need the time zone of Kyiv in PostgreSQL. This machine needs it only for a
    /// PostgreSQL on it that reads the data of the system, as Debian's does.
    /// </summary>
    public static async Task<Finding> TimeZone(PostgresDatabase database, string zone, CancellationToken ct)
    {
        const string subject = "time zone";
        const string advice = "install time zone data of 2022b or newer (package tzdata)";
        return !await database.Command("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = $1)", zone).ReadValue<bool>(ct)
            ? Finding.Broken(subject,
                $"PostgreSQL does not know {zone}: contract_divisions are not exported, and employees cannot be dismissed",
                $"{advice} on the database server and restart PostgreSQL")
            : TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? Finding.Good(subject, $"PostgreSQL and this machine know {zone}")
            : Finding.Warning(subject, $"PostgreSQL knows {zone}, this machine does not: a PostgreSQL on it might not", advice);
    }

    private static Finding Durable(string name, string value, string dangerous) => value == dangerous
        ? Finding.Broken($"database {name}", value, $"set {name} = on: otherwise a crash of the machine can lose committed changes")
        : Finding.Good($"database {name}", value);

    private static Finding Clock(TimeSpan skew)
    {
        const string subject = "clock";
        const string advice = "synchronise both clocks with NTP: expiry of tokens and links depends on them";
        return skew > HarmfulSkew ? Finding.Broken(subject, $"the clocks of this machine and the database are {skew.TotalSeconds:F0} s apart", advice)
            : skew > NoticeableSkew ? Finding.Warning(subject, $"the clocks of this machine and the database are {skew.TotalSeconds:F1} s apart", advice)
            : Finding.Good(subject, "the clocks of this machine and the database agree");
    }

    private static async Task<Finding> Schema(PostgresDatabase database, CancellationToken ct)
    {
        try
        {
            var pending = await Installation.Migrations.Pending(database.Sessions, ct);
            return pending.Count == 0
                ? Finding.Good("migrations", "the schema is up to date")
                : Finding.Warning(
                    "migrations", $"pending: {string.Join(", ", pending)}", "esoz migrate applies them, and so does the next start");
        }
        catch (MigrationChangedException changed)
        {
            return Finding.Broken("migrations", changed.Message, "run the version of the program that migrated this database, or a newer one");
        }
    }
}
