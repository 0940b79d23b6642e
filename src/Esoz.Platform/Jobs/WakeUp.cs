using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Notifies the workers of all nodes that tasks were queued, by NOTIFY. A NOTIFY inside every commit would cost three quarters of the
/// throughput, so it is sent after the commit: immediately when none was sent recently, otherwise once for all commits of a few
/// milliseconds. A lost notification only delays the task by one poll interval.
/// </summary>
public sealed class WakeUp(PostgresDatabase database, TimeProvider clock, ILogger<WakeUp> log) : BackgroundService
{
    /// <summary>Channel of LISTEN and NOTIFY.</summary>
    public const string Channel = "background_tasks";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Signal _signal = new();

    /// <summary>To be called after the commit that queued a task.</summary>
    public void Send() => _signal.Set();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _signal.Wait(Timeout.InfiniteTimeSpan, clock, stoppingToken);
            try
            {
                await database.Command($"NOTIFY {Channel}").Execute(CancellationToken.None);
            }
            catch (NpgsqlException fault)
            {
                log.LogWarning(fault, "Cannot NOTIFY the workers; they find the task at their next poll");
            }
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
