using System.Diagnostics.Metrics;

namespace Esoz.Platform.Jobs;

/// <summary>Metrics of the queue, all in meter <c>Esoz</c> and tagged with the task's type.</summary>
public sealed class QueueMetrics
{
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _durations;
    private readonly IReadOnlyCollection<string> _types;
    private IReadOnlyList<QueueDepth>? _depths;

    /// <param name="types">Types that are reported even when no such task is queued.</param>
    public QueueMetrics(IReadOnlyCollection<string> types, IMeterFactory meters)
    {
        var meter = meters.Create("Esoz");
        _types = types;
        _attempts = meter.CreateCounter<long>("esoz.task.attempts", "{attempt}", "Attempts at background tasks that ended, by outcome");
        _durations = meter.CreateHistogram<double>("esoz.task.duration", "s", "Time of one attempt at a background task");
        meter.CreateObservableGauge("esoz.queue.depth", () => Observe(depth => depth.Waiting), "{task}", "Background tasks that wait");
        meter.CreateObservableGauge(
            "esoz.queue.oldest_age", () => Observe(depth => depth.OldestSeconds), "s", "How long the oldest waiting task is due");
        meter.CreateObservableGauge("esoz.tasks.dead", () => Observe(depth => depth.Dead), "{task}",
            "Background tasks that were given up and neither restarted nor removed since");
    }

    /// <summary>The latest measurement of every type; null before the first.</summary>
    public IReadOnlyList<QueueDepth>? Latest => _depths is not { } depths ? null
        : [.. _types.Select(type => depths.FirstOrDefault(depth => depth.Type == type) ?? new(type, 0, 0, 0))];

    /// <summary>Replaces the latest measurement of the queue.</summary>
    public void Measured(IReadOnlyList<QueueDepth> fresh) => _depths = fresh;

    /// <param name="outcome">done, refused, retried, dead, released, lost.</param>
    internal void Attempted(string type, string outcome, TimeSpan took)
    {
        _attempts.Add(1, new("type", type), new("outcome", outcome));
        _durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("type", type));
    }

    private IEnumerable<Measurement<T>> Observe<T>(Func<QueueDepth, T> value) where T : struct
    {
        var depths = Latest ?? [.. _types.Select(type => new QueueDepth(type, 0, 0, 0))];
        return depths.Select(depth => new Measurement<T>(value(depth), new KeyValuePair<string, object?>("type", depth.Type)));
    }
}
