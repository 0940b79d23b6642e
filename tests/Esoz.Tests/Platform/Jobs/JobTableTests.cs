using Esoz.Platform;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>Claiming, finishing and taking over tasks, statement by statement (compositions §11).</summary>
public sealed class JobTableTests(TaskDatabase queue) : IClassFixture<TaskDatabase>
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly Refusal Refusal = new(RefusalKind.Unprocessable, "Subject not found") { Code = new(1824, "SUBJECT_NOT_FOUND") };

    private readonly string _type = Guid.NewGuid().ToString();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The rows of a task and the end of job and task are written together")]
    public async Task Finish()
    {
        var job = await queue.Queue(_type);
        var task = await ClaimOne();

        Assert.True(await queue.Finish(task, TaskDatabase.Noting(_type)));

        var row = await queue.Row(job);
        Assert.Equal(("DONE", "DONE", 1, null), (row["status"], row["task_status"], row["attempts"], row["locked_by"]));
        Assert.Equal(row["done_at"], row["eta"]);
        Assert.Single(await queue.Effects(_type));
        Assert.Equal((job, "request-1", 1), (task.JobId, task.RequestId, task.Attempt));
    }

    [Fact(DisplayName = "When a row cannot be written nothing is, and the lease is kept")]
    public async Task WriteFails()
    {
        var job = await queue.Queue(_type);
        var task = await ClaimOne();

        await Assert.ThrowsAsync<PostgresException>(() => queue.Finish(task, TaskOutcome.Done(TaskDatabase.Broken(_type))));

        Assert.Equal(("PENDING", "RUNNING"), ((await queue.Row(job))["status"], (await queue.Row(job))["task_status"]));
    }

    [Fact(DisplayName = "A worker that lost its lease writes nothing, whatever the outcome")]
    public async Task LostLease()
    {
        var job = await queue.Queue(_type);
        var lost = await ClaimOne("first");
        await queue.Execute("UPDATE background_tasks SET locked_until = now() - interval '1 second' WHERE id = $1", lost.Id);
        Assert.Equal(1, await queue.Table.Recover(5, Ct));
        var held = await ClaimOne("second");
        Assert.Equal((lost.Id, 2), (held.Id, held.Attempt));

        Assert.False(await queue.Finish(lost, TaskDatabase.Noting(_type)));
        Assert.False(await queue.Finish(lost, Refusal));
        Assert.False(await queue.Table.Retry(lost, TimeSpan.Zero, "fault", Ct));
        Assert.False(await queue.Table.GiveUp(lost, "fault", Ct));
        Assert.False(await queue.Table.Release(lost, Ct));

        Assert.Equal(("PENDING", "RUNNING"), ((await queue.Row(job))["status"], (await queue.Row(job))["task_status"]));
        Assert.Empty(await queue.Effects(_type));
        Assert.True(await queue.Finish(held, TaskDatabase.Noting(_type)));
        Assert.Single(await queue.Effects(_type));
    }

    [Fact(DisplayName = "A worker that claims its own expired task again has another lease")]
    public async Task OwnExpiredLease()
    {
        await queue.Queue(_type);
        var lost = await ClaimOne("same");
        await queue.Execute("UPDATE background_tasks SET locked_until = now() - interval '1 second' WHERE id = $1", lost.Id);
        await queue.Table.Recover(5, Ct);
        await ClaimOne("same");

        Assert.False(await queue.Finish(lost, TaskDatabase.Noting(_type)));
        Assert.Empty(await queue.Effects(_type));
    }

    [Fact(DisplayName = "Of two endings of one attempt only the first is written")]
    public async Task EndsOnce()
    {
        await queue.Queue(_type);
        var task = await ClaimOne();

        Assert.True(await queue.Finish(task, TaskDatabase.Noting(_type)));
        Assert.False(await queue.Finish(task, TaskDatabase.Noting(_type)));
        Assert.Single(await queue.Effects(_type));
    }

    [Theory(DisplayName = "A task whose job has already ended leaves it unchanged and ends without an error")]
    [InlineData("DONE")]
    [InlineData("FAILED")]
    public async Task JobNotPending(string status)
    {
        var job = await queue.Queue(_type);
        var task = await ClaimOne();
        await queue.Execute("UPDATE async_jobs SET status = $2, done_at = '2026-03-02T10:15:06Z' WHERE id = $1", job, status);

        Assert.True(await queue.Finish(task, TaskDatabase.Noting(_type)));

        var row = await queue.Row(job);
        Assert.Equal((status, "DONE", new DateTime(2026, 3, 2, 10, 15, 6)), (row["status"], row["task_status"], row["done_at"]));
        Assert.Empty(await queue.Effects(_type));
    }

    [Fact(DisplayName = "A task without a job writes its rows too")]
    public async Task WithoutJob()
    {
        await queue.Execute(
            "INSERT INTO background_tasks (type, key, payload, status) VALUES ($1, gen_random_uuid(), '{}', 'QUEUED')", _type);

        Assert.True(await queue.Finish(await ClaimOne(), TaskDatabase.Noting(_type)));

        Assert.Single(await queue.Effects(_type));
    }

    [Fact(DisplayName = "A refusal fails the job with code, name and message")]
    public async Task Refuses()
    {
        var job = await queue.Queue(_type);

        Assert.True(await queue.Finish(await ClaimOne(), Refusal));

        var row = await queue.Row(job);
        Assert.Equal(("FAILED", 1824, "SUBJECT_NOT_FOUND", "Subject not found"),
            (row["status"], row["error_code"], row["error_name"], row["error_message"]));
        Assert.Equal(("DONE", "1824 SUBJECT_NOT_FOUND"), (row["task_status"], row["last_error"]));
    }

    [Fact(DisplayName = "The payload is dropped when the task is DONE, refused or not; a DEAD task keeps it for another start")]
    public async Task DropsPayload()
    {
        const string payload = """{"data": "AQID"}""";
        var done = await queue.Queue(_type, payload: payload);
        await queue.Finish(await ClaimOne(), TaskDatabase.Noting(_type));
        var refused = await queue.Queue(_type, payload: payload);
        await queue.Finish(await ClaimOne(), Refusal);
        var dead = await queue.Queue(_type, payload: payload);
        var task = await ClaimOne();
        Assert.True(await queue.Table.GiveUp(task, "Fault", Ct));

        Assert.Equal(("{}", "{}", payload), (await PayloadOf(done), await PayloadOf(refused), await PayloadOf(dead)));
        Assert.True(await queue.Table.Requeue($"{task.Id}", Ct));
        Assert.Equal(payload, (await ClaimOne()).Payload);

        async Task<string> PayloadOf(Guid job) =>
            (string)(await queue.First("SELECT payload::text FROM background_tasks WHERE job_id = $1", job))["payload"]!;
    }

    [Fact(DisplayName = "Tasks of one key are claimed one after another in order, also when the first waits for its next attempt")]
    public async Task KeyOrder()
    {
        var key = Guid.NewGuid();
        for (var i = 0; i < 3; i++)
            await queue.Queue(_type, key, $"{i}");

        var first = await ClaimOne();
        Assert.Equal("0", first.Payload);
        Assert.Empty(await Claim());
        Assert.True(await queue.Table.Retry(first, TimeSpan.FromMinutes(1), "fault", Ct));
        Assert.Empty(await Claim());
        await queue.Execute("UPDATE background_tasks SET run_at = now() WHERE id = $1", first.Id);
        Assert.True(await queue.Finish(await ClaimOne(), TaskOutcome.Done()));
        Assert.Equal("1", (await ClaimOne()).Payload);
    }

    [Fact(DisplayName = "A task that was committed late, with a smaller number, does not run at the same time as a running one of its key")]
    public async Task LateCommit()
    {
        var key = Guid.NewGuid();
        await using var late = await queue.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await late.BeginTransactionAsync(Ct);
        await using (var command = new NpgsqlCommand(
            $"INSERT INTO background_tasks (type, key, payload, status) VALUES ('{_type}', '{key}', '0', 'QUEUED')", late))
            await command.ExecuteNonQueryAsync(Ct);
        await queue.Queue(_type, key, "1");
        var running = await ClaimOne();
        await transaction.CommitAsync(Ct);

        Assert.Equal("1", running.Payload);
        Assert.Empty(await Claim());
        await queue.Finish(running, TaskOutcome.Done());
        Assert.Equal("0", (await ClaimOne()).Payload);
    }

    [Fact(DisplayName = "Two tasks of one key cannot both be RUNNING, even when two nodes do not see each other's claim")]
    public async Task OneRunningPerKey()
    {
        var key = Guid.NewGuid();
        await queue.Queue(_type, key);
        await queue.Queue(_type, key);

        var fault = await Assert.ThrowsAsync<PostgresException>(
            () => queue.Execute("UPDATE background_tasks SET status = 'RUNNING' WHERE key = $1", key));

        Assert.Equal("background_tasks_running_key", fault.ConstraintName);
    }

    [Fact(DisplayName = "One claim takes many tasks, the oldest first; parallel claims never take the same task")]
    public async Task Batches()
    {
        for (var i = 0; i < 60; i++)
            await queue.Queue(_type, payload: $"{i}");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), (await Claim(10)).Select(task => task.Payload)
            .Order(Comparer<string>.Create((a, b) => int.Parse(a) - int.Parse(b))));

        var batches = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => queue.Table.Claim($"worker {i}", _type, 10, Lease, Ct)));

        Assert.Equal(50, batches.SelectMany(batch => batch).Select(task => task.Id).Distinct().Count());
        Assert.Equal(50, batches.Sum(batch => batch.Count));
    }

    [Fact(DisplayName = "A type that this node does not handle is left to others")]
    public async Task UnknownType()
    {
        await queue.Queue("SOMETHING_NEWER");

        Assert.Empty(await Claim());
    }

    [Fact(DisplayName = "A task with an expired lease is requeued; after the last attempt the task is DEAD and the job FAILED 500")]
    public async Task TakeOver()
    {
        var job = await queue.Queue(_type);
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.Equal(attempt, (await ClaimOne()).Attempt);
            Assert.Equal(0, await queue.Table.Recover(5, Ct));
            await queue.Execute("UPDATE background_tasks SET locked_until = now() - interval '1 second' WHERE job_id = $1", job);
            Assert.Equal(1, await queue.Table.Recover(5, Ct));
        }

        var row = await queue.Row(job);
        Assert.Equal(("DEAD", "FAILED", 500, "SUBORDINATE_SERVICE_ERROR", "Subordinate service error"),
            (row["task_status"], row["status"], row["error_code"], row["error_name"], row["error_message"]));
        Assert.Equal("lease of worker expired", row["last_error"]);
    }

    [Fact(DisplayName = "A renewed lease is not taken over")]
    public async Task Renew()
    {
        await queue.Queue(_type);
        var task = (await queue.Table.Claim("worker", _type, 1, TimeSpan.Zero, Ct))[0];
        await queue.Table.Renew("worker", [task.Id], Lease, Ct);

        Assert.Equal(0, await queue.Table.Recover(5, Ct));
        Assert.True(await queue.Finish(task, TaskOutcome.Done()));
    }

    [Fact(DisplayName = "Leases are renewed without waiting for tasks that are being ended")]
    public async Task RenewsWithoutWaiting()
    {
        await queue.Queue(_type);
        await queue.Queue(_type);
        var claimed = await queue.Table.Claim("worker", _type, 2, TimeSpan.Zero, Ct);
        await using var ending = await queue.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await ending.BeginTransactionAsync(Ct);
        await using (var command = new NpgsqlCommand($"SELECT FROM background_tasks WHERE id = {claimed[0].Id} FOR UPDATE", ending))
            await command.ExecuteNonQueryAsync(Ct);

        await Eventually.Ends(queue.Table.Renew("worker", [.. claimed.Select(task => task.Id)], Lease, Ct));
        await transaction.RollbackAsync(Ct);

        Assert.Equal(1, await queue.Table.Recover(5, Ct));
        Assert.Equal(claimed[0].Id, Assert.Single(await Claim()).Id);
    }

    [Fact(DisplayName = "Tasks that end together: completed and refused ones are written, one whose lease was lost is not")]
    public async Task Together()
    {
        Guid[] jobs = [await queue.Queue(_type), await queue.Queue(_type), await queue.Queue(_type), await queue.Queue(_type)];
        var claimed = await Claim();
        var lost = claimed.Single(task => task.JobId == jobs[3]);
        await queue.Execute("UPDATE background_tasks SET attempts = attempts + 1 WHERE id = $1", lost.Id);

        var written = await queue.Table.Finish([.. claimed.Select(task => new EndedTask(task, Array.IndexOf(jobs, task.JobId!.Value) switch
        {
            1 => Refusal,
            2 => TaskOutcome.Done(),
            var i => TaskDatabase.Noting($"{_type} {i}"),
        }))], Ct);

        Assert.Equal(claimed.Select(task => task.Id).Except([lost.Id]).Order(), written.Order());
        Assert.Equal(["DONE", "FAILED", "DONE", "PENDING"], await Task.WhenAll(jobs.Select(async job => (await queue.Row(job))["status"])));
        Assert.Equal([$"{_type} 0"], await queue.Effects($"{_type}%"));
    }

    [Fact(DisplayName = "When a row of one of several tasks fails, or is not as expected, nothing is written")]
    public async Task TogetherOrNotAtAll()
    {
        Guid[] jobs = [await queue.Queue(_type), await queue.Queue(_type)];
        var claimed = await Claim();
        var row = Guid.NewGuid();
        await queue.Execute("INSERT INTO effects (id, note) VALUES ($1, 'read')", row);
        var expected = new { Note = "read" };

        await Assert.ThrowsAsync<TaskSupersededException>(() => queue.Table.Finish(
        [
            new(claimed[0], TaskOutcome.Done(RowWrite.Update("effects", row, expected, new { Note = _type }))),
            new(claimed[1], TaskOutcome.Done(RowWrite.Update("effects", Guid.NewGuid(), expected, new { Note = _type }))),
        ], Ct));
        await Assert.ThrowsAsync<PostgresException>(() => queue.Table.Finish(
            [new(claimed[0], TaskDatabase.Noting(_type)), new(claimed[1], TaskOutcome.Done(TaskDatabase.Broken("broken")))], Ct));

        Assert.Empty(await queue.Effects(_type));
        Assert.All(
            await Task.WhenAll(jobs.Select(async job => (await queue.Row(job))["task_status"])), status => Assert.Equal("RUNNING", status));
    }

    [Fact(DisplayName = "A task that is released has not used an attempt")]
    public async Task Release()
    {
        var job = await queue.Queue(_type);

        Assert.True(await queue.Table.Release(await ClaimOne(), Ct));

        Assert.Equal(("QUEUED", 0), ((await queue.Row(job))["task_status"], (await queue.Row(job))["attempts"]));
    }

    [Fact(DisplayName = "The depth counts waiting tasks by type and the age of the oldest that is due")]
    public async Task Depth()
    {
        await queue.Queue(_type);
        await queue.Queue(_type);
        await queue.Execute(
            "UPDATE background_tasks SET run_at = now() - interval '1 hour' WHERE id = (SELECT min(id) FROM background_tasks WHERE type = $1)", _type);

        var depth = Assert.Single(await queue.Table.Depth(Ct), depth => depth.Type == _type);

        Assert.Equal(2, depth.Waiting);
        Assert.InRange(depth.OldestSeconds, 3600, 3600 + Eventually.Limit.TotalSeconds);
    }

    private Task<IReadOnlyList<BackgroundTask>> Claim(int max = 10, string worker = "worker") =>
        queue.Table.Claim(worker, _type, max, Lease, Ct);

    private async Task<BackgroundTask> ClaimOne(string worker = "worker") => Assert.Single(await Claim(worker: worker));
}
