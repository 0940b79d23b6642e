using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Hears what any node says with NOTIFY, on a connection of its own. While there is none, nothing is heard: who listens looks for himself
/// now and then.
/// </summary>
public sealed class NotificationListener(PostgresDatabase database, string channel, TimeProvider clock, ILogger log)
{
    /// <summary>A connection that died silently is found out within this time.</summary>
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Calls <paramref name="heard"/> for every notification, and when some may have been missed, until <paramref name="ct"/> is cancelled.
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
                log.LogWarning(fault, "Nothing is heard on {Channel} for now: the database does not answer", channel);
                await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenOnce(Action heard, CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        connection.Notification += (_, _) => heard();
        await Execute(connection, $"LISTEN {channel}", ct);
        // What was said before LISTEN took effect was told to nobody.
        heard();
        while (true)
        {
            if (!await connection.WaitAsync(Check, ct))
                await Execute(connection, "SELECT", ct);
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
