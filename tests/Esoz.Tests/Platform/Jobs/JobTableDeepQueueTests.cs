using Esoz.Platform;
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
        var before = await Read(2_000);

        var claimed = await queue.Table.Claim("node", "DEEP", 100, TimeSpan.FromMinutes(1), Ct);
        await queue.Table.Renew("node", [.. claimed.Select(task => task.Id)], TimeSpan.FromMinutes(1), Ct);
        var refusal = new Refusal(RefusalKind.Unprocessable, "Subject not found") { Code = new(1824, "SUBJECT_NOT_FOUND") };
        var ended = await queue.Table.Finish(
            [.. claimed.Select((task, i) => new EndedTask(task, i % 10 == 0 ? refusal : TaskDatabase.Noting("deep")))], Ct);
        await queue.Table.Recover(5, Ct);

        Assert.Equal((100, 100), (claimed.Count, ended.Count));
        Assert.Equal(90, (await queue.Effects("deep")).Count);
        var read = await Read(2_300) - before;
        TestContext.Current.TestOutputHelper!.WriteLine($"{read} rows read");
        Assert.InRange(read, 100, Waiting);
    }

    /// <summary>Rows of both tables read so far, once the given number of task changes is in the statistics.</summary>
    private async Task<long> Read(long changes)
    {
        Dictionary<string, object?> row = [];
        await Eventually.Holds(async () =>
        {
            // A session reports its statistics when it is used again.
            await using var command = queue.Database.Command("SELECT 1");
            await command.ExecuteNonQueryAsync(Ct);
            row = await queue.First("""
                SELECT sum(seq_tup_read + idx_tup_fetch)::bigint AS read, sum(n_tup_upd) FILTER (WHERE relname = 'background_tasks')::bigint AS changes
                  FROM pg_stat_user_tables WHERE relname IN ('background_tasks', 'async_jobs')
                """);
            return (long)row["changes"]! >= changes;
        }, () => "The statistics do not arrive.");
        return (long)row["read"]!;
    }
}
