using System.Diagnostics;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>One attempt at a batch of claimed tasks: handles them, then writes their outcomes, guarded by the lease.</summary>
internal sealed class TaskAttempt(JobTable table, TaskKind kind, JobOptions options, TimeProvider clock, QueueMetrics metrics, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Never throws: when the outcome cannot be written, the lease expires and the tasks are recovered.</summary>
    /// <param name="tasks">A batch. When it fails, each task is retried individually, so that one task cannot make the others fail.</param>
    /// <param name="abandon">Cancelled when the drain time of a shutdown is over; the tasks are then released.</param>
    public async Task Run(IReadOnlyList<BackgroundTask> tasks, CancellationToken abandon)
    {
        if (tasks.Count > 1 && await IsDoneAsBatch(tasks, abandon))
            return;
        await Task.WhenAll(tasks.Select(task => RunAlone(task, abandon)));
    }

    private async Task<bool> IsDoneAsBatch(IReadOnlyList<BackgroundTask> tasks, CancellationToken abandon)
    {
        using var span = SpanOf(tasks);
        var started = clock.GetTimestamp();
        try
        {
            foreach (var end in await Handle(tasks, abandon))
            {
                using var scope = ScopeOf(end.Task);
                metrics.Attempted(kind.Type, Report(end), clock.GetElapsedTime(started));
            }
            return true;
        }
        catch (Exception fault)
        {
            log.LogDebug(fault, "A batch of {Count} tasks {Type} failed; running them one by one", tasks.Count, kind.Type);
            span.Fail(fault);
            return false;
        }
    }

    private async Task RunAlone(BackgroundTask task, CancellationToken abandon)
    {
        using var scope = ScopeOf(task);
        using var span = SpanOf([task]);
        var started = clock.GetTimestamp();
        string outcome;
        try
        {
            outcome = Report((await Handle([task], abandon))[0]);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            log.LogInformation("{Type} returned to the queue: the node is stopping", kind.Type);
            outcome = await Write(() => table.Release(task, CancellationToken.None), task, "released", abandon);
        }
        catch (Exception fault)
        {
            span.Fail(fault);
            outcome = await Fault(task, fault, abandon);
        }
        span?.SetTag(Spans.Outcome, outcome);
        metrics.Attempted(kind.Type, outcome, clock.GetElapsedTime(started));
    }

    /// <returns>The outcome of each task; null when its lease was lost.</returns>
    private async Task<IReadOnlyList<(BackgroundTask Task, TaskOutcome? Outcome)>> Handle(
        IReadOnlyList<BackgroundTask> tasks, CancellationToken abandon)
    {
        using var limit = new CancellationTokenSource(options.AttemptLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abandon);
        var outcomes = await kind.Handle(tasks, either.Token);
        EndedTask[] ended = [.. tasks.Zip(outcomes, (task, outcome) => new EndedTask(task, outcome))];
        var written = await table.Finish(ended, either.Token);
        return [.. ended.Select(end => (end.Task, written.Contains(end.Task.Id) ? end.Outcome : null))];
    }

    /// <returns>The outcome for the metrics: done, refused or lost.</returns>
    private string Report((BackgroundTask Task, TaskOutcome? Outcome) end)
    {
        if (end.Outcome is null)
            return Lost(end.Task);
        if (end.Outcome is not TaskOutcome.Refused { Refusal: var refusal })
            return "done";
        log.LogInformation("{Type} refused: {Code} {Name}: {Reason}", kind.Type, refusal.Code?.Number, refusal.Code?.Name, refusal.Message);
        return "refused";
    }

    private async Task<string> Fault(BackgroundTask task, Exception fault, CancellationToken abandon)
    {
        if (task.Attempt >= options.MaxAttempts)
        {
            log.LogError(fault, "{Type} failed for the last time, after {Attempt} attempts; the task is DEAD. Requeue it with: esoz job retry", kind.Type, task.Attempt);
            return await Write(() => table.GiveUp(task, KindOf(fault), CancellationToken.None), task, "dead", abandon);
        }
        log.LogWarning(fault, "{Type} failed in attempt {Attempt}; it will be retried", kind.Type, task.Attempt);
        // The conflicting change is already committed, so the task can be retried at once.
        var wait = fault is TaskSupersededException ? TimeSpan.Zero : options.RetryWait(task.Attempt);
        return await Write(() => table.Retry(task, wait, KindOf(fault), CancellationToken.None), task, "retried", abandon);
    }

    /// <summary>Often the fault is an unreachable database, so the write is retried until the lease expires.</summary>
    private async Task<string> Write(Func<Task<bool>> write, BackgroundTask task, string outcome, CancellationToken abandon)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await write() ? outcome : Lost(task);
            }
            catch (NpgsqlException fault) when (clock.GetElapsedTime(started) < options.Lease && !abandon.IsCancellationRequested)
            {
                log.LogDebug(fault, "Cannot write the outcome of the attempt yet; retrying");
                await Task.Delay(Pause, clock, abandon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (NpgsqlException fault)
            {
                log.LogWarning(fault, "Cannot write the outcome of the attempt; the task will be retried when its lease expires");
                return "lost";
            }
        }
    }

    /// <summary>Null when the attempt is not traced.</summary>
    private Activity? SpanOf(IReadOnlyList<BackgroundTask> tasks) => Spans.StartTask(kind.Type, tasks.Select(task => task.Traceparent))?
        .SetTag(Spans.JobId, tasks is [var one] ? one.JobId?.ToString() : tasks.Select(task => task.JobId?.ToString() ?? "").ToArray())
        .SetTag(Spans.RequestId, tasks is [var alone] ? alone.RequestId : tasks.Select(task => task.RequestId ?? "").ToArray());

    private IDisposable? ScopeOf(BackgroundTask task) =>
        log.BeginScope(
            new KeyValuePair<string, object?>[] { new("request_id", task.RequestId), new("task", task.Id), new("job", task.JobId) });

    private string Lost(BackgroundTask task)
    {
        log.LogWarning("{Type}: attempt {Attempt} lost its lease; nothing was written", kind.Type, task.Attempt);
        return "lost";
    }

    /// <summary>Type and SQLSTATE only: messages may contain data values.</summary>
    private static string KindOf(Exception fault)
    {
        var type = fault is PostgresException postgres ? $"{nameof(PostgresException)} {postgres.SqlState}" : fault.GetType().Name;
        return fault.InnerException is { } inner ? $"{type}: {KindOf(inner)}" : type;
    }
}
