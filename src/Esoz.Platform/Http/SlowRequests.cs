using Esoz.Platform.Telemetry;

namespace Esoz.Platform.Http;

/// <summary>
/// One line for every request that took long, and where its time went. What the client took for its body or for a long answer does not
/// count. When everything is slow, most lines say no more, so at most <see cref="MaxLines"/> a second are written.
/// </summary>
/// <param name="limit">ESOZ_SLOW_REQUEST_MS; zero = no such lines, and nothing is measured.</param>
public sealed class SlowRequests(TimeSpan limit, TimeProvider clock, ILogger<SlowRequests> log)
{
    internal const int MaxLines = 10;

    private readonly Lock _gate = new();
    private long _second;
    private int _lines;
    private int _leftOut;

    /// <summary>Measures what the request waits for; null when nobody wants to know.</summary>
    internal RequestTimes? Begin() => limit > TimeSpan.Zero ? RequestTimes.Begin() : null;

    internal void End(HttpContext context, RequestTimes times, TimeSpan took, int status)
    {
        if (took - times[Waits.Client] < limit || !TakesLine(out var leftOut))
            return;
        log.LogWarning("Slow request: {MethodId} of client {ClientId} answered {Status} after {Milliseconds} ms. It waited {PoolMs} ms for the pool, "
            + "{DatabaseMs} ms for {Statements} statements, the longest {LongestMs} ms for {Statement}, {JournalMs} ms for the access journal, "
            + "{StoreMs} ms for the object store, {ClientMs} ms for the client; {LeftOut} such lines were left out",
            RequestMetrics.MethodOf(context), AccessRecord.ClientOf(context)?.ToString() ?? "", status, Whole(took), Whole(times[Waits.Pool]),
            Whole(times[Waits.Database]), times.Statements, Whole(times.Slowest), times.SlowestStatement ?? "", Whole(times[Waits.Journal]),
            Whole(times[Waits.Store]), Whole(times[Waits.Client]), leftOut);
    }

    private static long Whole(TimeSpan time) => (long)time.TotalMilliseconds;

    private bool TakesLine(out int leftOut)
    {
        lock (_gate)
        {
            leftOut = 0;
            var second = clock.GetUtcNow().ToUnixTimeSeconds();
            _lines = second == _second ? _lines + 1 : 1;
            _second = second;
            if (_lines > MaxLines)
            {
                _leftOut++;
                return false;
            }
            (leftOut, _leftOut) = (_leftOut, 0);
            return true;
        }
    }
}
