using System.Collections.Concurrent;
using System.Security.Cryptography;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Runs background tasks on this node: claims as many as it has room for, keeps their leases, and gives back at shutdown what it
/// could not finish. Any number of nodes work on one queue; how many changes only the speed. A node that dies loses nothing: its
/// leases expire and any node takes the tasks over.
/// </summary>
public sealed class TaskWorker(
    TaskTable table, IReadOnlyList<TaskKind> kinds, JobOptions options, PostgresDatabase database, TimeProvider clock, QueueMetrics metrics, ILogger<TaskWorker> log)
    : BackgroundService
{
    private readonly string _name = $"{Environment.MachineName}/{Environment.ProcessId}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly string[] _types = [.. kinds.Select(kind => kind.Type)];
    private readonly TaskAttempt _attempt = new(table, kinds, options, clock, metrics, log);
    private readonly ConcurrentDictionary<(long Id, int Attempt), BackgroundTask> _running = new();
    private readonly Bell _bell = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var drained = new CancellationTokenSource();
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        var beside = Task.WhenAll(
            new NotificationListener(database, WakeUp.Channel, clock, log).Listen(_bell.Ring, stoppingToken),
            Repeat(options.Poll, TakeOver, stoppingToken),
            Repeat(options.Heartbeat, RenewLeases, drained.Token));

        while (!stoppingToken.IsCancellationRequested)
            await Guarded(() => ClaimAndStart(abandon.Token, stoppingToken), stoppingToken);

        await Drain(abandon);
        await drained.CancelAsync();
        await beside;
    }

    private async Task ClaimAndStart(CancellationToken abandon, CancellationToken stopping)
    {
        var room = options.Parallel - _running.Count;
        var claimed = room == 0 ? [] : await table.Claim(_name, _types, room, options.Lease, CancellationToken.None);
        foreach (var task in claimed)
        {
            _running[(task.Id, task.Attempt)] = task;
            _ = Run(task, abandon);
        }
        // A full claim may have left more behind; otherwise a wake-up, the end of a task or the poll interval brings the next look.
        if (room == 0 || claimed.Count < room)
            await _bell.Wait(options.Poll, clock, stopping);
    }

    private async Task Run(BackgroundTask task, CancellationToken abandon)
    {
        await Task.Yield();
        await _attempt.Run(task, abandon);
        _running.TryRemove((task.Id, task.Attempt), out _);
        _bell.Ring();
    }

    private async Task Drain(CancellationTokenSource abandon)
    {
        abandon.CancelAfter(options.Drain);
        while (!_running.IsEmpty)
            await _bell.Wait(options.Poll, clock, CancellationToken.None);
    }

    private async Task RenewLeases()
    {
        long[] ids = [.. _running.Keys.Select(run => run.Id)];
        if (ids.Length > 0)
            await table.Renew(_name, ids, options.Lease, CancellationToken.None);
    }

    private async Task TakeOver()
    {
        if (await table.Recover(options.MaxAttempts, CancellationToken.None) is > 0 and var count)
        {
            log.LogWarning("Took over {Count} tasks whose worker fell silent", count);
            _bell.Ring();
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
