using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Esoz.Platform.Scheduling;

/// <summary>
/// When the runs of each schedule on this node ended, well or not. Nodes share the runs, so over several nodes the largest values count.
/// </summary>
public sealed class ScheduleMetrics
{
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<(string Schedule, string Outcome), double> _ended = new();

    public ScheduleMetrics(TimeProvider clock, IMeterFactory meters)
    {
        _clock = clock;
        meters.Create("Esoz").CreateObservableGauge("esoz.schedule.ended.timestamp",
            () => _ended.Select(it => new Measurement<double>(it.Value, new("schedule", it.Key.Schedule), new("outcome", it.Key.Outcome))),
            "s", "When a run of a schedule last ended on this node, by outcome: done or failed; in seconds since 1970, 0 = never");
    }

    /// <summary>Both outcomes are reported from the start, so that they can be compared.</summary>
    internal void Known(string schedule)
    {
        _ended.TryAdd((schedule, "done"), 0);
        _ended.TryAdd((schedule, "failed"), 0);
    }

    internal void Ended(string schedule, bool isDone) =>
        _ended[(schedule, isDone ? "done" : "failed")] = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
