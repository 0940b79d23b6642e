using Esoz.Platform.Telemetry;

namespace Esoz.Platform.Scheduling;

/// <summary>
/// Starts each task when it is due. Runs of one task never overlap: a run that becomes due during another is skipped. A failed run is
/// logged, and the next one starts as scheduled.
/// </summary>
public sealed class Scheduler(IReadOnlyList<ScheduledTask> tasks, TimeProvider clock, ILogger<Scheduler> log) : BackgroundService
{
    /// <summary>The clock is read at least this often, because it may be changed and machines may sleep.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(tasks.Select(task => Follow(task, stoppingToken)));

    private async Task Follow(ScheduledTask task, CancellationToken ct)
    {
        // A task that starts with long synchronous work must not delay the start of the program.
        await Task.Yield();
        if (task.AtStart is { } atStart)
            await Attempt(task, atStart, ct);
        while (task.Next(Now) is { } due)
        {
            while (Now < due)
                await Task.Delay(due - Now < MaxWait ? due - Now : MaxWait, clock, ct);
            await Attempt(task, token => task.Run(due, token), ct);
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private async Task Attempt(ScheduledTask task, Func<CancellationToken, Task> run, CancellationToken ct)
    {
        using var span = Spans.StartTask(task.Name);
        try
        {
            await run(ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            span.Fail(fault);
            log.LogError(fault, "Scheduled task {Task} failed; it runs again at its next due time", task.Name);
        }
    }
}
