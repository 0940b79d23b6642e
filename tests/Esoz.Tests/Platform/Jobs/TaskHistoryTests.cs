using Esoz.Platform;
using Esoz.Platform.Jobs;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>Output of <c>job list</c> and <c>job show</c>.</summary>
public sealed class TaskHistoryTests(TaskDatabase queue) : IClassFixture<TaskDatabase>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TaskHistory History => new(queue.Database);

    [Fact(DisplayName = "Tasks are listed newest first, filtered by the status of task or job, and shown by either id")]
    public async Task Lists()
    {
        var refused = await queue.Queue("FIRST");
        var task = Assert.Single(await queue.Table.Claim("worker", "FIRST", 1, TimeSpan.FromMinutes(1), Ct));
        await queue.Finish(task, new Refusal(RefusalKind.Unprocessable, "Subject not found") { Code = new(1824, "SUBJECT_NOT_FOUND") });
        var waiting = await queue.Queue("SECOND");

        Assert.Equal(["SECOND", "FIRST"], (await History.List(null, 10, Ct)).Select(report => report.Type));
        Assert.Equal(["SECOND"], (await History.List(null, 1, Ct)).Select(report => report.Type));
        Assert.Equal([waiting], (await History.List("PENDING", 10, Ct)).Select(report => report.Job!.Value));
        Assert.Equal([waiting], (await History.List("QUEUED", 10, Ct)).Select(report => report.Job!.Value));
        var report = Assert.Single(await History.List("FAILED", 10, Ct));
        Assert.Equal(
            (task.Id, "DONE", 1, refused, "FAILED", "1824 SUBJECT_NOT_FOUND: Subject not found", "1824 SUBJECT_NOT_FOUND", "request-1"),
            (report.Task, report.Status, report.Attempts, report.Job, report.JobStatus, report.JobError, report.LastError,
                report.RequestId));
        Assert.Equal(report, Assert.Single(await History.Show($"{refused}", Ct)));
        Assert.Equal(report, Assert.Single(await History.Show($"{task.Id}", Ct)));
        Assert.Empty(await History.Show($"{Guid.NewGuid()}", Ct));
        Assert.Empty(await History.Show("nothing", Ct));
    }
}
