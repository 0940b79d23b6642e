using System.Security.Cryptography;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Runs background tasks on this node: a lane for each kind claims as many as it has room for; their leases are kept, and at shutdown is
/// given back what could not be finished. Any number of nodes work on one queue; how many changes only the speed. A node that dies loses nothing: its
/// leases expire and any node takes the tasks over.
/// </summary>
public sealed class TaskWorker : BackgroundService
{
    private readonly string _name = $"{Environment.MachineName}/{Environment.ProcessId}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly TaskTable _table;
    private readonly JobOptions _options;
    private readonly PostgresDatabase _database;
    private readonly TimeProvider _clock;
    private readonly QueueMetrics _metrics;
    private readonly ILogger<TaskWorker> _log;
    private readonly IReadOnlyList<TaskLane> _lanes;

    public TaskWorker(
        TaskTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, PostgresDatabase database, TimeProvider clock, QueueMetrics metrics, ILogger<TaskWorker> log)
    {
        (_table, _options, _database, _clock, _metrics, _log) = (table, options, database, clock, metrics, log);
        _lanes = [.. kinds.Select(kind => new TaskLane(kind, _name, table, new TaskAttempt(table, kind, options, clock, metrics, log), options, clock))];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var drained = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock);
        var beside = Task.WhenAll(
            new NotificationListener(_database, WakeUp.Channel, _clock, _log).Listen(RingAll, stoppingToken),
            Repeat(_options.Poll, TakeOver, stoppingToken),
            Repeat(_options.Heartbeat, RenewLeases, drained.Token));

        await Task.WhenAll(_lanes.Select(lane => Work(lane, abandon.Token, stoppingToken)));

        abandon.CancelAfter(_options.Drain);
        await Task.WhenAll(_lanes.Select(lane => lane.Drain()));
        await drained.CancelAsync();
        await beside;
    }

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

    private async Task RenewLeases()
    {
        long[] ids = [.. _lanes.SelectMany(lane => lane.Running)];
        if (ids.Length > 0)
            await _table.Renew(_name, ids, _options.Lease, CancellationToken.None);
    }

    private async Task TakeOver()
    {
        if (await _table.Recover(_options.MaxAttempts, CancellationToken.None) is > 0 and var count)
        {
            _log.LogWarning("Took over {Count} tasks whose worker fell silent", count);
            RingAll();
        }
        _metrics.Measured(await _table.Depth(CancellationToken.None));
    }

    private async Task Repeat(TimeSpan interval, Func<Task> action, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Guarded(action, ct);
            await Task.Delay(interval, _clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
            _log.LogDebug("Another node claimed a task of the same key at the same moment");
        }
        catch (NpgsqlException fault)
        {
            _log.LogWarning(fault, "The queue does not answer");
            await Task.Delay(_options.Poll, _clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
