namespace Esoz.Sandbox.Database;

/// <summary>Restarts the private cluster's server when it dies while the program runs.</summary>
public sealed class ClusterWatch(LocalCluster cluster, TimeProvider clock, ILogger<ClusterWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await cluster.EnsureRunning(stoppingToken);
            }
            catch (LocalClusterException failure)
            {
                log.LogError("{Failure}", failure.Message);
            }
        }
    }
}
