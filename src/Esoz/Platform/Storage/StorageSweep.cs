namespace Esoz.Platform.Storage;

/// <summary>
/// Removes what crashes left in the embedded store, at the start and daily: unfinished files, and side files whose content has been
/// replaced. Both only when older than a day, so that a running upload is never touched.
/// </summary>
public sealed class StorageSweep(string root, TimeProvider clock, ILogger<StorageSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);
    private static readonly TimeSpan Age = TimeSpan.FromHours(24);

    /// <summary>Sweeps once.</summary>
    /// <returns>Number of files removed.</returns>
    public int Sweep(CancellationToken ct)
    {
        if (!Directory.Exists(root))
            return 0;
        var removed = 0;
        var oldest = clock.GetUtcNow().UtcDateTime - Age;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            if (!IsLeftover(file) || file.LastWriteTimeUtc >= oldest)
                continue;
            file.Delete();
            removed++;
        }
        return removed;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
                await SweepAndLog(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops, or did not even start; the latter would be reported as a failure of this service.
        }
    }

    private async Task SweepAndLog(CancellationToken ct)
    {
        try
        {
            var removed = await Task.Run(() => Sweep(ct), ct);
            if (removed > 0)
                log.LogInformation("Removed {Count} files that interrupted uploads left in the object store", removed);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.LogError(failure, "The object store could not be swept");
        }
    }

    private static bool IsLeftover(FileInfo file) =>
        file.Name.StartsWith(UnfinishedFile.Prefix, StringComparison.Ordinal)
        || (SideFile.OwnerOf(file.FullName) is { } owner && File.GetLastWriteTimeUtc(owner.ContentPath) != owner.Version);
}
