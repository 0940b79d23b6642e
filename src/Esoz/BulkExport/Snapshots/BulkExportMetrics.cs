using System.Diagnostics.Metrics;

namespace Esoz.BulkExport.Snapshots;

/// <summary>Metrics of the bulk export: age, rows and length of the snapshots in service, builds, bytes served.</summary>
public sealed class BulkExportMetrics
{
    private readonly Histogram<double> _builds;
    private readonly Counter<long> _served;
    private IReadOnlyList<SnapshotBuild> _inService = [];

    public BulkExportMetrics(TimeProvider clock, IMeterFactory meters)
    {
        var meter = meters.Create("Esoz");
        _builds = meter.CreateHistogram<double>("esoz.bulk.build.duration", "s", "Time to build a snapshot, failed builds included.");
        _served = meter.CreateCounter<long>("esoz.bulk.served", "By", "Bytes of snapshots sent to clients, as encoded.");
        meter.CreateObservableGauge(
            "esoz.bulk.snapshot.age", () => Observe(it => (clock.GetUtcNow().UtcDateTime - it.Snapshot.At).TotalSeconds), "s",
            "Age of the snapshot in service.");
        meter.CreateObservableGauge(
            "esoz.bulk.snapshot.rows", () => Observe(it => it.Rows ?? 0), "{row}", "Rows of the snapshot in service.");
        meter.CreateObservableGauge(
            "esoz.bulk.snapshot.size", () => Observe(it => it.Bytes ?? 0), "By", "Stored length of the full set in service.");
    }

    /// <summary>Stores the snapshots in service, for the gauges.</summary>
    public void InService(IReadOnlyList<SnapshotBuild> builds) => _inService = builds;

    public void Built(BuildReport report) =>
        _builds.Record(report.Elapsed.TotalSeconds, new("resource", report.Snapshot.Resource), new("outcome", "ready"));

    public void Failed(BulkResource resource, TimeSpan elapsed) =>
        _builds.Record(elapsed.TotalSeconds, new("resource", resource.Name), new("outcome", "failed"));

    public void Served(string resource, string coding, long bytes) => _served.Add(bytes, new("resource", resource), new("coding", coding));

    private IEnumerable<Measurement<T>> Observe<T>(Func<SnapshotBuild, T> value) where T : struct =>
        _inService.Select(
            build => new Measurement<T>(value(build), new KeyValuePair<string, object?>("resource", build.Snapshot.Resource)));
}
