using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.BulkExport.Building;

/// <summary>
/// One point in time of the database, for everything that is built together (pis-bulk §3.5): a read-only transaction whose view of the data
/// every reader joins, so that references between files always resolve.
/// <para>
/// Rows are stamped with the beginning of the transaction that writes them but appear at its end. A row stamped before the point and
/// committed after it would be missing here and be too old for the next day's window. Therefore the instant of the snapshot is not later
/// than the beginning of any transaction that may still write: everything stamped before <see cref="At"/> is in the snapshot, everything
/// that comes later is stamped <see cref="At"/> or later, and windows of exactly k × 24 h miss nothing.
/// </para>
/// </summary>
public sealed class ReadPoint : IAsyncDisposable
{
    /// <summary>Between taking its stamp and showing it, a session of the database has this long.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A transaction that has written nothing for this long since its beginning only reads: a dump, a person at a prompt.
    /// </summary>
    public static readonly TimeSpan LongestHesitation = TimeSpan.FromHours(1);

    private readonly NpgsqlConnection _connection;

    private ReadPoint(NpgsqlConnection connection, DateTime at, string name) => (_connection, At, Name) = (connection, at, name);

    /// <summary>
    /// Instant of the snapshot, on the clock of the database: the beginning of this transaction, or of the oldest that was writing then.
    /// </summary>
    public DateTime At { get; }

    /// <summary>What readers give to <c>SET TRANSACTION SNAPSHOT</c>, as long as this is not disposed of.</summary>
    public string Name { get; }

    /// <param name="connection">Carries the transaction until this is disposed of.</param>
    /// <param name="hesitation">Usually <see cref="LongestHesitation"/>.</param>
    public static async Task<ReadPoint> Take(
        PostgresDatabase database, NpgsqlConnection connection, TimeSpan hesitation, CancellationToken ct)
    {
        // It stays open and idle while the readers read, whatever the server allows others. Setting that looks at no data yet.
        await Execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0", ct);
        await Task.Delay(Settling, ct);
        // From another session: this one sees the data of the time at which it first asks anything, and that must come afterwards.
        await using var oldest = database.Command("""
            SELECT min(xact_start)
              FROM pg_stat_activity
             WHERE pid = $1
                OR (datname = current_database() AND backend_type = 'client backend'
                  AND (backend_xid IS NOT NULL OR xact_start > now() - $2))
            """, connection.ProcessID, hesitation);
        var at = (DateTime)(await oldest.ExecuteScalarAsync(ct))!;
        await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection);
        return new(connection, at, (string)(await export.ExecuteScalarAsync(ct))!);
    }

    /// <summary>Lets a session see the data of this point, until the end of its transaction. Blocks.</summary>
    public void Join(NpgsqlConnection reader)
    {
        using var begin = new NpgsqlCommand(
            $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{Name}'; SET LOCAL statement_timeout = 0", reader);
        begin.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection.State == System.Data.ConnectionState.Open)
            await Execute(_connection, "ROLLBACK", CancellationToken.None);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
