using Esoz.Platform.Database;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// What is in service, remembered, because every request asks. Whoever puts something into service tells all nodes
/// (<see cref="SnapshotTable.PutIntoService"/>); should a node not hear it, it notices within a second.
/// </summary>
public sealed class ServedSnapshots(
    SnapshotTable snapshots, PostgresDatabase database, BulkExportMetrics metrics, TimeProvider clock, ILogger<ServedSnapshots> log) : BackgroundService
{
    private const long LongestMilliseconds = 1000;

    private Known? _known;
    private int _changes;

    /// <summary>The snapshot of a resource that is served; null before the first.</summary>
    public async ValueTask<Snapshot?> Find(string resource, CancellationToken ct)
    {
        var known = _known;
        if (known is null || Environment.TickCount64 >= known.Until)
            known = await Load(ct);
        return known.ByResource.GetValueOrDefault(resource);
    }

    /// <summary>Something else is in service now.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _known = null;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new NotificationListener(database, SnapshotTable.Channel, clock, log).Listen(() => _ = LookAgain(stoppingToken), stoppingToken);

    /// <summary>Also without any request, for the metrics.</summary>
    private async Task LookAgain(CancellationToken ct)
    {
        Forget();
        try
        {
            await Load(ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            log.LogWarning(fault, "The database does not say which snapshots are in service; the next request will ask again");
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
    }

    private async Task<Known> Load(CancellationToken ct)
    {
        var changes = Volatile.Read(ref _changes);
        var builds = await snapshots.FindReady(ct);
        metrics.InService(builds);
        var known = new Known(builds.ToDictionary(build => build.Snapshot.Resource, build => build.Snapshot), Environment.TickCount64 + LongestMilliseconds);
        // What was read before a change must not be remembered after it.
        _known = known;
        if (Volatile.Read(ref _changes) != changes)
            _known = null;
        return known;
    }

    private sealed record Known(IReadOnlyDictionary<string, Snapshot> ByResource, long Until);
}
