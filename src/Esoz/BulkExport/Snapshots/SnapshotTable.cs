using Npgsql;

namespace Esoz.BulkExport.Snapshots;

/// <summary>The snapshots of the bulk export in the database, which determines the one that is served.</summary>
public sealed class SnapshotTable(PostgresDatabase database)
{
    /// <summary>Notification channel: the snapshots in service have changed.</summary>
    public const string Channel = "bulk_generations";

    /// <summary>How long the objects of a snapshot are kept after it was replaced (pis-bulk §3.8).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>How long failed runs are kept.</summary>
    private static readonly TimeSpan History = TimeSpan.FromDays(30);

    /// <summary>The snapshot that is served; null before the first.</summary>
    public async Task<Snapshot?> FindReady(string resource, CancellationToken ct) =>
        (await Read(
            $"SELECT id, resource, snapshot_at, max_depth FROM bulk_generations WHERE resource = $1 AND state = '{SnapshotState.Ready}'",
            ct,
            resource)).SingleOrDefault();

    /// <summary>All snapshots that are served.</summary>
    public Task<IReadOnlyList<SnapshotBuild>> FindReady(CancellationToken ct) => ReadBuilds($"WHERE state = '{SnapshotState.Ready}'", ct);

    /// <summary>Whether a build of the resource is running.</summary>
    public Task<bool> IsBuilding(string resource, CancellationToken ct) => database.Command(
        $"SELECT EXISTS (SELECT FROM bulk_generations WHERE resource = $1 AND state = '{SnapshotState.Building}')", resource)
        .ReadValue<bool>(ct);

    /// <summary>All recorded builds of the resources: in the given order of resources, newest build first.</summary>
    public Task<IReadOnlyList<SnapshotBuild>> List(IEnumerable<BulkResource> resources, CancellationToken ct) => ReadBuilds(
        "WHERE resource = ANY ($1) ORDER BY array_position($1, resource::text), started_at DESC, id", ct,
        (object)resources.Select(resource => resource.Name).ToArray());

    /// <summary>Resources whose builds have failed, or whose builder died, since the last one that succeeded.</summary>
    public Task<IReadOnlyList<FailingBuild>> FindFailing(CancellationToken ct) => database.Command($"""
        SELECT resource, count(*), now() - max(coalesce(finished_at, started_at))
          FROM bulk_generations failed
         WHERE state IN ('{SnapshotState.Failed}', '{SnapshotState.Building}')
           AND NOT EXISTS (SELECT FROM bulk_generations done
                            WHERE done.resource = failed.resource AND done.started_at > failed.started_at
                              AND done.state IN ('{SnapshotState.Ready}', '{SnapshotState.Retired}'))
         GROUP BY resource
        """).ReadAll(row => new FailingBuild(row.GetString(0), row.GetInt64(1), row.GetTimeSpan(2)), ct);

    /// <summary>The windows of the snapshot in service; null when there is none, or it has none.</summary>
    public Task<ServedWindows?> Windows(string resource, CancellationToken ct) => database.Command($"""
        SELECT snapshot_at, windows_valid_from, depth_rows FROM bulk_generations
         WHERE resource = $1 AND state = '{SnapshotState.Ready}' AND cardinality(depth_rows) > 0
        """, resource).ReadOne(
        row => new ServedWindows(row.GetDateTime(0), Value<DateTime>(row, 1), row.GetFieldValue<long[]>(2)), ct);

    /// <summary>How the builds of a resource went that went into service since an instant, the earliest first.</summary>
    public Task<IReadOnlyList<PastBuild>> Past(string resource, DateTime since, CancellationToken ct) => database.Command("""
        SELECT started_at, finished_at, row_count, byte_size FROM snapshot_builds
         WHERE resource = $1 AND started_at >= $2 ORDER BY started_at
        """, resource, since).ReadAll(
        row => new PastBuild(row.GetDateTime(0), row.GetDateTime(1) - row.GetDateTime(0), row.GetInt64(2), row.GetInt64(3)), ct);

    public Task Begin(Snapshot snapshot, CancellationToken ct) => Execute($"""
        INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, started_at)
        VALUES ($1, $2, $3, '{SnapshotState.Building}', $4, $5, now())
        """, ct, snapshot.Generation, snapshot.Resource, snapshot.At, snapshot.MaxDepth, snapshot.Prefix);

    /// <summary>
    /// From when on the windows of the resource have every change (<see cref="WindowStarts"/>); null = always. When the snapshot in service
    /// was made with another form of the records or there are late writes, every copy up to its instant needs the full set; so does every
    /// copy of a snapshot with a later instant than the new one, which the clock of the database was set back from.
    /// </summary>
    /// <param name="snapshot">The new one.</param>
    /// <param name="isIncomplete">Whether there are <see cref="LateWrites"/>.</param>
    public Task<DateTime?> FindWindowsValidFrom(Snapshot snapshot, string form, bool isIncomplete, CancellationToken ct) =>
        database.Command($"""
            SELECT greatest(
              (SELECT valid_from FROM bulk_window_starts WHERE resource = $1),
              (SELECT max(snapshot_at) FROM bulk_generations
                WHERE resource = $1
                  AND (state = '{SnapshotState.Ready}' AND (form IS DISTINCT FROM $2 OR $3)
                    OR state IN ('{SnapshotState.Ready}', '{SnapshotState.Retired}') AND snapshot_at > $4)))
            """, snapshot.Resource, form, isIncomplete, snapshot.At).ReadValue<DateTime?>(ct);

    /// <summary>To look for rows that windows would lose; null when there is nothing to compare with.</summary>
    /// <param name="readAsOf">What the new snapshot is read from.</param>
    public Task<LateWrites?> FindLateWrites(string resource, string readAsOf, CancellationToken ct) => database.Command($"""
        SELECT snapshot_at, read_as_of FROM bulk_generations
         WHERE resource = $1 AND state = '{SnapshotState.Ready}' AND read_as_of IS NOT NULL
        """, resource).ReadOne(row => new LateWrites(row.GetDateTime(0), row.GetString(1), readAsOf), ct);

    /// <summary>Deletes the removals that are older than the largest window may be.</summary>
    public Task ForgetOldRemovals(Snapshot snapshot, CancellationToken ct) => Execute(
        "SELECT purge_bulk_removals($1, $2)", ct, snapshot.Resource, snapshot.At.AddDays(-BulkExportOptions.LargestDepth));

    /// <summary>
    /// Atomically puts snapshots into service in place of the previous ones; readers see either the old ones or the new ones.
    /// </summary>
    /// <exception cref="CommitNotReplicatedException"/>
    /// <exception cref="InvalidOperationException">One of them was marked as dead meanwhile; nothing is changed.</exception>
    public async Task PutIntoService(IReadOnlyList<BuildReport> reports, CancellationToken ct)
    {
        await using var write = await database.OpenForWrite(ct);
        var connection = write.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var report in reports)
        {
            var (snapshot, windows, validFrom, form, _) = report;
            var (full, days) = (windows[^1], windows.SkipLast(1).ToList());
            await PostgresDatabase.Command(connection,
                $"UPDATE bulk_generations SET state = '{SnapshotState.Retired}' WHERE resource = $1 AND state = '{SnapshotState.Ready}'",
                snapshot.Resource).Execute(ct);
            if (await PostgresDatabase.Command(connection, $"""
                UPDATE bulk_generations
                   SET state = '{SnapshotState.Ready}', row_count = $2, byte_size = $3, sha256 = $4, depth_rows = $5, depth_bytes = $6,
                       finished_at = now(), windows_valid_from = $7, form = $8, read_as_of = $9
                 WHERE id = $1 AND state = '{SnapshotState.Building}'
                """, snapshot.Generation, full.Rows, full.Bytes, full.Sha256, days.Select(day => day.Rows).ToArray(),
                days.Select(day => day.Bytes).ToArray(), validFrom, form, report.ReadAsOf).Execute(ct) != 1)
                throw new InvalidOperationException(
                    $"Generation {snapshot.Generation} is no longer being built by this node: another node took over.");
            await PostgresDatabase.Command(connection, """
                INSERT INTO snapshot_builds (resource, started_at, finished_at, row_count, byte_size)
                SELECT resource, started_at, finished_at, row_count, byte_size FROM bulk_generations WHERE id = $1
                ON CONFLICT DO NOTHING
                """, snapshot.Generation).Execute(ct);
            if (validFrom is not null)
                await WindowStarts.Keep(connection, snapshot.Resource, validFrom.Value, ct);
        }
        await PostgresDatabase.Command(connection, $"NOTIFY {Channel}").Execute(ct);
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();
    }

    /// <summary>
    /// Generations that never went into service and may have left objects. Call it only while holding the lock of the resource: then every
    /// BUILDING snapshot is one whose builder died.
    /// </summary>
    public Task<IReadOnlyList<Snapshot>> FindDead(string resource, CancellationToken ct) => Read($"""
        SELECT id, resource, snapshot_at, max_depth
          FROM bulk_generations
         WHERE resource = $1 AND state IN ('{SnapshotState.Building}', '{SnapshotState.Failed}') AND object_prefix IS NOT NULL
        """, ct, resource);

    /// <param name="hasObjects">Its objects could not be removed yet.</param>
    public Task Fail(Snapshot snapshot, string error, bool hasObjects, CancellationToken ct) => Execute($"""
        UPDATE bulk_generations
           SET state = '{SnapshotState.Failed}', error = coalesce(error, $2), finished_at = coalesce(finished_at, now()),
               object_prefix = CASE WHEN $3 THEN object_prefix END
         WHERE id = $1
        """, ct, snapshot.Generation, error, hasObjects);

    /// <summary>Every snapshot that has files in the store, or may have some.</summary>
    public Task<IReadOnlyList<KeptSnapshot>> FindKept(CancellationToken ct) => database.Command($"""
        SELECT id, resource, snapshot_at, max_depth, state, byte_size, sha256, depth_bytes, finished_at > now() - interval '10 minutes',
               replaced_at < now() - $1
          FROM (SELECT *, lead(finished_at) OVER (PARTITION BY resource, state IN ('{SnapshotState.Ready}', '{SnapshotState.Retired}')
                                                  ORDER BY finished_at) AS replaced_at
                  FROM bulk_generations) generation
         WHERE state IN ('{SnapshotState.Ready}', '{SnapshotState.Retired}') OR object_prefix IS NOT NULL
        """, Grace).ReadAll(row => new KeptSnapshot(SnapshotOf(row))
    {
        IsInService = row.GetString(4) == SnapshotState.Ready,
        IsUnsettled = row.GetString(4) switch
        {
            SnapshotState.Ready => false,
            SnapshotState.Retired => Value<bool>(row, 9) == true,
            _ => true,
        },
        IsFresh = Value<bool>(row, 8) == true,
        FullBytes = Value<long>(row, 5) ?? 0,
        FullSha256 = row.Text(6),
        DepthBytes = row.IsDBNull(7) ? [] : row.GetFieldValue<long[]>(7),
    }, ct);

    /// <summary>Retired snapshots whose successor went into service longer than <see cref="Grace"/> ago.</summary>
    public Task<IReadOnlyList<Snapshot>> FindOutdated(string resource, CancellationToken ct) => Read($"""
        SELECT id, resource, snapshot_at, max_depth
          FROM (SELECT *, lead(finished_at) OVER (ORDER BY finished_at) AS replaced_at
                  FROM bulk_generations
                 WHERE resource = $1 AND state IN ('{SnapshotState.Ready}', '{SnapshotState.Retired}')) generation
         WHERE state = '{SnapshotState.Retired}' AND replaced_at < now() - $2
        """, ct, resource, Grace);

    public Task Forget(Snapshot snapshot, CancellationToken ct) =>
        Execute("DELETE FROM bulk_generations WHERE id = $1", ct, snapshot.Generation);

    /// <summary>Also how builds of long ago went.</summary>
    public Task ForgetOldFailures(string resource, CancellationToken ct) => Execute(
        $"""
        WITH past AS (DELETE FROM snapshot_builds WHERE resource = $1 AND started_at < now() - interval '400 days')
        DELETE FROM bulk_generations
         WHERE resource = $1 AND state = '{SnapshotState.Failed}' AND object_prefix IS NULL AND started_at < now() - $2
        """, ct,
        resource, History);

    private Task<IReadOnlyList<SnapshotBuild>> ReadBuilds(string which, CancellationToken ct, params object?[] values) =>
        database.Command($"""
            SELECT id, resource, snapshot_at, max_depth, state, row_count, byte_size, started_at, finished_at, error,
                   EXISTS (SELECT FROM bulk_generations other
                            WHERE other.resource = generation.resource AND other.id <> generation.id
                              AND other.state IN ('{SnapshotState.Ready}', '{SnapshotState.Retired}')
                              AND date_trunc('second', other.snapshot_at) = date_trunc('second', generation.snapshot_at))
              FROM bulk_generations generation {which}
            """, values).ReadAll(BuildOf, ct);

    private static SnapshotBuild BuildOf(NpgsqlDataReader row)
    {
        var finished = Value<DateTime>(row, 8);
        var snapshot = SnapshotOf(row) with
        {
            InServiceSince = row.GetString(4) == SnapshotState.Ready ? finished : null,
            SharesItsSecond = row.GetBoolean(10),
        };
        return new(snapshot, row.GetString(4), Value<long>(row, 5), Value<long>(row, 6), row.GetDateTime(7), finished, row.Text(9));
    }

    private static Snapshot SnapshotOf(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1), row.GetDateTime(2), row.GetInt32(3));

    private Task<IReadOnlyList<Snapshot>> Read(string sql, CancellationToken ct, params object?[] values) =>
        database.Command(sql, values).ReadAll(SnapshotOf, ct);

    private static T? Value<T>(NpgsqlDataReader row, int column) where T : struct =>
        row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private Task<int> Execute(string sql, CancellationToken ct, params object?[] values) => database.Command(sql, values).Execute(ct);
}
