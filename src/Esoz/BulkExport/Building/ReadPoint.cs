using Npgsql;

namespace Esoz.BulkExport.Building;

/// <summary>
/// One point in time of the database, for everything that is built together (pis-bulk §3.5): a read-only transaction whose snapshot every
/// reader imports, so that references between files always resolve.
/// <para>
/// Rows are stamped with the start time of the transaction that writes them but become visible at its commit. A row stamped before the
/// point and committed after it would be missing here and be too old for the next day's window. Therefore the instant of the snapshot is
/// not later than the start of any transaction that may still write: every row stamped before <see cref="At"/> is in the snapshot, every
/// later row is stamped <see cref="At"/> or later, and windows of exactly k × 24 h miss nothing.
/// </para>
/// </summary>
public sealed class ReadPoint : IAsyncDisposable
{
    /// <summary>Time that a database session may need between taking its timestamp and publishing it.</summary>
    private static readonly TimeSpan SettlingTime = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A transaction that has written nothing for this long since its start is assumed to be read-only, such as a dump or an interactive
    /// session.
    /// </summary>
    public static readonly TimeSpan MaxIdleTransactionAge = TimeSpan.FromHours(1);

    private readonly NpgsqlConnection _connection;

    private ReadPoint(PostgresDatabase source, NpgsqlConnection connection, DateTime at, string name, string asOf) =>
        (Source, _connection, At, Name, AsOf) = (source, connection, at, name, asOf);

    /// <summary>Where the readers read: the database, or a replica of it.</summary>
    public PostgresDatabase Source { get; }

    /// <summary>Whether the readers read from a replica.</summary>
    public bool IsOfReplica { get; private init; }

    /// <summary>
    /// Instant of the snapshot by the database clock: the start of this transaction, or of the oldest one that was writing then.
    /// </summary>
    public DateTime At { get; }

    /// <summary>Argument of the readers' <c>SET TRANSACTION SNAPSHOT</c>; valid until this is disposed.</summary>
    public string Name { get; }

    /// <summary>Which transactions it sees, as PostgreSQL writes a <c>pg_snapshot</c>.</summary>
    public string AsOf { get; }

    /// <param name="connection">Holds the transaction until this is disposed.</param>
    /// <param name="maxIdle">Usually <see cref="MaxIdleTransactionAge"/>.</param>
    public static async Task<ReadPoint> Take(
        PostgresDatabase database, NpgsqlConnection connection, TimeSpan maxIdle, CancellationToken ct)
    {
        var session = await Pooler.SessionOf(connection, ct);
        // It stays open and idle while the readers read, whatever timeout the server sets. SET takes no snapshot yet.
        await connection.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0", ct);
        await Task.Delay(SettlingTime, ct);
        // From another session: this one takes its snapshot at its first query, which must come afterwards.
        var at = await database.Command("""
            SELECT min(xact_start)
              FROM pg_stat_activity
             WHERE pid = $1
                OR (datname = current_database() AND backend_type = 'client backend'
                  AND (backend_xid IS NOT NULL OR xact_start > now() - $2))
            """, session, maxIdle).ReadValue<DateTime>(ct);
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot(), pg_current_snapshot()::text", connection);
        await using var exported = await export.ExecuteReaderAsync(ct);
        await exported.ReadAsync(ct);
        return new(database, connection, at, exported.GetString(0), exported.GetString(1));
    }

    /// <summary>
    /// The same point of a replica, which has everything that this one sees, and perhaps more: what was committed since. Such rows were
    /// stamped at <see cref="At"/> or later, so they are in the window of the next snapshot too. The transaction of this point ends.
    /// </summary>
    /// <returns>Null when the replica does not get that far in time; then this point is still there.</returns>
    /// <exception cref="NpgsqlException">It does not answer.</exception>
    public async Task<ReadPoint?> On(ReadReplica replica, TimeSpan patience, CancellationToken ct)
    {
        if (!await replica.CatchUp(patience, ct))
            return null;
        var connection = await replica.Database!.OpenSession(ct);
        try
        {
            await connection.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0", ct);
            var name = await PostgresDatabase.Command(connection, "SELECT pg_export_snapshot()").ReadValue<string>(ct);
            await DisposeAsync();
            // A snapshot of a standby does not name the transactions that it does not see, so AsOf is that of the primary.
            return new(replica.Database, connection, At, name, AsOf) { IsOfReplica = true };
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a session see the data of this point until the end of its transaction. Blocks.</summary>
    public void Join(NpgsqlConnection reader)
    {
        using var begin = new NpgsqlCommand(
            $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{Name}'; SET LOCAL statement_timeout = 0", reader);
        begin.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.State == System.Data.ConnectionState.Open)
            await _connection.Execute("ROLLBACK", CancellationToken.None);
        if (IsOfReplica)
            await _connection.DisposeAsync();
    }
}
