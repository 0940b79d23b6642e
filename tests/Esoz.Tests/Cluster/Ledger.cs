using System.Collections.Concurrent;
using System.Globalization;

namespace Esoz.Tests.Cluster;

/// <summary>What clients were told has been done, and when; to be compared with what is there afterwards.</summary>
public sealed class Ledger
{
    private readonly ConcurrentQueue<(DateTime At, string Kind, string Fault)> _faults = [];
    private readonly ConcurrentQueue<DateTime> _writeTimes = [];
    private int _downloads;

    /// <summary>Acknowledged records by the number that the client put into each.</summary>
    public ConcurrentDictionary<int, Guid> Writes { get; } = [];

    /// <summary>Acknowledged jobs.</summary>
    public ConcurrentDictionary<Guid, bool> Jobs { get; } = [];

    /// <summary>Acknowledged uploads: folder and SHA-256.</summary>
    public ConcurrentDictionary<Guid, string> Uploads { get; } = [];

    /// <summary>Tag of every set of the bulk export that was downloaded, and the SHA-256 of its bytes.</summary>
    public ConcurrentDictionary<string, string> Sets { get; } = [];

    /// <summary>Requests that got no answer or one of status 5xx.</summary>
    public int Faults => _faults.Count;

    public int Downloads => _downloads;

    public void Written(int number, Guid record)
    {
        Assert.True(Writes.TryAdd(number, record), $"{number} was acknowledged twice.");
        _writeTimes.Enqueue(DateTime.UtcNow);
    }

    /// <summary>A set must have the same bytes whenever and wherever it is downloaded.</summary>
    public void Downloaded(string tag, string digest)
    {
        Assert.Equal(digest, Sets.GetOrAdd(tag, digest));
        Interlocked.Increment(ref _downloads);
    }

    public void Failed(string kind, string fault) => _faults.Enqueue((DateTime.UtcNow, kind, fault));

    /// <summary>The longest time between two acknowledged writes after <paramref name="from"/>.</summary>
    public TimeSpan Gap(DateTime from)
    {
        var times = _writeTimes.Where(time => time >= from).Order().ToList();
        return times.Count < 2 ? TimeSpan.MaxValue : times.Zip(times.Skip(1), (a, b) => b - a).Append(times[0] - from).Max();
    }

    /// <summary>Whether writes were acknowledged after this time.</summary>
    public bool HasWritesSince(DateTime time) => _writeTimes.Any(written => written > time);

    public string Summary() => string.Create(CultureInfo.InvariantCulture,
        $"{Writes.Count} writes, {Jobs.Count} jobs, {Uploads.Count} uploads, {_downloads} downloads; {Faults} failed requests");

    /// <summary>How many requests failed, by kind and fault.</summary>
    public string FaultsByKind() => string.Join("; ", _faults.GroupBy(fault => (fault.Kind, fault.Fault))
        .OrderByDescending(same => same.Count()).Select(same => $"{same.Count()} × {same.Key.Kind}: {same.Key.Fault}"));
}
