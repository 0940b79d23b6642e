using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Esoz.Platform.Jobs;
using Esoz.Platform.Storage;

namespace Esoz.Diagnosis;

/// <summary>Whether the work behind the requests is done: tasks, snapshots, credentials that end soon. Only reads.</summary>
public static class WorkFindings
{
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);
    /// <summary>A build of a large registry takes its time, so a snapshot is not late at once.</summary>
    private static readonly TimeSpan BuildTime = TimeSpan.FromHours(2);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <param name="database">Its schema is up to date.</param>
    public static async Task<IReadOnlyList<Finding>> Of(
        Settings settings, PostgresDatabase database, TimeProvider clock, CancellationToken ct) =>
    [
        .. await Queue(database, ct),
        .. await Snapshots(settings, database, clock, ct),
        await StoredObjectFindings.Of(database, ct),
        await Journal(database, ct),
        await EndingSoon(database, ct),
        await BoundKeys(settings, database, ct),
        .. await AuditFindings.Of(settings, database, clock, ct),
        await MailFindings.OfOutbox(settings, database, ct),
        .. settings.Mode == Mode.Production ? [await ProductionFindings.DemoData(settings, database, ct)] : Array.Empty<Finding>(),
    ];

    /// <summary>Without a row in it nobody gets personal data.</summary>
    private static async Task<Finding> Journal(PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command("""
            SELECT has_table_privilege('access_journal', 'INSERT'),
                   to_regclass('access_journal' || to_char(now() AT TIME ZONE 'UTC', '_YYYY_MM_DD')) IS NOT NULL
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        const string what = "access journal";
        return !row.GetBoolean(0)
            ? Finding.Broken(what, "this role may not add rows, so requests for personal data are answered 503",
                "as the owner of the schema: SELECT esoz.grant_runtime('ROLE')")
            : row.GetBoolean(1) ? Finding.Good(what, "can be written; today has its partition")
            : Finding.Warning(what, "today has no partition: rows go to access_journal_default",
                "start a node with the role scheduler: esoz serve --roles scheduler");
    }

    private static async Task<IReadOnlyList<Finding>> Queue(PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command($"""
            SELECT count(*) FILTER (WHERE status = '{BackgroundTaskStatus.Queued}' AND run_at <= now()),
                   coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE status = '{BackgroundTaskStatus.Queued}')), 0)::float8,
                   count(*) FILTER (WHERE status = '{BackgroundTaskStatus.Dead}'),
                   count(*) FILTER (WHERE status = '{BackgroundTaskStatus.Running}' AND locked_until > now())
              FROM background_tasks
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var (due, dead, running) = (row.GetInt64(0), row.GetInt64(2), row.GetInt64(3));
        var age = due == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0, row.GetDouble(1)));
        var waits = $"{due} tasks are due, the oldest for {age.TotalSeconds:F0} s";
        return
        [
            due == 0 ? Finding.Good("queue", "no task is due")
                : age <= LongWait ? Finding.Good("queue", waits)
                : Finding.Warning("queue", waits, "esoz job list --status QUEUED shows them; more workers, or a faster database, catch up"),
            running > 0 ? Finding.Good("workers", $"{running} tasks are running")
                : age <= LongWait ? Finding.Good("workers", "no task waits for one")
                : Finding.Broken("workers", "no worker holds a task while tasks are due",
                    "start a node with the role worker: esoz serve --roles worker"),
            dead == 0 ? Finding.Good("dead tasks", "none")
                : Finding.Warning("dead tasks", $"{dead} tasks failed for the last time",
                    "esoz job list --status DEAD shows them and why; when the cause is removed: esoz job retry ID"),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> Snapshots(
        Settings settings, PostgresDatabase database, TimeProvider clock, CancellationToken ct)
    {
        var served = (await new SnapshotTable(database).FindReady(ct)).ToDictionary(build => build.Snapshot.Resource);
        var schedules = settings.Bulk.BuildSchedules;
        List<BulkResource> scheduled = [.. BulkResources.All.Where(resource => schedules[resource.ScheduleKey] is not null)];
        var missing = scheduled.Where(resource => !served.ContainsKey(resource.Name)).Select(resource => resource.Name).ToList();
        var late = scheduled.Where(resource => served.TryGetValue(resource.Name, out var build)
                && settings.Bulk.NextRun(resource, build.StartedAt) < (clock.GetUtcNow() - BuildTime).UtcDateTime)
            .Select(resource => $"{resource.Name} of {served[resource.Name].Snapshot.At:yyyy-MM-dd HH:mm}Z").ToList();
        var findings = new List<Finding>();
        if (missing.Count > 0)
            findings.Add(Finding.Warning("missing snapshots", string.Join(", ", missing),
                "a node with the role scheduler builds them; or now: esoz snapshot run"));
        if (late.Count > 0)
            findings.Add(Finding.Warning("late snapshots", $"older than their schedules: {string.Join(", ", late)}",
                "check that a node has the role scheduler, and esoz snapshot list for errors; or now: esoz snapshot run"));
        if (await LostFiles(settings, served.Values, clock, ct) is { } lost)
            findings.Add(lost);
        if (findings.Count == 0)
            findings.Add(Finding.Good("snapshots", $"{scheduled.Count} as their schedules ask"));
        return findings;
    }

    /// <summary>A snapshot whose files are not in the store, as after a restore of one of the two; null when there is none.</summary>
    private static async Task<Finding?> LostFiles(
        Settings settings, IEnumerable<SnapshotBuild> served, TimeProvider clock, CancellationToken ct)
    {
        using var store = settings.Storage.Open(clock);
        var files = new SnapshotFiles(store, settings.Buckets.BulkActions);
        var lost = new List<string>();
        try
        {
            foreach (var build in served)
            {
                if (await files.FindLost(build.Snapshot, ct) is { } file)
                    lost.Add(file);
            }
        }
        catch (StoreUnavailableException)
        {
            // The findings of the store say so.
            return null;
        }
        return lost.Count == 0 ? null
            : Finding.Broken("lost snapshots", $"in service, but not in the store: {string.Join(", ", lost)}",
                "a node with the role scheduler builds them anew within the hour; or now: esoz snapshot run");
    }

    /// <summary>Whether api-keys that are bound to client certificates can be used.</summary>
    private static async Task<Finding> BoundKeys(Settings settings, PostgresDatabase database, CancellationToken ct)
    {
        const string subject = "client certificates";
        var keys = await database.Command(
            "SELECT count(*) FROM connections WHERE certificate_thumbprints IS NOT NULL AND (expires_at IS NULL OR expires_at > now())")
            .ReadValue<long>(ct);
        return keys == 0 || settings.Tls.AsksForClientCertificates ? Finding.Good(subject, $"{keys} api-keys are bound to some")
            : Finding.Warning(subject, $"{keys} api-keys are bound to some, but the server asks nobody for one: they open nothing",
                "set ESOZ_TLS_CLIENT_CERTIFICATES=optional on the servers, and let no proxy end the TLS");
    }

    /// <summary>Credentials of a shorter life are renewed all the time, so they are not counted.</summary>
    private static async Task<Finding> EndingSoon(PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command("""
            SELECT (SELECT count(*) FROM connections
                     WHERE expires_at BETWEEN now() AND now() + $1 AND expires_at - coalesce(updated_at, inserted_at) > $1),
                   (SELECT count(*) FROM tokens
                     WHERE name = 'access_token' AND to_timestamp(expires_at) BETWEEN now() AND now() + $1
                       AND to_timestamp(expires_at) - inserted_at > $1)
            """, Soon);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var (keys, tokens) = (row.GetInt64(0), row.GetInt64(1));
        var found = $"{keys} api-keys and {tokens} long-lived tokens expire within {Soon.TotalDays:F0} days";
        return keys + tokens == 0 ? Finding.Good("credentials", found)
            : Finding.Warning("credentials", found, "esoz apikey list and esoz token list show whose they are; issue new ones in time");
    }
}
