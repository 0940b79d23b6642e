using System.Text.Json;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>A queue that was empty when statistics were collected and is deep now, as on the morning after an outage.</summary>
public sealed class JobTableDeepQueueTests(TaskDatabase queue) : IClassFixture<TaskDatabase>
{
    private const int Waiting = 20_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "To claim, renew and end a hundred of 20,000 tasks reads a few rows for each, not the queue")]
    public async Task ReadsWhatItTakes()
    {
        await queue.Execute("""
            WITH job AS (
              INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, request_hash, request_id, done_at)
              SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'CREATE_COMPOSITION', 'DONE', now(), sha256(i::text::bytea), 'ended', now() FROM generate_series(1, 20000) i
              RETURNING id)
            INSERT INTO background_tasks (job_id, type, key, payload, status) SELECT id, 'DEEP', gen_random_uuid(), '{}', 'DONE' FROM job
            """);
        await queue.Execute("ANALYZE background_tasks, async_jobs");
        await queue.Execute($$"""
            WITH job AS (
              INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, request_hash, request_id)
              SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'CREATE_COMPOSITION', 'PENDING', now(), sha256(i::text::bytea), 'waiting' FROM generate_series(1, {{Waiting}}) i
              RETURNING id)
            INSERT INTO background_tasks (job_id, type, key, payload, status) SELECT id, 'DEEP', gen_random_uuid(), '{}', 'QUEUED' FROM job
            """);
        // Other tasks are running while these finish.
        Assert.Equal(2_000, (await queue.Table.Claim("other", "DEEP", 2_000, TimeSpan.FromMinutes(1), Ct)).Count);
        var before = await Read();

        var claimed = await queue.Table.Claim("node", "DEEP", 100, TimeSpan.FromMinutes(1), Ct);
        await queue.Table.Renew("node", [.. claimed.Select(task => task.Id)], TimeSpan.FromMinutes(1), Ct);
        var refusal = new Refusal(RefusalKind.Unprocessable, "Subject not found") { Code = new(1824, "SUBJECT_NOT_FOUND") };
        var ended = await queue.Table.Finish(
            [.. claimed.Select((task, i) => new EndedTask(task, i % 10 == 0 ? refusal : TaskDatabase.Noting("deep")))], Ct);
        await queue.Table.Recover(5, Ct);

        Assert.Equal((100, 100), (claimed.Count, ended.Count));
        Assert.Equal(90, (await queue.Effects("deep")).Count);
        var read = await Read() - before;
        TestContext.Current.TestOutputHelper!.WriteLine($"{read} rows read");
        Assert.InRange(read, 100, Waiting);
    }

    [Fact(DisplayName = "A claim reads no more beside a key with 3,000 tasks behind a waiting one than beside one with 30")]
    public async Task BesideABlockedKey()
    {
        await Blocked("FEW", 30);
        await Blocked("MANY", 3_000);

        var (few, many) = (await BuffersOfClaim("FEW"), await BuffersOfClaim("MANY"));

        TestContext.Current.TestOutputHelper!.WriteLine($"{few} and {many} buffers");
        Assert.InRange(many, 1, 2 * few);
        Assert.Equal(5, (await queue.Table.Claim("node", "MANY", 100, TimeSpan.FromMinutes(1), Ct)).Count);
    }

    [Fact(DisplayName = "Of tasks of one key that are queued while others end none is forgotten, and they run in their order")]
    public async Task NoneIsForgotten()
    {
        const int perClient = 30;
        var key = Guid.NewGuid();
        var (running, overlaps) = (0, 0);
        var kind = TaskKind.OneByOne("CHAIN", (_, _) =>
        {
            if (Interlocked.Increment(ref running) > 1)
                Interlocked.Increment(ref overlaps);
            Interlocked.Decrement(ref running);
            return Task.FromResult<TaskOutcome>(TaskDatabase.Noting("chain"));
        });
        using var worker = queue.Worker(TaskDatabase.Quick, kind);
        await worker.StartAsync(Ct);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < perClient; i++)
                await queue.Queue("CHAIN", key);
        }));
        await Eventually.Holds(async () => (await queue.Effects("chain")).Count == 8 * perClient, () => "Tasks of the key are left over.");
        await worker.StopAsync(Ct);

        Assert.Equal(0, overlaps);
    }

    [Fact(DisplayName = "A task is parked behind one of its key, and the next one comes forward however that one goes")]
    public async Task ComesForward()
    {
        foreach (var end in new[]
        {
            "UPDATE background_tasks SET status = 'DONE' WHERE id = $1", "UPDATE background_tasks SET status = 'DEAD' WHERE id = $1",
            "DELETE FROM background_tasks WHERE id = $1",
        })
        {
            var key = Guid.NewGuid();
            Guid[] jobs = [await queue.Queue("NEXT", key), await queue.Queue("NEXT", key), await queue.Queue("NEXT", key)];
            var rows = await Task.WhenAll(jobs.Select(queue.Row));
            var before = await Parked(key);

            await queue.Execute(end, rows[0]["id"]);

            var after = await Parked(key);
            Assert.Equal([false, true, true], before);
            Assert.Equal([false, true], after);
        }
    }

    private async Task<bool[]> Parked(Guid key) => (bool[])(await queue.First(
        "SELECT array_agg(is_parked ORDER BY id) AS parked FROM background_tasks WHERE key = $1 AND status = 'QUEUED'", key))["parked"]!;

    /// <summary>One task that is due in an hour, others of its key behind it, and five of other keys.</summary>
    private Task Blocked(string type, int behind) => queue.Execute($$"""
        WITH key AS (SELECT gen_random_uuid() AS key), head AS (
          INSERT INTO background_tasks (type, key, payload, status, run_at)
          SELECT '{{type}}', key, '{}', 'QUEUED', now() + interval '1 hour' FROM key
          RETURNING key)
        INSERT INTO background_tasks (type, key, payload, status)
        SELECT '{{type}}', CASE WHEN i > 0 THEN key ELSE gen_random_uuid() END, '{}', 'QUEUED' FROM head, generate_series(-4, {{behind}}) i
         ORDER BY i DESC
        """);

    private async Task<long> BuffersOfClaim(string type)
    {
        await using var connection = await queue.Database.OpenSession(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using var command = PostgresDatabase.Command(connection, $"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {JobTable.ClaimSql}",
            "node", type, 100, TimeSpan.FromMinutes(1));
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync(Ct))!);
        var top = plan.RootElement[0].GetProperty("Plan");
        return top.GetProperty("Shared Hit Blocks").GetInt64() + top.GetProperty("Shared Read Blocks").GetInt64();
    }

    /// <summary>Rows of both tables read so far.</summary>
    private async Task<long> Read()
    {
        await queue.ReportStatistics();
        var row = await queue.First("""
            SELECT sum(seq_tup_read + idx_tup_fetch)::bigint AS read
              FROM pg_stat_user_tables WHERE relname IN ('background_tasks', 'async_jobs')
            """);
        return (long)row["read"]!;
    }
}
