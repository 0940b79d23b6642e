using System.Globalization;
using Esoz.Pages;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.OperatorConsole;

/// <summary>One task, which can be retried when it was given up.</summary>
/// <param name="IsRetried">It was, just now.</param>
public sealed record JobView(ConsoleSession Session, TaskReport Task, bool IsRetried)
{
    private const string Template = JobList.Path + "/{id}";

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why it cannot be retried.</summary>
    public Words? Fault { get; init; }

    public bool MayRetry => Task.Status == BackgroundTaskStatus.Dead && Session.May(ConsoleRole.OpsAct);

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-job", Template, ConsoleRole.OpsRead, Show);

    public static PageRoute RetryForm { get; } = ConsoleScreen.Changes("console-job-retry", Template + "/retry", ConsoleRole.OpsAct, Retry);

    public static string Address(long task) => $"{JobList.Path}/{task.ToString(CultureInfo.InvariantCulture)}";

    private static async Task<IResult> Show(HttpContext context, string id, ConsoleSession session, PostgresDatabase database) =>
        await Find(database, id, context.RequestAborted) is { } task
            ? HtmlPage.Of<JobViewPage, JobView>(new(session, task, context.Request.Query.ContainsKey("done")))
            : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);

    private static async Task<IResult> Retry(
        HttpContext context, string id, ConsoleSession session, ConsoleForm form, Confirmation confirmation, PostgresDatabase database)
    {
        var ct = context.RequestAborted;
        if (await Find(database, id, ct) is not { } task)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        var shown = new JobView(session, task, IsRetried: false);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return Refused(shown with { Problem = problem });
        try
        {
            if (!await new JobTable(database.By(session, context)).Requeue(id, ct))
                return Refused(shown with { Fault = NotDead });
        }
        catch (PostgresException twin) when (twin.ConstraintName == JobTable.PendingRequestKey)
        {
            return Refused(shown with { Fault = SentAgain });
        }
        await PageRoute.Record(context, StatusCodes.Status303SeeOther, task.Job is { } job ? new AccessedIds(job) : null);
        return new SeeOther($"{Address(task.Task)}?done=1");
    }

    private static HtmlPage Refused(JobView view) => HtmlPage.Of<JobViewPage, JobView>(view, StatusCodes.Status422UnprocessableEntity);

    private static async Task<TaskReport?> Find(PostgresDatabase database, string id, CancellationToken ct) =>
        await new TaskHistory(database).Show(id, ct) is [.., var task] ? task : null;

    private static readonly Words NotDead = new("Завдання не припинене: повторювати нічого.", "The task was not given up: there is nothing to retry.");

    private static readonly Words SentAgain = new(
        "Система клієнта вже надіслала той самий запит знову, і він чекає: повторювати нічого.",
        "The client has already sent the same request again, and it waits: there is nothing to retry.");
}
