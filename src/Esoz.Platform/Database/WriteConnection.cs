using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// A connection for changes that are acknowledged to somebody. When PostgreSQL replicates synchronously, a commit waits until the
/// standbys have it. A cancel of that wait does not fail the commit: the server keeps the change on this machine only, reports success and
/// sends a warning. This class turns the warning into an exception, so that nothing is acknowledged that a failover can lose.
/// </summary>
public sealed class WriteConnection : IAsyncDisposable
{
    /// <summary>Function of the server that waits for the standbys. The text of the warning depends on the server's language.</summary>
    private const string WaitRoutine = "SyncRepWaitForLSN";

    private readonly Action? _closed;
    private bool _isWaitCancelled;

    private WriteConnection(NpgsqlConnection connection, Action? closed)
    {
        (Connection, _closed) = (connection, closed);
        connection.Notice += Notice;
    }

    /// <param name="closed">Called when the connection has been closed.</param>
    public static async Task<WriteConnection> Open(NpgsqlDataSource source, CancellationToken ct, Action? closed = null) =>
        new(await source.OpenConnectionAsync(ct), closed);

    public NpgsqlConnection Connection { get; }

    /// <summary>Call it after the commit and before anything is acknowledged.</summary>
    /// <exception cref="CommitNotReplicatedException"/>
    public void EnsureReplicated()
    {
        if (_isWaitCancelled)
            throw new CommitNotReplicatedException();
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Notice -= Notice;
        try
        {
            await Connection.DisposeAsync();
        }
        finally
        {
            _closed?.Invoke();
        }
    }

    private void Notice(object sender, NpgsqlNoticeEventArgs args) => _isWaitCancelled |= args.Notice.Routine == WaitRoutine;
}

/// <summary>The change is committed on the primary, but the synchronous standbys may not have it: the outcome is unknown.</summary>
public sealed class CommitNotReplicatedException() : Exception(
    "The wait for the synchronous standbys was cancelled: the change is on the primary, but a failover may lose it. Check what was written before you repeat it.");
