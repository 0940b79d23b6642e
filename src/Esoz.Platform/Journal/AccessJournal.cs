using System.Diagnostics.Metrics;
using Esoz.Platform.Database;

namespace Esoz.Platform.Journal;

/// <summary>
/// Writes the access journal (docs/adr/0030-access-journal.md). The rows of concurrent requests are one statement and one commit: while a
/// batch is written, the next one collects, so that nobody waits for more than two commits.
/// </summary>
public sealed class AccessJournal(PostgresDatabase database, TimeProvider clock, IMeterFactory meters, ILogger<AccessJournal> log)
    : IAsyncDisposable
{
    /// <summary>Rows that may wait for the database; rows that nobody waits for take at most half of it.</summary>
    private const int Capacity = 10_000;

    /// <summary>
    /// Refusals of unknown callers that are recorded in a second: whoever has no credential must not be able to fill the disk.
    /// </summary>
    internal const int StrangersPerSecond = 100;

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);

    private readonly Counter<long> _rows = meters.Create("Esoz").CreateCounter<long>(
        "esoz.journal.rows", "{row}", "Rows of the access journal, by outcome: written, lost, refused or skipped");

    private readonly Lock _gate = new();
    private Batch _open = new();
    private Task _writing = Task.CompletedTask;
    private long _second;
    private int _strangers;
    private long? _logged;

    /// <summary>Returns when the row is committed: only then may the answer be sent.</summary>
    /// <exception cref="JournalException">It could not be written, or nobody knows whether it was.</exception>
    public Task Write(JournalRow row)
    {
        lock (_gate)
        {
            if (_open.Rows.Count < Capacity)
                return Collect(row, isAwaited: true);
        }
        Count(1, "refused");
        return Task.FromException(new JournalException(null));
    }

    /// <summary>
    /// The row of a refusal, which is answered at once: it may be lost when the process is killed within the same moment, or when the
    /// database is away for so long that too many rows wait for it.
    /// </summary>
    public void Note(JournalRow row)
    {
        string outcome;
        lock (_gate)
        {
            if (row.ClientId is null && !TakesStranger())
                outcome = "skipped";
            else if (_open.Rows.Count >= Capacity / 2)
            {
                outcome = "lost";
                Start();
            }
            else
            {
                _ = Collect(row, isAwaited: false);
                return;
            }
        }
        Count(1, outcome);
    }

    /// <summary>Writes what still waits.</summary>
    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_gate)
        {
            if (_open.Rows.Count > 0)
                Start();
            writing = _writing;
        }
        await writing;
        if (_open.Rows.Count > 0)
            log.LogError("{Count} rows of the access journal were lost at the stop", _open.Rows.Count);
    }

    private bool TakesStranger()
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        _strangers = second == _second ? _strangers + 1 : 1;
        _second = second;
        return _strangers <= StrangersPerSecond;
    }

    private Task Collect(JournalRow row, bool isAwaited)
    {
        var batch = _open;
        batch.Rows.Add((row, isAwaited));
        Start();
        return batch.Written.Task;
    }

    /// <summary>Starts the writer unless it is at work.</summary>
    private void Start()
    {
        if (!_writing.IsCompleted)
            return;
        // It works for many requests: its spans and log lines belong to none of them.
        using (ExecutionContext.SuppressFlow())
            _writing = Task.Run(WriteAll);
    }

    /// <summary>Writes batch after batch until none is left, or until one fails and nothing has come in meanwhile.</summary>
    private async Task WriteAll()
    {
        while (Next() is { } batch)
        {
            try
            {
                await Insert([.. batch.Rows.Select(it => it.Row)]);
                Count(batch.Rows.Count, "written");
                batch.Written.SetResult();
            }
            catch (Exception fault)
            {
                if (Failed(batch, fault))
                    return;
            }
        }
    }

    /// <summary>The collected rows; null when there are none, and then this writer has ended.</summary>
    private Batch? Next()
    {
        lock (_gate)
        {
            if (_open.Rows.Count == 0)
            {
                _writing = Task.CompletedTask;
                return null;
            }
            var batch = _open;
            _open = new();
            return batch;
        }
    }

    /// <summary>Refuses the requests that wait, and keeps the rows that nobody waits for until the next attempt.</summary>
    /// <returns>Whether the writer has ended, to be started by the next row.</returns>
    private bool Failed(Batch batch, Exception fault)
    {
        var refused = batch.Rows.Count(it => it.IsAwaited);
        // A row that the database does not take would spoil every later batch.
        List<(JournalRow, bool)> kept = PassingFaults.Of(fault) is null ? [] : [.. batch.Rows.Where(it => !it.IsAwaited)];
        bool isIdle, isLogged;
        lock (_gate)
        {
            isIdle = _open.Rows.Count == 0;
            kept = [.. kept.TakeLast(Math.Max(0, (Capacity / 2) - _open.Rows.Count))];
            _open.Rows.InsertRange(0, kept);
            if (isIdle)
                _writing = Task.CompletedTask;
            isLogged = _logged is { } last && clock.GetElapsedTime(last) < LogInterval;
            if (!isLogged)
                _logged = clock.GetTimestamp();
        }
        Count(refused, "refused");
        Count(batch.Rows.Count - refused - kept.Count, "lost");
        if (!isLogged)
            log.LogError("The access journal cannot be written, so requests for personal data are answered 503: {Reason}",
                PassingFaults.Reason(fault));
        batch.Written.SetException(new JournalException(fault));
        // Nobody may be waiting.
        _ = batch.Written.Task.Exception;
        return isIdle;
    }

    private void Count(int rows, string outcome)
    {
        if (rows > 0)
            _rows.Add(rows, new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <summary>
    /// One statement, prepared once, on a connection outside the writers' share of the pool: readers must not wait for writers.
    /// </summary>
    private async Task Insert(IReadOnlyList<JournalRow> rows)
    {
        await using var connection = await WriteConnection.Open(database.Source, CancellationToken.None);
        // The ids of all rows in one array: as one text per row they would take longer to read than all else.
        var ends = new int[rows.Count];
        for (var (i, end) = (0, 0); i < ends.Length; i++)
            ends[i] = end += rows[i].ObjectIds.Count;
        await PostgresDatabase.Command(connection.Connection, InsertSql,
            Column(rows, row => row.ClientId), Column(rows, row => row.UserId), Column(rows, row => row.ConnectionId),
            Column(rows, row => row.ConnectionClientId), Column(rows, row => row.MethodId),
            rows.SelectMany(row => row.ObjectIds).ToArray(), Column(rows, row => row.PersonId),
            Column(rows, row => row.PartyId), Column(rows, row => row.Status), Column(rows, row => row.Rule),
            Column(rows, row => row.Code), Column(rows, row => row.Seen), Column(rows, row => row.RequestId),
            Column(rows, row => row.Address), ends, Column(rows, row => row.ObjectIds.Count)).Execute();
        connection.EnsureReplicated();
    }

    private static T[] Column<T>(IReadOnlyList<JournalRow> rows, Func<JournalRow, T> value)
    {
        var column = new T[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }

    private const string InsertSql = """
        INSERT INTO access_journal (client_id, user_id, connection_id, connection_client_id, method_id, object_ids, person_id, party_id,
               status, rule, code, seen, request_id, address)
        SELECT client_id, user_id, connection_id, connection_client_id, method_id, ($6::uuid[])[ids_end - ids_count + 1:ids_end], person_id,
               party_id, status, rule, code, seen, request_id, address
          FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $7::uuid[], $8::uuid[], $9::integer[], $10::text[],
                 $11::text[], $12::text[], $13::text[], $14::text[], $15::integer[], $16::integer[])
            AS row (client_id, user_id, connection_id, connection_client_id, method_id, person_id, party_id, status, rule, code, seen,
                 request_id, address, ids_end, ids_count)
        """;

    /// <summary>Rows of one commit.</summary>
    private sealed class Batch
    {
        public List<(JournalRow Row, bool IsAwaited)> Rows { get; } = [];

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>
/// The access journal could not be written, so a request that it must know of is not answered; of a write, nobody was told the outcome.
/// </summary>
public sealed class JournalException(Exception? fault) : Exception("The access journal cannot be written.", fault);
