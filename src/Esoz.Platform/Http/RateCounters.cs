using System.Collections.Concurrent;
using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>
/// Counters of credentials, of bounded number: when there are too many, those that were counted first are forgotten. Thread-safe.
/// </summary>
/// <param name="capacity">Greatest number of credentials.</param>
internal sealed class RateCounters(int capacity)
{
    private readonly ConcurrentDictionary<(Family Group, SecretHash Credential), RateCounter> _counters = new();
    private readonly ConcurrentQueue<(Family, SecretHash)> _order = new();

    public int Count => _counters.Count;

    public RateCounter? Find((Family, SecretHash) of) => _counters.GetValueOrDefault(of);

    /// <summary>The counter that is kept: this one, or that of another request that came first.</summary>
    public RateCounter Keep(RateCounter counter)
    {
        var kept = _counters.GetOrAdd(counter.Of, counter);
        if (kept != counter)
            return kept;
        _order.Enqueue(counter.Of);
        while (_order.Count > capacity && _order.TryDequeue(out var oldest))
            _counters.TryRemove(oldest, out _);
        return kept;
    }

    public void Forget(RateCounter counter) => _counters.TryRemove(new(counter.Of, counter));

    /// <summary>Forgets the counters whose windows are all over.</summary>
    public void Sweep(DateTime now)
    {
        foreach (var pair in _counters)
        {
            if (pair.Value.IsOver(now))
                _counters.TryRemove(pair);
        }
    }
}

/// <summary>Requests of one credential to one route group, in the current window of each limit. Thread-safe.</summary>
/// <param name="windows">Number of limits of the group.</param>
internal sealed class RateCounter((Family Group, SecretHash Credential) of, int windows)
{
    private readonly (DateTime End, int Used)[] _windows = new (DateTime, int)[windows];

    public (Family Group, SecretHash Credential) Of => of;

    /// <summary>Counts a request and returns how many there are in the window that ends then.</summary>
    public int Add(int window, DateTime end)
    {
        lock (_windows)
        {
            ref var counted = ref _windows[window];
            counted = (end, counted.End == end ? counted.Used + 1 : 1);
            return counted.Used;
        }
    }

    public bool IsOver(DateTime now)
    {
        lock (_windows)
            return Array.TrueForAll(_windows, window => window.End <= now);
    }
}
