using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Esoz.Platform.Metrics;

/// <summary>One instrument with its series, as Prometheus sees it: a counter, a gauge or a histogram.</summary>
internal sealed class Metric
{
    /// <summary>Seconds, from a point read to the slowest answer that somebody still waits for.</summary>
    private static readonly double[] Durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<Tags, Series> _series = new(new TagsComparer());
    private readonly ConcurrentDictionary<Tags, Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;
    private readonly bool _isGauge;

    public Metric(Instrument instrument)
    {
        _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        Instrument = instrument;
        var kind = instrument.GetType().GetGenericTypeDefinition();
        Type = kind == typeof(Histogram<>) ? "histogram"
            : kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>) ? "counter"
            : "gauge";
        _isGauge = kind == typeof(Gauge<>) || kind == typeof(ObservableGauge<>);
        Bounds = Type == "histogram" ? (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? Durations : [];
        Name = PrometheusName.Of(instrument, Type);
    }

    public Instrument Instrument { get; }

    public string Name { get; }

    /// <summary>counter, gauge or histogram.</summary>
    public string Type { get; }

    /// <summary>Upper bounds of the buckets, ascending; empty when this is no histogram.</summary>
    public double[] Bounds { get; }

    public IEnumerable<KeyValuePair<Tags, Series>> Series => _series;

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_byTags.TryGetValue(tags, out var series))
            series = _series.GetOrAdd(new Tags(tags), _ => new Series(Type == "histogram" ? Bounds.Length + 1 : 0));
        if (_isGauge)
        {
            series.Set(value);
            return;
        }
        series.Add(value);
        if (Type == "histogram")
        {
            var at = Bounds.AsSpan().BinarySearch(value);
            Interlocked.Increment(ref series.Buckets[at < 0 ? ~at : at]);
        }
    }

    /// <summary>What is observed is the whole truth of the moment: it replaces what was seen before, and pools of one name add up.</summary>
    public void Forget() => _series.Clear();
}
