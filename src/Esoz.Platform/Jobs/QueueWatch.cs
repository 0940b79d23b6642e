using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Measures the queue for <see cref="QueueMetrics"/> on every node, also where no worker runs: otherwise nobody would report that the
/// queue grows when there is no worker at all.
/// </summary>
public sealed class QueueWatch(JobTable table, QueueMetrics metrics, TimeProvider clock, ILogger<QueueWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                metrics.Measured(await table.Depth(stoppingToken));
            }
            catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException)
            {
                // Readiness reports a database that does not answer.
                log.LogDebug(fault, "Cannot measure the queue; trying again");
            }
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
