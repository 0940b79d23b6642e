using System.Security.Cryptography;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Runs background tasks on this node: a lane for each kind claims as many as it has room for; their leases are kept, and at shutdown is
/// given back what could not be finished. Any number of nodes work on one queue; how many changes only the speed. A node that dies loses nothing: its
/// leases expire and any node takes the tasks over.
/// </summary>
public sealed class TaskWorker(
    TaskTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, PostgresDatabase database, TimeProvider clock, QueueMetrics metrics, ILogger<TaskWorker> log)
    : BackgroundService
{
    private readonly IReadOnlyList<TaskLane> _lanes = Lanes(
        $"{Environment.MachineName}/{Environment.ProcessId}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}", table, kinds, options, clock, metrics, log);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var drained = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        var beside = Task.WhenAll(
            new NotificationListener(database, WakeUp.Channel, clock, log).Listen(RingAll, stoppingToken),
            Repeat(options.Poll, TakeOver, stoppingToken),
            Repeat(options.Heartbeat, RenewLeases, drained.Token));

        await Task.WhenAll(_lanes.Select(lane => Work(lane, abandon.Token, stoppingToken)));

        abandon.CancelAfter(options.Drain);
        await Task.WhenAll(_lanes.Select(lane => lane.Drain()));
        await drained.CancelAsync();
        await beside;
    }

    private static TaskLane[] Lanes(
        string worker, TaskTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, TimeProvider clock, QueueMetrics metrics, ILogger log) =>
        [.. kinds.Select(kind => new TaskLane(kind, worker, table, new TaskAttempt(table, kind, options, clock, metrics, log), options, clock))];

    private async Task Work(TaskLane lane, CancellationToken abandon, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
            await Guarded(() => lane.ClaimAndStart(abandon, stopping), stopping);
    }

    private void RingAll()
    {
        foreach (var lane in _lanes)
            lane.Ring();
    }

    private Task RenewLeases() => Task.WhenAll(_lanes.Select(lane => lane.RenewLeases()));

    private async Task TakeOver()
    {
        if (await table.Recover(options.MaxAttempts, CancellationToken.None) is > 0 and var count)
        {
            log.LogWarning("Took over {Count} tasks whose worker fell silent", count);
            RingAll();
        }
        metrics.Measured(await table.Depth(CancellationToken.None));
    }

    private async Task Repeat(TimeSpan interval, Func<Task> action, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Guarded(action, ct);
            await Task.Delay(interval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A database that does not answer stops nobody: the loop goes on when it is back.</summary>
    private async Task Guarded(Func<Task> action, CancellationToken ct)
    {
        try
        {
            await action();
        }
        catch (PostgresException race) when (race.ConstraintName == "background_tasks_running_key")
        {
            log.LogDebug("Another node claimed a task of the same key at the same moment");
        }
        catch (NpgsqlException fault)
        {
            log.LogWarning(fault, "The queue does not answer");
            await Task.Delay(options.Poll, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
