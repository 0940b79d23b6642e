using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Receives the NOTIFY messages of all nodes on a dedicated connection. Without a connection no notifications arrive, so the caller must
/// also poll.
/// </summary>
public sealed class NotificationListener(PostgresDatabase database, string channel, TimeProvider clock, ILogger log)
{
    /// <summary>Time within which a silently broken connection is detected.</summary>
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Calls <paramref name="heard"/> for every notification, and when notifications may have been missed, until <paramref name="ct"/> is
    /// cancelled.
    /// </summary>
    public async Task Listen(Action heard, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ListenOnce(heard, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException fault)
            {
                log.LogWarning(fault, "Cannot LISTEN on {Channel}: the database does not answer; reconnecting", channel);
                await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenOnce(Action heard, CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        connection.Notification += (_, _) => heard();
        await connection.Execute($"LISTEN {channel}", ct);
        // Notifications sent before LISTEN took effect were not received.
        heard();
        while (true)
        {
            if (!await connection.WaitAsync(Check, ct))
                await connection.Execute("SELECT", ct);
        }
    }
}
