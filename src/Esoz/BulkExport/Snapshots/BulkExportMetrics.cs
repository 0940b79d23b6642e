using System.Diagnostics.Metrics;

namespace Esoz.BulkExport.Snapshots;

/// <summary>Metrics of the bulk export: age, rows and length of the snapshots in service, builds, bytes served.</summary>
public sealed class BulkExportMetrics
{
    private readonly Histogram<double> _builds;
    private readonly Counter<long> _served;
    private readonly BulkExportOptions _options;
    private readonly IReadOnlyList<BulkResource> _resources;
    private readonly TimeProvider _clock;
    private IReadOnlyList<SnapshotBuild>? _inService;
    private DateTime? _lookedFirst;

    public BulkExportMetrics(BulkExportOptions options, IReadOnlyList<BulkResource> resources, TimeProvider clock, IMeterFactory meters)
    {
        (_options, _resources, _clock) = (options, resources, clock);
        var meter = meters.Create("Esoz");
        _builds = meter.CreateHistogram<double>("esoz.bulk.build.duration", "s", "Time to build a snapshot, failed builds included.");
        _served = meter.CreateCounter<long>("esoz.bulk.served", "By", "Bytes of snapshots sent to clients, as encoded.");
        meter.CreateObservableGauge(
            "esoz.bulk.snapshot.age", () => Observe(it => (clock.GetUtcNow().UtcDateTime - it.Snapshot.At).TotalSeconds), "s",
            "Age of the snapshot in service.");
        meter.CreateObservableGauge("esoz.bulk.snapshot.overdue", Overdue, "s",
            "How long ago a newer snapshot was due than the one in service; without any, for how long this node has known that");
        meter.CreateObservableGauge(
            "esoz.bulk.snapshot.rows", () => Observe(it => it.Rows ?? 0), "{row}", "Rows of the snapshot in service.");
        meter.CreateObservableGauge(
            "esoz.bulk.snapshot.size", () => Observe(it => it.Bytes ?? 0), "By", "Stored length of the full set in service.");
    }

    /// <summary>Stores the snapshots in service, for the gauges.</summary>
    public void InService(IReadOnlyList<SnapshotBuild> builds)
    {
        _lookedFirst ??= _clock.GetUtcNow().UtcDateTime;
        _inService = builds;
    }

    public void Built(BuildReport report) =>
        _builds.Record(report.Elapsed.TotalSeconds, new("resource", report.Snapshot.Resource), new("outcome", "ready"));

    public void Failed(BulkResource resource, TimeSpan elapsed) =>
        _builds.Record(elapsed.TotalSeconds, new("resource", resource.Name), new("outcome", "failed"));

    public void Served(string resource, string coding, long bytes) => _served.Add(bytes, new("resource", resource), new("coding", coding));

    private IEnumerable<Measurement<double>> Overdue()
    {
        if (_inService is not { } builds || _lookedFirst is not { } looked)
            yield break;
        var now = _clock.GetUtcNow().UtcDateTime;
        foreach (var resource in _resources.Where(_options.IsScheduled))
        {
            var build = builds.FirstOrDefault(build => build.Snapshot.Resource == resource.Name);
            var due = build is null ? looked : _options.NextRun(resource, build.StartedAt);
            yield return new(
                due < now ? (now - due.Value).TotalSeconds : 0, new KeyValuePair<string, object?>("resource", resource.Name));
        }
    }

    private IEnumerable<Measurement<T>> Observe<T>(Func<SnapshotBuild, T> value) where T : struct =>
        (_inService ?? []).Select(
            build => new Measurement<T>(value(build), new KeyValuePair<string, object?>("resource", build.Snapshot.Resource)));
}
