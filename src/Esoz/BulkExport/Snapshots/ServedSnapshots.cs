namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// Cache of the snapshots in service, because every request needs them. Putting a snapshot into service notifies all nodes
/// (<see cref="SnapshotTable.PutIntoService"/>); a node that misses the notification notices within a second.
/// </summary>
public sealed class ServedSnapshots(
    SnapshotTable snapshots, PostgresDatabase database, BulkExportMetrics metrics, TimeProvider clock, ILogger<ServedSnapshots> log)
    : BackgroundService
{
    /// <summary>How long a node may go on serving a snapshot that has been replaced.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly Remembered<ValueTuple, Dictionary<string, Snapshot>> _known = new(Lifetime, capacity: 1, clock, async _ =>
    {
        var builds = await snapshots.FindReady(CancellationToken.None);
        metrics.InService(builds);
        return builds.ToDictionary(build => build.Snapshot.Resource, build => build.Snapshot);
    });

    /// <summary>The snapshot of a resource that is served; null before the first.</summary>
    public async ValueTask<Snapshot?> Find(string resource, CancellationToken ct) =>
        (await _known.Find(default, ct)).GetValueOrDefault(resource);

    /// <summary>Invalidates the cache: the snapshots in service have changed.</summary>
    public void Forget() => _known.Forget();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new NotificationListener(database, SnapshotTable.Channel, clock, log).Listen(() => _ = Refresh(stoppingToken), stoppingToken);

    /// <summary>Refreshes even without requests, for the metrics.</summary>
    private async Task Refresh(CancellationToken ct)
    {
        Forget();
        try
        {
            await _known.Find(default, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            log.LogWarning(fault, "Cannot read from the database which snapshots are in service; the next request tries again");
        }
        catch (OperationCanceledException)
        {
            // The program is stopping.
        }
    }
}
