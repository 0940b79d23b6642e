using Esoz.Platform.Jobs;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>Effects that must write an exact number of rows, and tasks that are tried again after they were given up.</summary>
public sealed class TaskTableEffectTests(TaskDatabase database) : IClassFixture<TaskDatabase>
{
    private const string Exact = "INSERT INTO effects (note) SELECT given ->> 'note' FROM granted, generate_series(1, (given ->> 'times')::integer) RETURNING note";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "An effect that writes as many rows as it must ends task and job; another number leaves everything as it was")]
    public async Task ExactRows()
    {
        var job = await database.Queue("EXACT");
        var task = Assert.Single(await database.Table.Claim("node", "EXACT", 1, TimeSpan.FromMinutes(1), Ct));

        await Assert.ThrowsAsync<TaskOvertakenException>(() => database.Finish(task, TaskOutcome.Done(Exact, new { Note = "exact", Times = 1 }, rows: 2)));

        Assert.Empty(await database.Effects("exact"));
        Assert.Equal(("PENDING", "RUNNING"), (await Status(job)));
        Assert.True(await database.Finish(task, TaskOutcome.Done(Exact, new { Note = "exact", Times = 2 }, rows: 2)));
        Assert.Equal(["exact", "exact"], await database.Effects("exact"));
        Assert.Equal(("DONE", "DONE"), await Status(job));
    }

    [Fact(DisplayName = "Whoever lost the lease writes nothing, however many rows it must")]
    public async Task LostLease()
    {
        await database.Queue("LOST");
        var task = Assert.Single(await database.Table.Claim("node", "LOST", 1, TimeSpan.FromMinutes(1), Ct));

        Assert.False(await database.Finish(task with { Attempt = task.Attempt + 1 }, TaskOutcome.Done(Exact, new { Note = "lost", Times = 1 }, rows: 1)));

        Assert.Empty(await database.Effects("lost"));
    }

    [Fact(DisplayName = "A task that was given up is tried again from its first attempt, its job PENDING; any other is left alone")]
    public async Task Revives()
    {
        var job = await database.Queue("DEAD");
        var task = Assert.Single(await database.Table.Claim("node", "DEAD", 1, TimeSpan.FromMinutes(1), Ct));
        Assert.False(await database.Table.Revive($"{job}", Ct));
        Assert.True(await database.Table.GiveUp(task, "Fault", Ct));
        Assert.Equal(("FAILED", "DEAD"), await Status(job));

        Assert.True(await database.Table.Revive($"{job}", Ct));

        var row = await database.Row(job);
        Assert.Equal(("PENDING", "QUEUED", 0, null, null, null), (row["status"], row["task_status"], row["attempts"], row["error_code"], row["last_error"], row["done_at"]));
        Assert.False(await database.Table.Revive($"{task.Id}", Ct));
        Assert.False(await database.Table.Revive("nonsense", Ct));
        Assert.Equal(1, Assert.Single(await database.Table.Claim("node", "DEAD", 1, TimeSpan.FromMinutes(1), Ct)).Attempt);
    }

    private async Task<(object?, object?)> Status(Guid job) => ((await database.Row(job))["status"], (await database.Row(job))["task_status"]);
}
