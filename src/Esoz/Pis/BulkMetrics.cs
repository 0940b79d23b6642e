using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Esoz.Pis;

/// <summary>Measurements of the bulk export: age and rows of what is in service, builds, bytes served.</summary>
public sealed class BulkMetrics : IDisposable
{
    private readonly Meter _meter = new("Esoz");
    private readonly Histogram<double> _builds;
    private readonly Counter<long> _served;
    private readonly ConcurrentDictionary<string, (DateTime SnapshotAt, long Rows)> _inService = new();

    public BulkMetrics(TimeProvider clock)
    {
        _builds = _meter.CreateHistogram<double>("esoz.bulk.build.duration", "s", "Time to build a snapshot, failed builds included.");
        _served = _meter.CreateCounter<long>("esoz.bulk.served", "By", "Bytes of snapshots sent to clients, as encoded.");
        _meter.CreateObservableGauge("esoz.bulk.snapshot.age", () => Observe(it => (clock.GetUtcNow().UtcDateTime - it.SnapshotAt).TotalSeconds), "s",
            "Age of the snapshot in service.");
        _meter.CreateObservableGauge("esoz.bulk.snapshot.rows", () => Observe(it => it.Rows), "{row}", "Rows of the snapshot in service.");
    }

    /// <summary>Remembers what is in service, for the gauges.</summary>
    public void InService(string resource, DateTime snapshotAt, long rows) => _inService[resource] = (snapshotAt, rows);

    public void Built(SnapshotReport report)
    {
        InService(report.Generation.Resource, report.Generation.SnapshotAt, report.Full.Rows);
        _builds.Record(report.Elapsed.TotalSeconds, new("resource", report.Generation.Resource), new("outcome", "ready"));
    }

    public void Failed(SnapshotResource resource, TimeSpan elapsed) =>
        _builds.Record(elapsed.TotalSeconds, new("resource", resource.Name), new("outcome", "failed"));

    public void Served(string resource, string coding, long bytes) => _served.Add(bytes, new("resource", resource), new("coding", coding));

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<T>> Observe<T>(Func<(DateTime SnapshotAt, long Rows), T> value) where T : struct =>
        _inService.Select(pair => new Measurement<T>(value(pair.Value), new KeyValuePair<string, object?>("resource", pair.Key)));
}
