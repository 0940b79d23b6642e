using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Esoz.Platform.Audit;

/// <summary>How far the logs are sealed and copied. Only the node that seals knows; over several nodes the largest value counts.</summary>
public sealed class AuditMetrics
{
    private readonly ConcurrentDictionary<string, DateTime> _anchored = new();
    private DateTime? _sealed;

    public AuditMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Esoz");
        meter.CreateObservableGauge("esoz.audit.sealed_until.timestamp", Sealed, "s",
            "Instant up to which this node has sealed the logs, in seconds since 1970; nothing before it seals for the first time");
        meter.CreateObservableGauge("esoz.audit.anchored.timestamp",
            () => _anchored.Select(it => new Measurement<double>(Seconds(it.Value), new KeyValuePair<string, object?>("place", it.Key))), "s",
            "When this node last found or made a place of copies complete, in seconds since 1970; 0 = never");
    }

    internal void SealedUntil(DateTime instant) => _sealed = instant;

    /// <summary>A place is reported from the first attempt on: one that was never complete since the start is 0.</summary>
    internal void Known(AuditAnchors place) => _anchored.TryAdd(NameOf(place), DateTime.UnixEpoch);

    internal void Anchored(AuditAnchors place, DateTime at) =>
        _anchored[NameOf(place)] = at;

    private static string NameOf(AuditAnchors place) => place is AnchorDirectory ? "directory" : "bucket";

    private IEnumerable<Measurement<double>> Sealed() => _sealed is { } instant ? [new(Seconds(instant))] : [];

    private static double Seconds(DateTime at) => (at - DateTime.UnixEpoch).TotalSeconds;
}
