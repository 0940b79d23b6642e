namespace Esoz.Platform.Storage;

/// <summary>
/// Removes what interrupted uploads left in the object store, at the start and daily: only what is older than a day, so that a running
/// upload is never touched.
/// </summary>
public sealed class StorageSweep(IObjectStore store, IReadOnlyList<Bucket> buckets, TimeProvider clock, ILogger<StorageSweep> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    /// <summary>Sweeps every bucket once; a bucket that cannot be swept is logged and does not keep the others from it.</summary>
    /// <returns>How many leftovers were removed.</returns>
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
                log.LogError(failure, "Bucket {Bucket} could not be swept", bucket.Physical);
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
            // The server stops, or did not even start; the latter would be reported as a failure of this service.
        }
    }
}
