using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Esoz.Platform.Http;

/// <summary>
/// Counts and times requests by client. At most <see cref="MaxClients"/> clients have series of their own, so that a scrape stays small; the
/// others are <c>other</c>. Once a minute a client of <c>other</c> that sent far more requests than one with series takes its place.
/// </summary>
public sealed class ClientMetrics
{
    /// <summary>Clients that have series of their own at one time.</summary>
    public const int MaxClients = 50;

    private const int Results = 4;

    private static readonly string[] Names = ["answered", "refused", "limited", "failed"];

    private readonly ConcurrentDictionary<Guid, Counts> _named = new();
    private readonly Counts _others = new();
    private readonly Counts _none = new();
    private int _free = MaxClients;

    public ClientMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Esoz");
        meter.CreateObservableCounter("esoz.client.requests", Requests, "{request}",
            "Requests by client and result: answered, refused (4xx), limited (429) or failed (5xx)");
        meter.CreateObservableCounter("esoz.client.request.time", Times, "s", "Time that requests of a client took, added up");
    }

    /// <param name="client">Null = nobody was identified.</param>
    public void Count(Guid? client, int status, TimeSpan took) => CountsOf(client).Add(ResultOf(status), took);

    /// <summary>Gives series to the clients that sent the most requests; call it once a minute.</summary>
    /// <param name="requests">Requests of each client since the last call.</param>
    public void Rank(IReadOnlyDictionary<Guid, long> requests)
    {
        // One that leaves is overtaken by far: series that come and go with every minute would fill the memory of Prometheus.
        var leaving = new Queue<Guid>(_named.Keys.OrderBy(client => requests.GetValueOrDefault(client)));
        foreach (var (client, count) in requests.OrderByDescending(it => it.Value).Take(MaxClients))
        {
            if (_named.ContainsKey(client))
                continue;
            if (!leaving.TryPeek(out var idle) || requests.GetValueOrDefault(idle) * 2 >= count)
                return;
            leaving.Dequeue();
            _named.TryRemove(idle, out _);
            _named.TryAdd(client, new());
        }
    }

    private Counts CountsOf(Guid? client) =>
        client is not { } id ? _none
        : _named.TryGetValue(id, out var counts) ? counts
        : Volatile.Read(ref _free) > 0 && Interlocked.Decrement(ref _free) >= 0 ? _named.GetOrAdd(id, static _ => new())
        : _others;

    private static int ResultOf(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => 2,
        >= 500 => 3,
        >= 400 => 1,
        _ => 0,
    };

    private IEnumerable<(string Client, Counts Counts)> All =>
        _named.Select(it => (it.Key.ToString(), it.Value)).Append(("other", _others)).Append(("none", _none));

    private IEnumerable<Measurement<long>> Requests() =>
        from it in All
        from result in Enumerable.Range(0, Results)
        select new Measurement<long>(it.Counts.Requests(result), new("client_id", it.Client), new("result", Names[result]));

    private IEnumerable<Measurement<double>> Times() =>
        All.Select(it => new Measurement<double>(it.Counts.Time.TotalSeconds, new KeyValuePair<string, object?>("client_id", it.Client)));

    private sealed class Counts
    {
        private readonly long[] _requests = new long[Results];
        private long _ticks;

        public TimeSpan Time => new(Interlocked.Read(ref _ticks));

        public long Requests(int result) => Interlocked.Read(ref _requests[result]);

        public void Add(int result, TimeSpan took)
        {
            Interlocked.Increment(ref _requests[result]);
            Interlocked.Add(ref _ticks, took.Ticks);
        }
    }
}
