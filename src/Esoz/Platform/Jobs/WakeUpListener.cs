using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>Hears the wake-ups of all nodes on a connection of its own. While there is none, the worker polls.</summary>
internal sealed class WakeUpListener(PostgresDatabase database, TimeProvider clock, ILogger log)
{
    /// <summary>A connection that died silently is found out within this time.</summary>
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Calls <paramref name="heard"/> for every wake-up until <paramref name="ct"/> is cancelled.</summary>
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
                log.LogWarning(fault, "No wake-ups for now: the database does not answer");
                await Task.Delay(Pause, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenOnce(Action heard, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        connection.Notification += (_, _) => heard();
        await Execute(connection, $"LISTEN {WakeUp.Channel}", ct);
        // What was queued before LISTEN took effect was told to nobody.
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
