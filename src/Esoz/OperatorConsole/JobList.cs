using Esoz.Pages;
using Esoz.Platform.Jobs;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>The queue, and the newest tasks. Neither shows whom a task is about.</summary>
/// <param name="Dead">How many tasks were given up, up to <see cref="Most"/>.</param>
/// <param name="Status">Only tasks with it; null = any.</param>
/// <param name="Day">The queue of the last day in parts of <see cref="Step"/>; null where nothing was measured.</param>
public sealed record JobList(
    ConsoleSession Session, IReadOnlyList<QueueDepth> Depths, int Dead, string? Status, IReadOnlyList<TaskReport> Tasks,
    IReadOnlyList<(DateTime At, QueuePoint? Point)> Day)
{
    public const string Path = ConsoleScreen.Root + "/jobs";

    /// <summary>How many tasks are shown.</summary>
    public const int Most = 100;

    /// <summary>What one point of the plots stands for.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-jobs", Path, ConsoleRole.OpsRead, Show);

    public TimeSpan Oldest => TimeSpan.FromSeconds(Depths.Select(depth => depth.OldestSeconds).DefaultIfEmpty().Max());

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, PostgresDatabase database, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var status = Parameters.OfQuery(context.Request)["status"] is { } asked && BackgroundTaskStatus.All.Contains(asked) ? asked : null;
        var history = new TaskHistory(database);
        var dead = await history.List(BackgroundTaskStatus.Dead, Most, ct);
        return HtmlPage.Of<JobListPage, JobList>(new(session, await new JobTable(database).Depth(ct), dead.Count, status,
            status == BackgroundTaskStatus.Dead ? dead : await history.List(status, Most, ct),
            await LastDay(database, clock.GetUtcNow().UtcDateTime, ct)));
    }

    private static async Task<IReadOnlyList<(DateTime, QueuePoint?)>> LastDay(PostgresDatabase database, DateTime now, CancellationToken ct)
    {
        var last = new DateTime(now.Ticks - (now.Ticks % Step.Ticks), DateTimeKind.Utc);
        var steps = (int)(TimeSpan.FromDays(1) / Step);
        List<DateTime> times = [.. Enumerable.Range(1 - steps, steps).Select(step => last + (step * Step))];
        var points = (await new RollUpReader(database).Queue(times[0], Step, ct)).ToDictionary(point => point.At);
        return [.. times.Select(at => (at, points.GetValueOrDefault(at)))];
    }
}
