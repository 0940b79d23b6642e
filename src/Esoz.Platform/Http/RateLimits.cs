using System.Globalization;

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
/// Counts requests per route group and credential in the memory of this process (platform §11). Nothing is counted for a group without a
/// limit. The limit is checked before the credential is, so whoever makes up credentials gets counters too: they are few and pass, while
/// those of credentials that turned out to be valid stay.
/// </summary>
public sealed class RateLimits(IReadOnlyList<RateLimit> limits, TimeProvider clock)
{
    internal const int MaxUnproven = 10_000;
    private const int MaxProven = 200_000;

    private static readonly Validation LimitIsKept = new("4", "rate limit of the route group is not used up (when the deployment sets one)",
        new Refusal(RefusalKind.TooManyRequests));

    internal static readonly GatewayStep Step = new(LimitIsKept,
        static request => new(request.Gateway.RateLimits.Count(request)),
        static request => request.Gateway.RateLimits.Seen(request.Family));

    /// <summary>
    /// For SIGN-IN: counted are the bearer token, or the client that the body names, together with the address, so that nobody uses up the
    /// limit of another (sign-in §3).
    /// </summary>
    internal static readonly GatewayStep SignInStep =
        Step with { Check = static request => request.Gateway.RateLimits.CountSignIn(request) };

    private readonly Dictionary<Family, RateLimit[]> _byGroup = limits.GroupBy(limit => limit.Group)
        .ToDictionary(group => group.Key, group => group.ToArray());
    private readonly RateCounters _proven = new(MaxProven);
    private readonly RateCounters _unproven = new(MaxUnproven);
    private long _nextSweep;

    /// <summary>Number of counters in memory.</summary>
    internal int Counters => _proven.Count + _unproven.Count;

    private string Seen(Family group) => _byGroup.TryGetValue(group, out var own)
        ? string.Join(", ", own.Select(limit => $"at most {limit.Requests} per {limit.Window.ToString().ToLowerInvariant()}"))
        : "no limit is set";

    /// <summary>Keeps the counter of the credential that was read last and found to be valid. The first of a request has one.</summary>
    internal void Prove(GatewayRequest request)
    {
        if (!_byGroup.ContainsKey(request.Family) || _unproven.Find((request.Family, request.Presented)) is not { } counter)
            return;
        _proven.Keep(counter);
        _unproven.Forget(counter);
    }

    private async ValueTask<Refusal?> CountSignIn(GatewayRequest request)
    {
        if (!_byGroup.ContainsKey(request.Family))
            return null;
        var caller = CredentialSteps.BearerOf(request.Context.Request)?.Hex ?? (await Body.OfClient(request))?.ClientId ?? "";
        request.Presented = Access.SecretHash.Of($"{request.Context.Connection.RemoteIpAddress} {caller}");
        return Count(request);
    }

    /// <summary>A page is counted by address alone.</summary>
    internal Refusal? CountPage(GatewayRequest request, PageRoute page)
    {
        if (page.Limits is not { } group)
            return null;
        request.Presented = Access.SecretHash.Of($"{request.Context.Connection.RemoteIpAddress}");
        return Count(request, group);
    }

    private Refusal? Count(GatewayRequest request) => Count(request, request.Family);

    /// <summary>Counts the request, sets the headers, and refuses it when a limit is exceeded.</summary>
    private Refusal? Count(GatewayRequest request, Family group)
    {
        if (!_byGroup.TryGetValue(group, out var own))
            return null;
        var now = clock.GetUtcNow().UtcDateTime;
        Sweep(now);
        var counter = CounterOf((group, request.Presented), own.Length);
        var headers = request.Context.Response.Headers;
        Refusal? refusal = null;
        for (var i = 0; i < own.Length; i++)
        {
            var (limit, end) = (own[i], End(own[i].Window, now));
            var used = counter.Add(i, end);
            var name = limit.Window.ToString().ToLowerInvariant();
            headers[$"X-RateLimit-Limit-{name}"] = limit.Requests.ToString(CultureInfo.InvariantCulture);
            headers[$"X-RateLimit-Remaining-{name}"] = Math.Max(0, limit.Requests - used).ToString(CultureInfo.InvariantCulture);
            if (used > limit.Requests)
                refusal = LimitIsKept.Refusal with { RetryAfter = Later(refusal?.RetryAfter, end - now) };
        }
        return refusal;
    }

    private RateCounter CounterOf((Family Group, Access.SecretHash Credential) of, int windows) =>
        _proven.Find(of) ?? _unproven.Find(of) ?? _unproven.Keep(new RateCounter(of, windows));

    private static TimeSpan Later(TimeSpan? known, TimeSpan other) => known > other ? known.Value : other;

    /// <summary>Removes the counters of past windows once a minute.</summary>
    private void Sweep(DateTime now)
    {
        var due = Interlocked.Read(ref _nextSweep);
        if (now.Ticks < due || Interlocked.CompareExchange(ref _nextSweep, now.AddMinutes(1).Ticks, due) != due)
            return;
        _proven.Sweep(now);
        _unproven.Sweep(now);
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
}
