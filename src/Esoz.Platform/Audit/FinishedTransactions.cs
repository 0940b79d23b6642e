using Esoz.Platform.Database;

namespace Esoz.Platform.Audit;

/// <summary>
/// Up to which instant the logs are complete. Rows carry the start of their transaction and become visible at its commit, so every
/// transaction that started earlier must have ended (as in docs/adr/0008).
/// </summary>
internal static class FinishedTransactions
{
    /// <summary>A transaction that has written nothing for this long since its start is taken for a reader, such as a dump.</summary>
    private static readonly TimeSpan Reader = TimeSpan.FromHours(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The start of a session of another role is not shown without <c>pg_read_all_stats</c>, but that it has a transaction is: these are
    /// waited for.
    /// </summary>
    /// <param name="settling">
    /// How far back the instant is at least: the time that a session may need between taking its time stamp and showing that it has a
    /// transaction, and by which the clock of the database may be set back.
    /// </param>
    /// <param name="patience">How long transactions are waited for whose start is not shown.</param>
    /// <returns>Null when one of them has not ended.</returns>
    public static async Task<DateTime?> Instant(PostgresDatabase database, TimeSpan settling, TimeSpan patience, CancellationToken ct)
    {
        DateTime instant;
        string[] hidden;
        await using (var command = database.Command("""
            SELECT least(now() - $1, min(xact_start) FILTER (WHERE backend_xid IS NOT NULL OR xact_start > now() - $2)),
                   coalesce(array_agg(virtualtransaction) FILTER (WHERE state IS NULL), '{}')
              FROM pg_locks JOIN pg_stat_activity USING (pid)
             WHERE locktype = 'virtualxid' AND granted AND mode = 'ExclusiveLock' AND datname = current_database() AND usesysid IS NOT NULL
               AND pid <> pg_backend_pid()
            """, settling, Reader))
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            (instant, hidden) = (row.GetDateTime(0), row.GetFieldValue<string[]>(1));
        }
        for (var waited = TimeSpan.Zero; hidden.Length > 0; waited += Pause)
        {
            await using var command = database.Command(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'virtualxid' AND virtualtransaction = ANY ($1))", (object)hidden);
            if (await command.ExecuteScalarAsync(ct) is false)
                break;
            if (waited >= patience)
                return null;
            await Task.Delay(Pause, ct);
        }
        return instant;
    }
}
