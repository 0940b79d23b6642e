using System.Diagnostics.Metrics;

namespace Esoz.Platform.Jobs;

/// <summary>Instruments of the queue, all of meter <c>Esoz</c> and tagged with the task's type.</summary>
public sealed class QueueMetrics : IDisposable
{
    private readonly Meter meter = new("Esoz");
    private readonly Counter<long> attempts;
    private readonly Histogram<double> durations;
    private readonly IReadOnlyCollection<string> types;
    private IReadOnlyList<QueueDepth> depths = [];

    /// <param name="types">Types that are reported even while none is queued.</param>
    public QueueMetrics(IReadOnlyCollection<string> types)
    {
        this.types = types;
        attempts = meter.CreateCounter<long>("esoz.task.attempts", "{attempt}", "Attempts at background tasks that ended, by outcome");
        durations = meter.CreateHistogram<double>("esoz.task.duration", "s", "Time of one attempt at a background task");
        meter.CreateObservableGauge("esoz.queue.depth", () => Observe(depth => depth.Waiting), "{task}", "Background tasks that wait");
        meter.CreateObservableGauge("esoz.queue.oldest_age", () => Observe(depth => depth.OldestSeconds), "s", "How long the oldest waiting task is due");
    }

    /// <summary>Takes over a fresh measurement of the queue.</summary>
    public void Measured(IReadOnlyList<QueueDepth> fresh) => depths = fresh;

    /// <param name="outcome">done, refused, retried, dead, released, lost.</param>
    internal void Attempted(string type, string outcome, TimeSpan took)
    {
        attempts.Add(1, new("type", type), new("outcome", outcome));
        durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("type", type));
    }

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<T>> Observe<T>(Func<QueueDepth, T> value) where T : struct
    {
        var now = depths;
        return types.Select(type => new Measurement<T>(
            now.FirstOrDefault(depth => depth.Type == type) is { } depth ? value(depth) : default, new KeyValuePair<string, object?>("type", type)));
    }
}
