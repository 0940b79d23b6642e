using Esoz.Platform.Database;

namespace Esoz.Platform.RollUp;

/// <summary>How much work waits, at one moment.</summary>
/// <param name="Type">Kind of work.</param>
/// <param name="OldestSeconds">How long the oldest is due.</param>
public sealed record QueueGauge(string Type, long Waiting, double OldestSeconds);

/// <summary>Requests of one minute that are not in the database yet.</summary>
/// <param name="Minute">When it began (UTC).</param>
public readonly record struct MinuteKey(DateTime Minute, RequestKey Key);

/// <summary>
/// The figures in the database: one row for each minute, method, client, status and rule. What several nodes, or several writes, have of
/// one row is added. After <see cref="Detail"/> the minutes of an hour are folded into its first one, so that a month stays small.
/// </summary>
public sealed class RollUpTable(PostgresDatabase database)
{
    /// <summary>How long minutes are kept apart.</summary>
    public static readonly TimeSpan Detail = TimeSpan.FromHours(3);

    private const string Key = "minute, method_id, client_id, status, rule";

    /// <summary>For each place the sum over rows.</summary>
    internal static readonly string SumOfDurations = $"ARRAY[{List(place => $"sum(durations[{place}])::bigint", ", ")}]";

    private static readonly string AddToStored = $"""
        ON CONFLICT ({Key}) DO UPDATE
           SET requests = stored.requests + EXCLUDED.requests,
               durations = ARRAY[{List(place => $"stored.durations[{place}] + EXCLUDED.durations[{place}]", ", ")}]
        """;

    // Every node writes in the same order, so that none waits for another in a circle.
    private static readonly string WriteSql = $"""
        WITH requests AS (
          INSERT INTO request_minutes AS stored ({Key}, requests, durations)
          SELECT {Key}, requests, ($7::bigint[])[(place - 1) * {Durations.Places} + 1:place * {Durations.Places}]
            FROM unnest($1::timestamptz[], $2::text[], $3::uuid[], $4::smallint[], $5::text[], $6::bigint[])
              WITH ORDINALITY AS counted (minute, method_id, client_id, status, rule, requests, place_of_row)
              CROSS JOIN LATERAL (SELECT place_of_row::integer) AS at (place)
           ORDER BY minute, method_id COLLATE "C", client_id, status, rule COLLATE "C"
          {AddToStored})
        INSERT INTO queue_minutes AS stored (minute, type, waiting, oldest_seconds)
        SELECT $8, type, waiting, oldest_seconds
          FROM unnest($9::text[], $10::bigint[], $11::float8[]) AS gauge (type, waiting, oldest_seconds)
         ORDER BY type COLLATE "C"
        ON CONFLICT (minute, type) DO UPDATE
           SET waiting = greatest(stored.waiting, EXCLUDED.waiting),
               oldest_seconds = greatest(stored.oldest_seconds, EXCLUDED.oldest_seconds)
        """;

    private static readonly string FoldSql = $"""
        WITH taken AS (
          DELETE FROM request_minutes WHERE minute > $1 AND minute < $1 + interval '1 hour' RETURNING *)
        INSERT INTO request_minutes AS stored ({Key}, requests, durations)
        SELECT $1, method_id, client_id, status, rule, sum(requests), {SumOfDurations}
          FROM taken GROUP BY method_id, client_id, status, rule
        {AddToStored}
        """;

    /// <param name="counted">Requests at each place of <see cref="Durations"/>.</param>
    /// <param name="minute">That of the gauges.</param>
    public Task Write(
        IReadOnlyDictionary<MinuteKey, long[]> counted, DateTime minute, IReadOnlyList<QueueGauge> gauges, CancellationToken ct)
    {
        List<KeyValuePair<MinuteKey, long[]>> rows = [.. counted];
        return database.Command(WriteSql,
            Column(rows, row => row.Key.Minute), Column(rows, row => row.Key.Key.MethodId), Column(rows, row => row.Key.Key.ClientId),
            Column(rows, row => (short)row.Key.Key.Status), Column(rows, row => row.Key.Key.Rule), Column(rows, row => row.Value.Sum()),
            rows.SelectMany(row => row.Value).ToArray(),
            minute, Column(gauges, it => it.Type), Column(gauges, it => it.Waiting), Column(gauges, it => it.OldestSeconds)).Execute(ct);
    }

    /// <summary>Folds the hours that ended longer than <see cref="Detail"/> ago, one after another.</summary>
    /// <param name="now">UTC.</param>
    public async Task Fold(DateTime now, CancellationToken ct)
    {
        var hours = await database.Command("""
            SELECT DISTINCT date_trunc('hour', minute, 'UTC') AS hour FROM request_minutes
             WHERE minute < date_trunc('hour', $1::timestamptz, 'UTC') AND minute <> date_trunc('hour', minute, 'UTC')
             ORDER BY hour
            """, now - Detail).ReadAll(row => row.GetDateTime(0), ct);
        foreach (var hour in hours)
            await database.Command(FoldSql, hour).Execute(ct);
    }

    /// <summary>Removes what is older than the period.</summary>
    public async Task Purge(TimeSpan retention, CancellationToken ct)
    {
        await database.Command("DELETE FROM request_minutes WHERE minute < now() - $1", retention).Execute(ct);
        await database.Command("DELETE FROM queue_minutes WHERE minute < now() - $1", retention).Execute(ct);
    }

    private static string List(Func<int, string> part, string between) =>
        string.Join(between, Enumerable.Range(1, Durations.Places).Select(part));

    private static TValue[] Column<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value) => [.. rows.Select(value)];
}
