using System.Collections.Concurrent;

namespace Esoz.Platform.Jobs;

/// <summary>
/// The queue of one kind of task on one node: claims as many tasks as its capacity allows and runs them in batches. A slow kind does not
/// delay the others.
/// </summary>
internal sealed class TaskQueue(TaskKind kind, string worker, JobTable table, TaskAttempt attempt, JobOptions options, TimeProvider clock)
{
    /// <summary>For a kind with batches, one batch is read while another is written.</summary>
    private readonly int _capacity = kind.BatchSize == 1 ? options.Parallel : 2 * kind.BatchSize;
    private readonly ConcurrentDictionary<(long Id, int Attempt), BackgroundTask> _running = new();
    private readonly Signal _signal = new();

    /// <summary>Signals that there may be tasks to claim.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Claims and starts tasks once, then waits until there may be more.</summary>
    public async Task ClaimAndStart(CancellationToken abandon, CancellationToken stopping)
    {
        var max = Math.Min(_capacity - _running.Count, Math.Max(options.Parallel, kind.BatchSize));
        var claimed = max <= 0 ? [] : await table.Claim(worker, kind.Type, max, options.Lease, CancellationToken.None);
        foreach (var tasks in claimed.Chunk(kind.BatchSize))
            _ = Run(tasks, abandon);
        // A full claim may have left more behind; otherwise a wake-up, the end of a batch or the poll interval starts the next claim.
        if (max <= 0 || claimed.Count < max)
            await _signal.Wait(options.Poll, clock, stopping);
    }

    /// <summary>Renews the leases of the running tasks.</summary>
    public async Task RenewLeases()
    {
        long[] ids = [.. _running.Keys.Select(run => run.Id)];
        if (ids.Length > 0)
            await table.Renew(worker, ids, options.Lease, CancellationToken.None);
    }

    /// <summary>Returns when no task is running.</summary>
    public async Task Drain()
    {
        while (!_running.IsEmpty)
            await _signal.Wait(options.Poll, clock, CancellationToken.None);
    }

    private async Task Run(BackgroundTask[] tasks, CancellationToken abandon)
    {
        foreach (var task in tasks)
            _running[(task.Id, task.Attempt)] = task;
        await Task.Yield();
        await attempt.Run(tasks, abandon);
        foreach (var task in tasks)
            _running.TryRemove((task.Id, task.Attempt), out _);
        _signal.Set();
    }
}
