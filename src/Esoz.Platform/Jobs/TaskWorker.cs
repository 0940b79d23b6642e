using System.Security.Cryptography;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Runs background tasks on this node: a queue for each kind claims as many as its capacity allows. Leases are renewed while tasks run, and
/// tasks that are unfinished at shutdown are released. Any number of nodes may share the same tasks; the number affects only throughput.
/// When a node crashes, no task is lost: its leases expire and another node recovers the tasks.
/// </summary>
public sealed class TaskWorker(
    JobTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, PostgresDatabase database, TimeProvider clock, QueueMetrics metrics,
    ILogger<TaskWorker> log)
    : BackgroundService
{
    private readonly IReadOnlyList<TaskQueue> _queues = Queues(
        $"{Environment.MachineName}/{Environment.ProcessId}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}", table, kinds,
        options, clock, metrics, log);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var drained = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        var background = Task.WhenAll(
            new NotificationListener(database, WakeUp.Channel, clock, log).Listen(WakeAll, stoppingToken),
            Repeat(options.Poll, TakeOver, stoppingToken),
            Repeat(options.Heartbeat, RenewLeases, drained.Token));

        await Task.WhenAll(_queues.Select(queue => Work(queue, abandon.Token, stoppingToken)));

        abandon.CancelAfter(options.Drain);
        await Task.WhenAll(_queues.Select(queue => queue.Drain()));
        await drained.CancelAsync();
        await background;
    }

    private static TaskQueue[] Queues(
        string worker, JobTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, TimeProvider clock, QueueMetrics metrics,
        ILogger log) =>
    [
        .. kinds.Select(kind => new TaskQueue(kind, worker, table, new(table, kind, options, clock, metrics, log), options, clock)),
    ];

    private async Task Work(TaskQueue queue, CancellationToken abandon, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
            await Guarded(() => queue.ClaimAndStart(abandon, stopping), stopping);
    }

    private void WakeAll()
    {
        foreach (var queue in _queues)
            queue.Wake();
    }

    private Task RenewLeases() => Task.WhenAll(_queues.Select(queue => queue.RenewLeases()));

    private async Task TakeOver()
    {
        if (await table.Recover(options.MaxAttempts, CancellationToken.None) is > 0 and var count)
        {
            log.LogWarning("Requeued {Count} tasks with an expired lease: their worker died or was too slow", count);
            WakeAll();
        }
    }

    private async Task Repeat(TimeSpan interval, Func<Task> action, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Guarded(action, ct);
            await Task.Delay(interval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The loop continues when the database is unreachable, and resumes work when it is available again.</summary>
    private async Task Guarded(Func<Task> action, CancellationToken ct)
    {
        try
        {
            await action();
        }
        catch (PostgresException race) when (race.ConstraintName == "background_tasks_running_key")
        {
            log.LogDebug("Another node claimed a task of the same key concurrently");
        }
        catch (NpgsqlException fault)
        {
            log.LogWarning(fault, "Cannot claim tasks from the job queue; retrying");
            await Task.Delay(options.Poll, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
