using Esoz.Pis.Building;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Pis;

/// <summary>The generations of the bulk export as the database knows them; it decides which one is served.</summary>
public sealed class BulkGenerations(PostgresDatabase database)
{
    /// <summary>Where all nodes are told that something else is in service.</summary>
    public const string Channel = "bulk_generations";

    /// <summary>How long the objects of a generation stay after another one took its place (pis-bulk §3.8).</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    /// <summary>Failed runs are remembered this long.</summary>
    private static readonly TimeSpan History = TimeSpan.FromDays(30);

    /// <summary>The generation that is served; null before the first.</summary>
    public async Task<BulkGeneration?> FindReady(string resource, CancellationToken ct) =>
        (await Read("SELECT id, resource, snapshot_at, max_depth FROM bulk_generations WHERE resource = $1 AND state = 'READY'", ct, resource)).SingleOrDefault();

    /// <summary>Everything that is served.</summary>
    public Task<List<BuildRecord>> FindReady(CancellationToken ct) => ReadBuilds("WHERE state = 'READY'", ct);

    /// <summary>Names of the resources whose generation in service was begun at an instant or later.</summary>
    public async Task<IReadOnlySet<string>> FindBuilt(DateTime since, CancellationToken ct)
    {
        await using var command = database.Command("SELECT resource FROM bulk_generations WHERE state = 'READY' AND started_at >= $1", since);
        await using var row = await command.ExecuteReaderAsync(ct);
        var resources = new HashSet<string>();
        while (await row.ReadAsync(ct))
            resources.Add(row.GetString(0));
        return resources;
    }

    /// <summary>Whether a build of the resource is under way.</summary>
    public async Task<bool> IsBuilding(string resource, CancellationToken ct)
    {
        await using var command = database.Command("SELECT EXISTS (SELECT FROM bulk_generations WHERE resource = $1 AND state = 'BUILDING')", resource);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Everything that is remembered of the resources: in their order here, of each the newest build first.</summary>
    public Task<List<BuildRecord>> List(IEnumerable<SnapshotResource> resources, CancellationToken ct) => ReadBuilds(
        "WHERE resource = ANY ($1) ORDER BY array_position($1, resource::text), started_at DESC, id", ct, (object)resources.Select(resource => resource.Name).ToArray());

    public Task Begin(BulkGeneration generation, CancellationToken ct) => Execute("""
        INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, started_at)
        VALUES ($1, $2, $3, 'BUILDING', $4, $5, now())
        """, ct, generation.Id, generation.Resource, generation.SnapshotAt, generation.MaxDepth, generation.Prefix);

    /// <summary>Puts generations into service in place of the former ones, all in one step; readers see either the old ones or the new ones.</summary>
    /// <exception cref="InvalidOperationException">Somebody declared one of them dead meanwhile; nothing is changed.</exception>
    public async Task PutIntoService(IReadOnlyList<SnapshotReport> reports, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var (generation, windows, _) in reports)
        {
            var (full, days) = (windows[^1], windows.SkipLast(1).ToList());
            await using var retire = PostgresDatabase.Command(connection,
                "UPDATE bulk_generations SET state = 'RETIRED' WHERE resource = $1 AND state = 'READY'", generation.Resource);
            await retire.ExecuteNonQueryAsync(ct);
            await using var serve = PostgresDatabase.Command(connection, """
                UPDATE bulk_generations
                   SET state = 'READY', row_count = $2, byte_size = $3, sha256 = $4, depth_rows = $5, depth_bytes = $6, finished_at = now()
                 WHERE id = $1 AND state = 'BUILDING'
                """, generation.Id, full.Rows, full.Bytes, full.Sha256, days.Select(day => day.Rows).ToArray(), days.Select(day => day.Bytes).ToArray());
            if (await serve.ExecuteNonQueryAsync(ct) != 1)
                throw new InvalidOperationException($"Generation {generation.Id} is no longer being built: another node has taken over.");
        }
        await using var tell = PostgresDatabase.Command(connection, $"NOTIFY {Channel}");
        await tell.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>
    /// Generations that never came into service and may have left objects. Only the holder of <see cref="BuilderLock"/> may ask: to it,
    /// every BUILDING generation is one whose builder died.
    /// </summary>
    public Task<List<BulkGeneration>> FindDead(string resource, CancellationToken ct) => Read("""
        SELECT id, resource, snapshot_at, max_depth
          FROM bulk_generations
         WHERE resource = $1 AND state IN ('BUILDING', 'FAILED') AND object_prefix IS NOT NULL
        """, ct, resource);

    /// <param name="hasObjects">Its objects could not be removed yet.</param>
    public Task Fail(BulkGeneration generation, string error, bool hasObjects, CancellationToken ct) => Execute("""
        UPDATE bulk_generations
           SET state = 'FAILED', error = coalesce(error, $2), finished_at = coalesce(finished_at, now()),
               object_prefix = CASE WHEN $3 THEN object_prefix END
         WHERE id = $1
        """, ct, generation.Id, error, hasObjects);

    /// <summary>Retired generations whose successor came into service longer than <see cref="Grace"/> ago.</summary>
    public Task<List<BulkGeneration>> FindOutdated(string resource, CancellationToken ct) => Read("""
        SELECT id, resource, snapshot_at, max_depth
          FROM (SELECT *, lead(finished_at) OVER (ORDER BY finished_at) AS replaced_at
                  FROM bulk_generations
                 WHERE resource = $1 AND state IN ('READY', 'RETIRED')) generation
         WHERE state = 'RETIRED' AND replaced_at < now() - $2
        """, ct, resource, Grace);

    public Task Forget(BulkGeneration generation, CancellationToken ct) => Execute("DELETE FROM bulk_generations WHERE id = $1", ct, generation.Id);

    public Task ForgetOldFailures(string resource, CancellationToken ct) => Execute(
        "DELETE FROM bulk_generations WHERE resource = $1 AND state = 'FAILED' AND object_prefix IS NULL AND started_at < now() - $2", ct, resource, History);

    private async Task<List<BuildRecord>> ReadBuilds(string which, CancellationToken ct, params object?[] values)
    {
        await using var command = database.Command(
            $"SELECT id, resource, snapshot_at, max_depth, state, row_count, byte_size, started_at, finished_at, error FROM bulk_generations {which}", values);
        await using var row = await command.ExecuteReaderAsync(ct);
        var builds = new List<BuildRecord>();
        while (await row.ReadAsync(ct))
        {
            builds.Add(new(new(row.GetGuid(0), row.GetString(1), row.GetDateTime(2), row.GetInt32(3)), row.GetString(4),
                Value<long>(row, 5), Value<long>(row, 6), row.GetDateTime(7), Value<DateTime>(row, 8), row.IsDBNull(9) ? null : row.GetString(9)));
        }
        return builds;
    }

    private async Task<List<BulkGeneration>> Read(string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = database.Command(sql, values);
        await using var row = await command.ExecuteReaderAsync(ct);
        var generations = new List<BulkGeneration>();
        while (await row.ReadAsync(ct))
            generations.Add(new(row.GetGuid(0), row.GetString(1), row.GetDateTime(2), row.GetInt32(3)));
        return generations;
    }

    private static T? Value<T>(NpgsqlDataReader row, int column) where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);

    private async Task Execute(string sql, CancellationToken ct, params object?[] values)
    {
        await using var command = database.Command(sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
