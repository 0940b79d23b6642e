using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// What a request waited for, for the log of slow requests. It belongs to the flow of the request; what runs for many of them, like the
/// writer of the access journal, has none. Waits at the same time are added up, so they may exceed the time of the request.
/// </summary>
public sealed class RequestTimes
{
    private static readonly AsyncLocal<RequestTimes?> Flow = new();

    private readonly Lock _gate = new();
    private readonly long[] _ticks = new long[5];
    private int _waiters;
    private long _waitingSince;

    static RequestTimes() => Listen();

    /// <summary>Null outside of requests, and when nobody wants to know.</summary>
    public static RequestTimes? Current => Flow.Value;

    public int Statements { get; private set; }

    /// <summary>The method that sends the statement that took longest, such as <c>JobTable.Find</c>; null without statements.</summary>
    public string? SlowestStatement { get; private set; }

    public TimeSpan Slowest { get; private set; }

    /// <summary>Begins to measure in the caller's flow.</summary>
    public static RequestTimes Begin() => Flow.Value = new();

    public TimeSpan this[Waits wait] => Stopwatch.GetElapsedTime(0, _ticks[(int)wait]);

    /// <summary>Measures until it is disposed of.</summary>
    public static Timing Of(Waits wait) => Current is { } times ? new(times, wait, null, null) : default;

    /// <summary>The same for a statement, which gets the name of the method that sends it.</summary>
    public static Timing Statement([CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        Current is { } times ? new(times, Waits.Database, file, member) : default;

    /// <summary>The driver tells when somebody waits for its pool, in the flow of who waits.</summary>
    private static void Listen()
    {
        var waits = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument is { Name: "db.client.connection.npgsql.pending_requests", Meter.Name: "Npgsql" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        waits.SetMeasurementEventCallback<int>(static (_, change, _, _) => Current?.WaitForPool(change));
        waits.Start();
    }

    private void WaitForPool(int change)
    {
        lock (_gate)
        {
            if (change > 0 && _waiters == 0)
                _waitingSince = Stopwatch.GetTimestamp();
            _waiters += change;
            if (change < 0 && _waiters == 0)
                _ticks[(int)Waits.Pool] += Stopwatch.GetTimestamp() - _waitingSince;
        }
    }

    private void Add(Waits wait, long ticks, long poolBefore, string? file, string? member)
    {
        lock (_gate)
        {
            if (file is not null)
            {
                // A statement on a connection of its own has waited for it.
                ticks = Math.Max(0, ticks - (_ticks[(int)Waits.Pool] - poolBefore));
                Statements++;
                if (Stopwatch.GetElapsedTime(0, ticks) is var took && took >= Slowest)
                    (Slowest, SlowestStatement) = (took, $"{Path.GetFileNameWithoutExtension(file)}.{member}");
            }
            _ticks[(int)wait] += ticks;
        }
    }

    /// <summary>One measurement.</summary>
    public readonly struct Timing : IDisposable
    {
        private readonly RequestTimes? _times;
        private readonly Waits _wait;
        private readonly string? _file;
        private readonly string? _member;
        private readonly long _started;
        private readonly long _pool;

        internal Timing(RequestTimes times, Waits wait, string? file, string? member)
        {
            (_times, _wait, _file, _member) = (times, wait, file, member);
            (_started, _pool) = (Stopwatch.GetTimestamp(), Volatile.Read(ref times._ticks[(int)Waits.Pool]));
        }

        public void Dispose() => _times?.Add(_wait, Stopwatch.GetTimestamp() - _started, _pool, _file, _member);
    }
}

/// <summary>What a request waits for.</summary>
public enum Waits
{
    /// <summary>A connection of the pool to become free.</summary>
    Pool,
    /// <summary>Statements and commits.</summary>
    Database,
    /// <summary>The row of the access journal.</summary>
    Journal,
    /// <summary>Operations of the object store, until it begins to answer.</summary>
    Store,
    /// <summary>The client: its body to arrive, a long answer to be taken.</summary>
    Client,
}
