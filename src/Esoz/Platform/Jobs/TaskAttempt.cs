using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>One run of one claimed task: carry out, then write how it ended, guarded by the lease.</summary>
internal sealed class TaskAttempt(
    TaskTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, TimeProvider clock, QueueMetrics metrics, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TaskKind> _kinds = kinds.ToDictionary(kind => kind.Type);

    /// <summary>Never throws: what cannot be written now is left to the end of the lease.</summary>
    /// <param name="abandon">Cancelled when the node cannot wait any longer; the task is then given back.</param>
    public async Task Run(BackgroundTask task, CancellationToken abandon)
    {
        using var scope = log.BeginScope(new KeyValuePair<string, object?>[] { new("request_id", task.RequestId), new("task", task.Id), new("job", task.JobId) });
        var started = clock.GetTimestamp();
        var outcome = await CarryOut(task, abandon);
        metrics.Attempted(task.Type, outcome, clock.GetElapsedTime(started));
    }

    private async Task<string> CarryOut(BackgroundTask task, CancellationToken abandon)
    {
        using var limit = new CancellationTokenSource(options.AttemptLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, abandon);
        try
        {
            var outcome = await _kinds[task.Type].Handle(task, either.Token);
            if (!await table.Finish(task, outcome, either.Token))
                return Lost(task);
            return outcome is TaskOutcome.Refused ? "refused" : "done";
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            log.LogInformation("{Type} given back: the node stops", task.Type);
            return await Write(() => table.Release(task, CancellationToken.None), task, "released", abandon);
        }
        catch (Exception fault)
        {
            return await Fault(task, fault, abandon);
        }
    }

    private async Task<string> Fault(BackgroundTask task, Exception fault, CancellationToken abandon)
    {
        var kind = KindOf(fault);
        if (task.Attempt >= options.MaxAttempts)
        {
            log.LogError(fault, "{Type} given up after {Attempt} attempts", task.Type, task.Attempt);
            return await Write(() => table.GiveUp(task, kind, CancellationToken.None), task, "dead", abandon);
        }
        log.LogWarning(fault, "{Type} failed in attempt {Attempt} and will be tried again", task.Type, task.Attempt);
        return await Write(() => table.Retry(task, options.RetryWait(task.Attempt), kind, CancellationToken.None), task, "retried", abandon);
    }

    /// <summary>The fault is often that the database does not answer, so writing it down is tried for as long as the lease lasts.</summary>
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
                log.LogDebug(fault, "The end of the attempt could not be written yet");
                await Task.Delay(Pause, clock, abandon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (NpgsqlException fault)
            {
                log.LogWarning(fault, "The end of the attempt could not be written; its lease will expire");
                return "lost";
            }
        }
    }

    private string Lost(BackgroundTask task)
    {
        log.LogWarning("{Type}: the lease of attempt {Attempt} is lost, nothing was written", task.Type, task.Attempt);
        return "lost";
    }

    /// <summary>Type and SQLSTATE only: messages may quote values.</summary>
    private static string KindOf(Exception fault)
    {
        var kind = fault is PostgresException postgres ? $"{nameof(PostgresException)} {postgres.SqlState}" : fault.GetType().Name;
        return fault.InnerException is { } inner ? $"{kind}: {KindOf(inner)}" : kind;
    }
}
