using System.Collections.Concurrent;
using System.Globalization;
using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>Windows of rate limiting: fixed, in UTC (platform §11).</summary>
public enum RateWindow
{
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

/// <summary>One limit: the number of requests of a credential to a route group within a window.</summary>
public sealed record RateLimit(Family Group, RateWindow Window, int Requests);

/// <summary>
/// Counts requests per route group and credential in the memory of this process (platform §11). Nothing is counted when no limit is
/// configured, which is the default.
/// </summary>
public sealed class RateLimits(IReadOnlyList<RateLimit> limits, TimeProvider clock)
{
    private static readonly Validation LimitIsKept = new("4", "rate limit of the route group is not used up (when the deployment sets one)",
        new Refusal(RefusalKind.TooManyRequests));

    internal static readonly GatewayStep Step = new(LimitIsKept,
        static request => new(request.Gateway.RateLimits.Count(request.Context, request.Family, request.Presented)),
        static request => request.Gateway.RateLimits.Seen(request.Family));

    private readonly ILookup<Family, RateLimit> _byGroup = limits.ToLookup(limit => limit.Group);
    private readonly ConcurrentDictionary<(RateLimit, SecretHash), Counter> _counters = new();
    private long _nextSweep;

    private string Seen(Family group) => _byGroup.Contains(group)
        ? string.Join(", ", _byGroup[group].Select(limit => $"at most {limit.Requests} per {limit.Window.ToString().ToLowerInvariant()}"))
        : "no limit is set";

    /// <summary>Counts the request, sets the headers, and refuses it when a limit is exceeded.</summary>
    private Refusal? Count(HttpContext context, Family group, SecretHash credential)
    {
        if (limits.Count == 0)
            return null;
        var now = clock.GetUtcNow().UtcDateTime;
        Sweep(now);
        Refusal? refusal = null;
        foreach (var limit in _byGroup[group])
        {
            var end = End(limit.Window, now);
            var used = _counters.GetOrAdd((limit, credential), _ => new Counter()).Add(end);
            var name = limit.Window.ToString().ToLowerInvariant();
            context.Response.Headers[$"X-RateLimit-Limit-{name}"] = limit.Requests.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers[$"X-RateLimit-Remaining-{name}"] = Math.Max(0, limit.Requests - used)
                .ToString(CultureInfo.InvariantCulture);
            if (used > limit.Requests)
                refusal = LimitIsKept.Refusal with { RetryAfter = Later(refusal?.RetryAfter, end - now) };
        }
        return refusal;
    }

    private static TimeSpan Later(TimeSpan? known, TimeSpan other) => known > other ? known.Value : other;

    /// <summary>Removes the counters of past windows once a minute.</summary>
    private void Sweep(DateTime now)
    {
        var due = Interlocked.Read(ref _nextSweep);
        if (now.Ticks < due || Interlocked.CompareExchange(ref _nextSweep, now.AddMinutes(1).Ticks, due) != due)
            return;
        foreach (var pair in _counters)
        {
            if (pair.Value.IsOver(now))
                _counters.TryRemove(pair);
        }
    }

    private static DateTime End(RateWindow window, DateTime now) => window switch
    {
        RateWindow.Second => Floor(now, TimeSpan.FromSeconds(1)),
        RateWindow.Minute => Floor(now, TimeSpan.FromMinutes(1)),
        RateWindow.Hour => Floor(now, TimeSpan.FromHours(1)),
        RateWindow.Day => Floor(now, TimeSpan.FromDays(1)),
        RateWindow.Month => new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(1),
        RateWindow.Year => new DateTime(now.Year + 1, 1, 1, 0, 0, 0, DateTimeKind.Utc),
    };

    private static DateTime Floor(DateTime now, TimeSpan window) =>
        new(now.Ticks - now.Ticks % window.Ticks + window.Ticks, DateTimeKind.Utc);

    private sealed class Counter
    {
        private readonly Lock _gate = new();
        private DateTime _windowEnd;
        private int _used;

        public int Add(DateTime end)
        {
            lock (_gate)
            {
                _used = _windowEnd == end ? _used + 1 : 1;
                _windowEnd = end;
                return _used;
            }
        }

        public bool IsOver(DateTime now)
        {
            lock (_gate)
                return _windowEnd <= now;
        }
    }
}
