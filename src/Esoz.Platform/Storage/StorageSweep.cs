namespace Esoz.Platform.Storage;

/// <summary>
/// Removes the remains of interrupted uploads from the object store, at startup and daily. It removes only those older than a day, so that
/// running uploads are never affected.
/// </summary>
public sealed class StorageSweep(IObjectStore store, IReadOnlyList<Bucket> buckets, TimeProvider clock, ILogger<StorageSweep> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    /// <summary>Sweeps every bucket once; a failure is logged and does not stop the sweep of the other buckets.</summary>
    /// <returns>Number of removed files or uploads.</returns>
    public async Task<int> Sweep(CancellationToken ct)
    {
        var removed = 0;
        foreach (var bucket in buckets)
        {
            try
            {
                removed += await store.RemoveUnfinished(bucket, clock.GetUtcNow() - Age, ct);
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                log.LogError(failure, "Cannot remove leftovers of interrupted uploads from bucket {Bucket}; the next sweep tries again", bucket.Physical);
            }
        }
        if (removed > 0)
            log.LogInformation("Removed {Count} leftovers of interrupted uploads from the object store", removed);
        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
                await Sweep(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server is stopping or failed to start; the latter would be reported as a failure of this service.
        }
    }
}
