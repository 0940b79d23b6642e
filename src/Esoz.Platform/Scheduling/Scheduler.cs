using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Scheduling;

/// <summary>
/// Starts each task when it is due, once for a due minute however many nodes there are and whatever their clocks say. Runs of one task
/// never overlap: a run that becomes due during another is skipped. A failed run is logged, and the next one starts as scheduled.
/// </summary>
/// <param name="claim">Claims the run of a task at a due minute for this node; false when it was started before
/// (<see cref="ScheduledRuns"/>).</param>
public sealed class Scheduler(
    IReadOnlyList<ScheduledTask> tasks, Func<string, DateTime, CancellationToken, Task<bool>> claim, TimeProvider clock,
    ScheduleMetrics metrics, ILogger<Scheduler> log) : BackgroundService
{
    /// <summary>The clock is read at least this often: it may be set forward or back, and machines may sleep.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    /// <summary>Time between two attempts to claim a run while the database is away.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(tasks.Select(task => Follow(task, stoppingToken)));

    private async Task Follow(ScheduledTask task, CancellationToken ct)
    {
        // A task that starts with long synchronous work must not delay the start of the program.
        await Task.Yield();
        metrics.Known(task.Name);
        if (task.AtStart is { } atStart)
            await Attempt(task, atStart, ct);
        var since = Now;
        while (task.Next(since) is { } due)
        {
            var now = Now;
            if (now < since)
            {
                log.LogWarning("The clock was set back by {Seconds:F0} s: the schedule of {Task} follows it", (since - now).TotalSeconds,
                    task.Name);
                // A minute that has become due since then is not lost.
                since = now - MaxWait;
            }
            else if (now < due)
                await Task.Delay(due - now < MaxWait ? due - now : MaxWait, clock, ct);
            else if (await IsClaimed(task, due, ct) is { } isClaimed)
            {
                if (isClaimed)
                    await Attempt(task, token => task.Run(due, token), ct);
                since = Now;
            }
            else
                await Task.Delay(Pause, clock, ct);
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Null while the database does not answer: the run is still due.</summary>
    private async Task<bool?> IsClaimed(ScheduledTask task, DateTime due, CancellationToken ct)
    {
        try
        {
            return await claim(task.Name, due, ct);
        }
        catch (NpgsqlException fault)
        {
            log.LogWarning("{Task} is due and not started yet, because the database does not answer: {Reason}", task.Name, fault.Message);
            return null;
        }
    }

    private async Task Attempt(ScheduledTask task, Func<CancellationToken, Task> run, CancellationToken ct)
    {
        using var span = Spans.StartTask(task.Name);
        try
        {
            await run(ct);
            metrics.Ended(task.Name, isDone: true);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            span.Fail(fault);
            metrics.Ended(task.Name, isDone: false);
            log.LogError(fault, "Scheduled task {Task} failed; it runs again at its next due time", task.Name);
        }
    }
}
