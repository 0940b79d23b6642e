using Esoz.Pages;
using Esoz.Platform.Jobs;

namespace Esoz.OperatorConsole;

/// <summary>The queue, and the newest tasks. Neither shows whom a task is about.</summary>
/// <param name="Dead">How many tasks were given up, up to <see cref="Most"/>.</param>
/// <param name="Status">Only tasks with it; null = any.</param>
public sealed record JobList(
    ConsoleSession Session, IReadOnlyList<QueueDepth> Depths, int Dead, string? Status, IReadOnlyList<TaskReport> Tasks)
{
    public const string Path = ConsoleScreen.Root + "/jobs";

    /// <summary>How many tasks are shown.</summary>
    public const int Most = 100;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-jobs", Path, ConsoleRole.OpsRead, Show);

    public TimeSpan Oldest => TimeSpan.FromSeconds(Depths.Select(depth => depth.OldestSeconds).DefaultIfEmpty().Max());

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, PostgresDatabase database)
    {
        var ct = context.RequestAborted;
        var status = Parameters.OfQuery(context.Request)["status"] is { } asked && BackgroundTaskStatus.All.Contains(asked) ? asked : null;
        var history = new TaskHistory(database);
        var dead = await history.List(BackgroundTaskStatus.Dead, Most, ct);
        return HtmlPage.Of<JobListPage, JobList>(new(session, await new JobTable(database).Depth(ct), dead.Count, status,
            status == BackgroundTaskStatus.Dead ? dead : await history.List(status, Most, ct)));
    }
}
