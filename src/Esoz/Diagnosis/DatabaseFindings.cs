using System.Diagnostics;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Diagnosis;

/// <summary>Whether the database is usable and its commits are durable. Only reads.</summary>
public static class DatabaseFindings
{
    private const int OldestVersion = 150000;

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
        try
        {
            await using var database = new PostgresDatabase(connectionString);
            var schema = await Schema(database, ct);
            return
            [
                .. await Server(database, clock, ct),
                schema,
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
                   current_setting('synchronous_commit'), current_setting('full_page_writes'), clock_timestamp(),
                   current_setting('synchronous_standby_names'), current_setting('statement_timeout'), current_setting('lock_timeout')
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
            Standbys(row.GetString(6)),
            StatementTimeout(row.GetString(7)),
            Finding.Good("database lock_timeout", row.GetString(8) is var wait and not "0"
                ? $"{wait}: a write that waits longer for a locked row fails, and nothing of it is stored"
                : "0: a write waits for a locked row as long as it is locked"),
            Clock(skew),
        ];
    }

    private static Finding Standbys(string names) => Finding.Good("database synchronous_standby_names", names.Length == 0
        ? "none: a commit is durable on this server only; if its disk is lost, so is everything since the last backup"
        : $"{names}: a commit is answered when these standbys have it too");

    private static Finding StatementTimeout(string limit) => limit == "0"
        ? Finding.Good("database statement_timeout", "0: no statement is cancelled for its duration")
        : Finding.Warning("database statement_timeout", $"{limit}: longer statements are cancelled, an import or a snapshot among them; nothing of them is stored",
            "ALTER ROLE … SET statement_timeout = 0 for the role of ESOZ_DATABASE");

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
            var pending = await Installation.Migrations.Pending(database.Source, ct);
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
