using System.Diagnostics;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Reads of one kind that share statements. A read that comes alone is sent at once, as a statement of its own. While a statement is under
/// way, the reads that come are gathered; when it ends, they are asked together.
/// <para>
/// No read sees an older state than it would alone: the reads of a statement are closed before it is sent, so its snapshot is taken after
/// the last of them has come, and a read that comes later is in the next statement.
/// </para>
/// <para>
/// No read waits for a statement of others for longer than <see cref="Patience"/>, and none shares the fault of another: when a shared
/// statement fails, each of its reads is asked alone, unless the failure took so long that a second one would keep the caller waiting.
/// </para>
/// </summary>
internal sealed class SharedReads<TKey, T> : IDisposable
{
    /// <summary>Maximum number of reads of one statement; when so many wait, they are not kept back any longer.</summary>
    public const int MaxTogether = 128;

    private readonly PostgresDatabase _database;
    private readonly PointRead<TKey, T> _read;
    private readonly Lock _gate = new();
    private readonly Timer _impatience;
    private List<Waiting> _waiting = [];
    private int _underWay;

    public SharedReads(PostgresDatabase database, PointRead<TKey, T> read)
    {
        (_database, _read) = (database, read);
        // The timer must not keep what the first request has with it.
        using (ExecutionContext.IsFlowSuppressed() ? null : (IDisposable)ExecutionContext.SuppressFlow())
            _impatience = new(static reads => ((SharedReads<TKey, T>)reads!).SendWaiting(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Many times what a point read takes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>A shared statement that fails within this time is repeated for each of its reads: its connection was a dead one.</summary>
    public TimeSpan RepeatWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Number of reads that are gathered and not sent yet.</summary>
    public int Gathered
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>The row of a key; the default of <typeparamref name="T"/> when there is none.</summary>
    /// <param name="file">Who asks, for the log of slow requests.</param>
    public Task<T?> Find(TKey key, string file, string member, CancellationToken ct) =>
        Join(key) is { } waiting ? Wait(waiting, file, member, ct) : Lead(key, file, member, ct);

    public void Dispose() => _impatience.Dispose();

    /// <returns>Null when no statement is under way: the caller sends its own.</returns>
    private Waiting? Join(TKey key)
    {
        List<Waiting>? full = null;
        Waiting waiting;
        lock (_gate)
        {
            if (_underWay == 0)
            {
                _underWay = 1;
                return null;
            }
            waiting = new(key);
            _waiting.Add(waiting);
            if (_waiting.Count == 1)
                _impatience.Change(Patience, Timeout.InfiniteTimeSpan);
            else if (_waiting.Count == MaxTogether)
                full = Close();
        }
        Send(full);
        return waiting;
    }

    private async Task<T?> Lead(TKey key, string file, string member, CancellationToken ct)
    {
        try
        {
            return await Alone(key, file, member, ct);
        }
        finally
        {
            End();
        }
    }

    private Task<T?> Alone(TKey key, string file, string member, CancellationToken ct) =>
        _read.Command(_database, key).ReadOne(_read.Read, ct, file, member);

    /// <summary>The time that a request waits for a statement of others is its time of the database.</summary>
    private async Task<T?> Wait(Waiting waiting, string file, string member, CancellationToken ct)
    {
        using (RequestTimes.Statement(file, member))
        using (waiting.Span = Spans.StartShared())
        await using (ct.UnsafeRegister(static (read, token) => ((Waiting)read!).TrySetCanceled(token), waiting))
        {
            if (await waiting.Task is (true, var row))
                return row;
        }
        return await Alone(waiting.Key, file, member, ct);
    }

    private void SendWaiting()
    {
        List<Waiting>? late;
        lock (_gate)
            late = Close();
        Send(late);
    }

    /// <summary>After a statement: the next one, if anybody waits.</summary>
    private void End()
    {
        List<Waiting>? next;
        lock (_gate)
        {
            _underWay--;
            next = _underWay == 0 ? Close() : null;
        }
        Send(next);
    }

    /// <summary>What waits becomes a statement: who comes later does not join it. Called with the lock held.</summary>
    private List<Waiting>? Close()
    {
        // Whoever has gone is not asked for.
        _waiting.RemoveAll(static read => read.Task.IsCompleted);
        if (_waiting.Count == 0)
            return null;
        var closed = _waiting;
        _waiting = [];
        _underWay++;
        return closed;
    }

    /// <summary>Not in the flow of a request: what is done for many belongs to none of them.</summary>
    private void Send(List<Waiting>? closed)
    {
        if (closed is not null)
            ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Reads.Ask(work.Closed), (Reads: this, Closed: closed),
                preferLocal: false);
    }

    private async Task Ask(List<Waiting> closed)
    {
        var sent = Stopwatch.GetTimestamp();
        var rows = new T?[closed.Count];
        Exception? failed = null;
        try
        {
            Activity.Current = OneOf(closed);
            await using var command = _read.Command(_database, closed.ConvertAll(static read => read.Key));
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
                rows[row.GetInt64(row.FieldCount - 1) - 1] = _read.Read(row);
        }
        catch (Exception fault)
        {
            failed = fault;
        }
        End();
        for (var i = 0; i < closed.Count; i++)
        {
            if (failed is null)
                closed[i].TrySetResult((true, rows[i]));
            else if (Stopwatch.GetElapsedTime(sent) < RepeatWithin)
                closed[i].TrySetResult((false, default));
            else
                closed[i].TrySetException(Own(failed));
        }
    }

    /// <summary>The span that the statement belongs to; the other requests that are traced have a link to it.</summary>
    private static Activity? OneOf(List<Waiting> closed)
    {
        var one = closed.Find(static read => read.Span is not null)?.Span;
        foreach (var other in closed)
        {
            if (one is not null && other.Span is { } span && span != one)
                span.AddLink(new(one.Context));
        }
        return one;
    }

    /// <summary>The same fault as an exception of its own: one object thrown by many requests would mix up their stacks.</summary>
    private static Exception Own(Exception fault) => fault switch
    {
        PostgresException refused => new PostgresException(
            refused.MessageText, refused.Severity, refused.InvariantSeverity, refused.SqlState, refused.Detail, refused.Hint,
            where: refused.Where, routine: refused.Routine),
        NpgsqlException => new NpgsqlException(fault.Message, fault.InnerException),
        _ => new InvalidOperationException("A read that several requests share has failed.", fault),
    };

    /// <summary>A read that has been gathered. Its result is a row, or false: to be asked alone.</summary>
    private sealed class Waiting(TKey key)
        : TaskCompletionSource<(bool IsAnswered, T? Row)>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TKey Key => key;

        public Activity? Span { get; set; }
    }
}
