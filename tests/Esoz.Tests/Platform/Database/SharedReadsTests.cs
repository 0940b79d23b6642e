using System.Collections.Concurrent;
using System.Diagnostics;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>
/// Point reads that are under way at the same time share statements, and no request can tell: neither by an older state, nor by a fault or
/// the end of another request.
/// </summary>
public sealed class SharedReadsTests(SharedReadsTests.Counters counters) : IClassFixture<SharedReadsTests.Counters>
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    /// <summary>Reads a row, then waits until nobody holds the lock of its key.</summary>
    private static readonly PointRead<(int Id, long Lock), long> Guarded = new(
        "SELECT value, pg_advisory_xact_lock_shared($2) IS NULL FROM counters WHERE id = $1", key => [key.Id, key.Lock],
        row => row.GetInt64(0));

    private readonly Registry _registry = counters.Registry;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A read that comes alone is its own statement; those that come while it is under way are one together, each with its row")]
    public async Task Together()
    {
        await Reset();
        var reads = Reads(Guarded);
        await using var held = await Hold(1);
        var first = Find(reads, 1, 1);
        await _registry.WaitForBlockedQuery();

        var (others, statements) = await StatementsOf(async () =>
        {
            var gathered = Enumerable.Range(1, 50).Select(id => Find(reads, id)).ToList();
            gathered.Add(Find(reads, 7));
            gathered.Add(Find(reads, -1));
            Assert.Equal(52, reads.Gathered);
            await held.DisposeAsync();
            return await Task.WhenAll(gathered);
        });

        Assert.Equal(100, await first);
        Assert.Equal([.. Enumerable.Range(1, 50).Select(id => id * 100L), 700, 0], others);
        Assert.Equal([Guarded.Together], statements);
        (_, statements) = await StatementsOf(() => Find(reads, 3));
        Assert.Equal([Guarded.Sql], statements);
    }

    [Fact(DisplayName = "A read sees what was committed before it came, whether it waits for a statement or comes while one is under way")]
    public async Task NotOlder()
    {
        await Reset();
        var reads = Reads(Guarded);
        await using var ofLone = await Hold(1);
        await using var ofShared = await Hold(2);
        var lone = Find(reads, 1, 1);
        await _registry.WaitForBlockedQuery();
        // The lone statement has its snapshot: these must not be answered from it.
        await Set(1, 111);
        var shared = new[] { Find(reads, 1), Find(reads, 2, 2) };
        await ofLone.DisposeAsync();
        Assert.Equal(100, await lone);
        await _registry.WaitForBlockedQuery();
        // Nor this one from theirs.
        await Set(1, 112);
        var last = Find(reads, 1);
        await ofShared.DisposeAsync();

        Assert.Equal((long[])[111, 200], await Task.WhenAll(shared));
        Assert.Equal(112, await last);
    }

    [Fact(DisplayName = "Whoever changes rows and reads them among many others always finds the change")]
    public async Task OwnChanges()
    {
        await Reset();
        var read = new PointRead<int, long>("SELECT value FROM counters WHERE id = $1", id => [id], row => row.GetInt64(0));
        var (_, statements) = await StatementsOf(async () =>
        {
            await Task.WhenAll(Enumerable.Range(1, 16).Select(async id =>
            {
                for (var value = 1; value <= 40; value++)
                {
                    await Set(id, value);
                    Assert.Equal(value, await _registry.Database.Find(read, id, Ct));
                }
            }));
            return 0;
        });

        Assert.Contains(read.Together, statements);
    }

    [Fact(DisplayName = "Whoever cancels leaves the others their answers, and is not asked for when it has gone before the statement is sent")]
    public async Task Cancelled()
    {
        await Reset();
        var reads = Reads(Guarded);
        await using var ofLone = await Hold(1);
        await using var ofShared = await Hold(2);
        var lone = Find(reads, 1, 1);
        await _registry.WaitForBlockedQuery();
        using var early = new CancellationTokenSource();
        using var late = new CancellationTokenSource();
        var stays = Find(reads, 2, 2);
        // It would wait for its lock forever.
        await using var ofGone = await Hold(3);
        var gone = Leaving(reads, 3, 3, early.Token);
        var leaves = Leaving(reads, 4, 0, late.Token);

        await early.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        await ofLone.DisposeAsync();
        await lone;
        await _registry.WaitForBlockedQuery();
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        await ofShared.DisposeAsync();

        Assert.Equal(200, await Eventually.Ends(stays));
        Assert.Equal(500, await Find(reads, 5));
    }

    [Fact(DisplayName = "A lone read that is cancelled lets those go that wait for it")]
    public async Task LoneCancelled()
    {
        await Reset();
        var reads = Reads(Guarded);
        await using var held = await Hold(1);
        using var leaves = new CancellationTokenSource();
        var lone = Leaving(reads, 1, 1, leaves.Token);
        await _registry.WaitForBlockedQuery();
        var waiting = Find(reads, 2);

        await leaves.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lone);
        Assert.Equal(200, await Eventually.Ends(waiting));
    }

    [Fact(DisplayName = "What makes a shared statement fail fails only the request that it belongs to; a lost connection fails none")]
    public async Task Faults()
    {
        await Reset();
        var division = Reads(new PointRead<(int Id, long Lock), long>(
            "SELECT value / ($1 - 3), pg_advisory_xact_lock_shared($2) IS NULL FROM counters WHERE id = $1", key => [key.Id, key.Lock],
            row => row.GetInt64(0)));
        var held = await Hold(1);
        var lone = Find(division, 1, 1);
        await _registry.WaitForBlockedQuery();
        var whole = Find(division, 5);
        var broken = Find(division, 3);
        await held.DisposeAsync();
        Assert.Equal(-50, await lone);
        Assert.Equal(250, await whole);
        Assert.Equal(PostgresErrorCodes.DivisionByZero, (await Assert.ThrowsAsync<PostgresException>(() => broken)).SqlState);

        var reads = Reads(Guarded);
        await using var ofLone = await Hold(1);
        await using var ofShared = await Hold(2);
        lone = Find(reads, 1, 1);
        await _registry.WaitForBlockedQuery();
        var others = new[] { Find(reads, 2, 2), Find(reads, 6) };
        await ofLone.DisposeAsync();
        await lone;
        await _registry.WaitForBlockedQuery();
        await _registry.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
        await ofShared.DisposeAsync();
        Assert.Equal((long[])[200, 600], await Task.WhenAll(others));
    }

    [Fact(DisplayName = "A shared statement that fails late fails all of its requests, each with an exception of its own that tells the same")]
    public async Task LateFault()
    {
        await Reset();
        var reads = new SharedReads<(int Id, long Lock), long>(_registry.Database, Guarded)
        {
            Patience = Never,
            RepeatWithin = TimeSpan.Zero,
        };
        await using var ofLone = await Hold(1);
        await using var ofShared = await Hold(2);
        var lone = Find(reads, 1, 1);
        await _registry.WaitForBlockedQuery();
        var others = new[] { Find(reads, 2, 2), Find(reads, 6) };
        await ofLone.DisposeAsync();
        await lone;
        await _registry.WaitForBlockedQuery();
        await _registry.Execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");

        var faults = await Task.WhenAll(others.Select(other => Assert.ThrowsAsync<PostgresException>(() => other)));

        Assert.All(faults, fault => Assert.Equal(PostgresErrorCodes.QueryCanceled, fault.SqlState));
        Assert.All(faults, fault => Assert.Equal(PassingFault.Outage, PassingFaults.Of(fault)));
        Assert.NotSame(faults[0], faults[1]);
    }

    [Fact(DisplayName = "Nobody waits long for the statement of somebody else, and a statement has a greatest number of reads")]
    public async Task Bounds()
    {
        await Reset();
        var patient = Reads(Guarded);
        await using var held = await Hold(1);
        var stuck = Find(patient, 1, 1);
        await _registry.WaitForBlockedQuery();
        var few = Find(patient, 2);
        var full = Enumerable.Range(0, SharedReads<(int, long), long>.MaxTogether - 1).Select(_ => Find(patient, 3)).ToList();
        Assert.Equal(200, await Eventually.Ends(few));
        Assert.All(await Eventually.Ends(Task.WhenAll(full)), value => Assert.Equal(300, value));

        var impatient = new SharedReads<(int Id, long Lock), long>(_registry.Database, Guarded);
        var alsoStuck = Find(impatient, 1, 1);
        Assert.Equal(400, await Eventually.Ends(Find(impatient, 4)));

        Assert.False(stuck.IsCompleted || alsoStuck.IsCompleted);
        await held.DisposeAsync();
        Assert.Equal((100, 100), (await stuck, await alsoStuck));
    }

    [Fact(DisplayName = "The log of slow requests names the statement and its time for each request that shared it; traces link to it")]
    public async Task Times()
    {
        await Reset();
        var reads = Reads(Guarded);
        await using var held = await Hold(1);
        var lone = Find(reads, 1, 1);
        await _registry.WaitForBlockedQuery();
        var spans = new ConcurrentQueue<Activity>();
        using var source = new ActivitySource("Esoz.Tests.SharedReads");
        using var listener = Listener(spans.Enqueue, source.Name);
        var began = Stopwatch.GetTimestamp();
        var requests = new[] { Request(), Request() };
        await Eventually.Holds(() => reads.Gathered == 2);
        await Task.Delay(20, Ct);
        await held.DisposeAsync();
        await lone;

        foreach (var (request, times) in await Task.WhenAll(requests))
        {
            Assert.Equal((1, "SharedReadsTests.Request"), (times.Statements, times.SlowestStatement));
            Assert.InRange(times[Waits.Database], TimeSpan.FromTicks(1), Stopwatch.GetElapsedTime(began));
            var own = Assert.Single(spans, span => span.Parent == request && span.OperationName == "SELECT together");
            Assert.Single(spans, span => span.Source.Name == "Npgsql"
                && (span.Parent == own || own.Links.Any(link => link.Context.SpanId == span.ParentSpanId)));
        }

        async Task<(Activity, RequestTimes)> Request()
        {
            await Task.Yield();
            using var request = source.StartActivity("request")!;
            var times = RequestTimes.Begin();
            await reads.Find((2, 0), "SharedReadsTests.cs", nameof(Request), Ct);
            return (request, times);
        }
    }

    [Theory(DisplayName = "Each key of a shared statement is looked up in the index, with a plan that is made once")]
    [InlineData("job")]
    [InlineData("token")]
    [InlineData("api-key")]
    public async Task Plans(string kind)
    {
        var (sql, types, keys) = kind switch
        {
            "job" => (JobTable.FindRead.Together, "uuid[], uuid[]", "ARRAY[gen_random_uuid()], ARRAY[gen_random_uuid()]"),
            "token" => (Credentials.TokenRead.Together, "text[]", "ARRAY['none']"),
            _ => (Credentials.KeyRead.Together, "text[]", "ARRAY['none']"),
        };
        await using var session = await _registry.Database.OpenSession(Ct);
        // Tables of a test are so small that reading them whole is cheaper.
        await session.Execute($"SET enable_seqscan = off; PREPARE shared ({types}) AS {sql}", Ct);
        for (var run = 0; run < 8; run++)
            await session.Execute($"EXECUTE shared ({keys})", Ct);

        var plan = string.Join('\n',
            await new NpgsqlCommand($"EXPLAIN EXECUTE shared ({keys})", session).ReadAll(row => row.GetString(0), Ct));

        Assert.Matches(kind switch
        {
            "job" => "Index Cond: .*client_id = asked.key_2.*uuid_send",
            "token" => "Index Cond: .*value_hash = .*asked.key_1",
            _ => "Index Cond: .*secret_hash = .*asked.key_1",
        }, plan);
        // PostgreSQL always plans the first five for their values.
        Assert.Equal(5L, await new NpgsqlCommand("SELECT custom_plans FROM pg_prepared_statements WHERE name = 'shared'", session)
            .ReadValue<long>(Ct));
    }

    private SharedReads<TKey, T> Reads<TKey, T>(PointRead<TKey, T> read) => new(_registry.Database, read) { Patience = Never };

    private static Task<long> Find(SharedReads<(int Id, long Lock), long> reads, int id, long key = 0) => Leaving(reads, id, key, Ct);

    /// <summary>The read of a caller who may leave.</summary>
    private static Task<long> Leaving(SharedReads<(int Id, long Lock), long> reads, int id, long key, CancellationToken ct) =>
        reads.Find((id, key), "", "", ct);

    private Task<int> Reset() => _registry.Execute("UPDATE counters SET value = id * 100");

    private Task<int> Set(int id, long value) => _registry.Execute("UPDATE counters SET value = $2 WHERE id = $1", id, value);

    /// <summary>Reads that have this lock wait until it is disposed of.</summary>
    private async Task<NpgsqlConnection> Hold(long key)
    {
        var connection = await _registry.Database.OpenSession(Ct);
        await PostgresDatabase.Command(connection, "SELECT pg_advisory_lock($1)", key).Execute(Ct);
        return connection;
    }

    /// <summary>The reads that were sent meanwhile.</summary>
    private static async Task<(T Result, List<string> Statements)> StatementsOf<T>(Func<Task<T>> work)
    {
        var statements = new ConcurrentQueue<string>();
        using var listener = Listener(activity =>
        {
            if ((activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement")) is string sql
                && sql.Contains("FROM counters WHERE", StringComparison.Ordinal))
                statements.Enqueue(sql);
        });
        return (await work(), [.. statements]);
    }

    private static ActivityListener Listener(Action<Activity> stopped, string? more = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Esoz" || source.Name == more,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>A registry with a table of rows that tests may lock and change.</summary>
    public sealed class Counters : IAsyncLifetime
    {
        public Counters(TestCluster cluster) => Registry = new(cluster);

        public Registry Registry { get; }

        public async ValueTask InitializeAsync()
        {
            await Registry.InitializeAsync();
            await Registry.Execute("CREATE TABLE counters (id integer PRIMARY KEY, value bigint NOT NULL)");
            await Registry.Execute("INSERT INTO counters SELECT id, id * 100 FROM generate_series(1, 100) id");
        }

        public ValueTask DisposeAsync() => Registry.DisposeAsync();
    }
}
