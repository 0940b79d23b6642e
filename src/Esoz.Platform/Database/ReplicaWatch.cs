namespace Esoz.Platform.Database;

/// <summary>Measures the read replica every second, and hears of the changes of other nodes; idle when none is configured.</summary>
public sealed class ReplicaWatch(ReadReplica replica, RecentChanges changes) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (replica.IsConfigured)
            await Task.WhenAll(Measure(stoppingToken), changes.Listen(stoppingToken));
    }

    private async Task Measure(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(ReadReplica.Interval);
        try
        {
            do
            {
                await replica.Measure(ct);
                changes.ForgetOld();
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server is stopping.
        }
    }
}
