using Esoz.Platform.Jobs;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>Rows that must be written as expected, and failed tasks that are queued again.</summary>
public sealed class JobTableWritesTests(TaskDatabase database) : IClassFixture<TaskDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Task and job end when every row is written; when one cannot be, everything is left as it was")]
    public async Task ExactRows()
    {
        var job = await database.Queue("EXACT");
        var task = Assert.Single(await database.Table.Claim("node", "EXACT", 1, TimeSpan.FromMinutes(1), Ct));

        await Assert.ThrowsAsync<TaskSupersededException>(() =>
            database.Finish(task, TaskOutcome.Done(TaskDatabase.Note("exact"), TaskDatabase.Superseded("exact"))));

        Assert.Empty(await database.Effects("exact"));
        Assert.Equal(("PENDING", "RUNNING"), (await Status(job)));
        Assert.True(await database.Finish(task, TaskOutcome.Done(TaskDatabase.Note("exact"), TaskDatabase.Note("exact"))));
        Assert.Equal(["exact", "exact"], await database.Effects("exact"));
        Assert.Equal(("DONE", "DONE"), await Status(job));
    }

    [Fact(DisplayName = "A worker that lost the lease writes nothing, however many rows the task has")]
    public async Task LostLease()
    {
        await database.Queue("LOST");
        var task = Assert.Single(await database.Table.Claim("node", "LOST", 1, TimeSpan.FromMinutes(1), Ct));

        Assert.False(await database.Finish(task with { Attempt = task.Attempt + 1 }, TaskDatabase.Noting("lost")));

        Assert.Empty(await database.Effects("lost"));
    }

    [Theory(DisplayName = "A row is updated only while its columns have the expected values, null included, when the job ends")]
    [InlineData("read", null, true)]
    [InlineData("changed", null, false)]
    [InlineData("read", "2026-03-02T10:15:06Z", false)]
    public async Task Expected(string note, string? seen, bool isWritten)
    {
        var job = await database.Queue("EXPECTED");
        var task = Assert.Single(await database.Table.Claim("node", "EXPECTED", 1, TimeSpan.FromMinutes(1), Ct));
        var (row, other) = (Guid.NewGuid(), Guid.NewGuid());
        await database.Execute(
            "INSERT INTO effects (id, note, seen, at) SELECT id, $2, $3::text::timestamptz, 'epoch' FROM unnest($1::uuid[]) id",
            new[] { row, other }, note, seen);
        var outcome = TaskOutcome.Done(
            RowWrite.Update("effects", row, new { Note = "read", Seen = (DateTime?)null }, new { Note = "written", At = RowWrite.Now }));

        if (isWritten)
            Assert.True(await database.Finish(task, outcome));
        else
            await Assert.ThrowsAsync<TaskSupersededException>(() => database.Finish(task, outcome));

        var ended = await database.Row(job);
        var changed = await database.First("SELECT note, at FROM effects WHERE id = $1", row);
        var left = await database.First("SELECT note, at FROM effects WHERE id = $1", other);
        Assert.Equal((isWritten ? "written" : note, isWritten ? ended["done_at"] : DateTime.UnixEpoch), (changed["note"], changed["at"]));
        Assert.Equal((note, DateTime.UnixEpoch), (left["note"], left["at"]));
        Assert.Equal(isWritten ? "DONE" : "PENDING", ended["status"]);
    }

    [Theory(DisplayName = "A row that is required must have its values when the job ends; it is not changed, and the others are written only then")]
    [InlineData("read", true)]
    [InlineData("changed", false)]
    [InlineData(null, false)]
    public async Task Required(string? note, bool isWritten)
    {
        var job = await database.Queue("REQUIRED");
        var task = Assert.Single(await database.Table.Claim("node", "REQUIRED", 1, TimeSpan.FromMinutes(1), Ct));
        var row = Guid.NewGuid();
        await database.Execute("INSERT INTO effects (id, note, at) VALUES ($1, $2, 'epoch')", row, note ?? "of nobody");
        var outcome = TaskOutcome.Done(TaskDatabase.Note($"{job}"),
            RowWrite.Require("effects", note is null ? Guid.NewGuid() : row, new { Note = "read", Seen = (DateTime?)null }));

        if (isWritten)
            Assert.True(await database.Finish(task, outcome));
        else
            await Assert.ThrowsAsync<TaskSupersededException>(() => database.Finish(task, outcome));

        Assert.Equal(isWritten ? [$"{job}"] : [], await database.Effects($"{job}"));
        Assert.Equal(isWritten ? ("DONE", "DONE") : ("PENDING", "RUNNING"), await Status(job));
        var left = await database.First("SELECT note, at FROM effects WHERE id = $1", row);
        Assert.Equal((note ?? "of nobody", DateTime.UnixEpoch), (left["note"], left["at"]));
    }

    [Fact(DisplayName = "A DEAD task is requeued with its attempts reset and its job PENDING; any other is not changed")]
    public async Task Requeues()
    {
        var job = await database.Queue("DEAD");
        var task = Assert.Single(await database.Table.Claim("node", "DEAD", 1, TimeSpan.FromMinutes(1), Ct));
        Assert.False(await database.Table.Requeue($"{job}", Ct));
        Assert.True(await database.Table.GiveUp(task, "Fault", Ct));
        Assert.Equal(("FAILED", "DEAD"), await Status(job));

        Assert.True(await database.Table.Requeue($"{job}", Ct));

        var row = await database.Row(job);
        Assert.Equal(("PENDING", "QUEUED", 0, null, null, null),
            (row["status"], row["task_status"], row["attempts"], row["error_code"], row["last_error"], row["done_at"]));
        Assert.False(await database.Table.Requeue($"{task.Id}", Ct));
        Assert.False(await database.Table.Requeue("nonsense", Ct));
        Assert.Equal(1, Assert.Single(await database.Table.Claim("node", "DEAD", 1, TimeSpan.FromMinutes(1), Ct)).Attempt);
    }

    private async Task<(object?, object?)> Status(Guid job) =>
        ((await database.Row(job))["status"], (await database.Row(job))["task_status"]);
}
