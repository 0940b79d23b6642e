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
    public Task Listen(Action heard, CancellationToken ct) => Listen(_ => heard(), connected: heard, lost: () => { }, ct);

    /// <param name="heard">Called with the text of every notification.</param>
    /// <param name="connected">Called when notifications begin to arrive: those before were not received.</param>
    /// <param name="lost">Called when they no longer do.</param>
    /// <inheritdoc cref="Listen(Action, CancellationToken)"/>
    public async Task Listen(Action<string> heard, Action connected, Action lost, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ListenOnce(heard, connected, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException fault)
            {
                lost();
                log.LogWarning(fault, "Cannot LISTEN on {Channel}: the database does not answer; reconnecting", channel);
                await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenOnce(Action<string> heard, Action connected, CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        connection.Notification += (_, notice) => heard(notice.Payload);
        await connection.Execute($"LISTEN {channel}", ct);
        // Notifications sent before LISTEN took effect were not received.
        connected();
        while (true)
        {
            if (!await connection.WaitAsync(Check, ct))
                await connection.Execute("SELECT", ct);
        }
    }
}
