using System.Collections.Concurrent;

namespace Esoz.Platform.Jobs;

/// <summary>
/// The tasks of one kind on one node: claims as many as there is room for and runs them, those that can go together as one. What
/// takes long in one kind keeps no other waiting.
/// </summary>
internal sealed class TaskLane(TaskKind kind, string worker, TaskTable table, TaskAttempt attempt, JobOptions options, TimeProvider clock)
{
    /// <summary>Of tasks that go together, one run loads while another is written.</summary>
    private readonly int _room = kind.Together == 1 ? options.Parallel : 2 * kind.Together;
    private readonly ConcurrentDictionary<(long Id, int Attempt), BackgroundTask> _running = new();
    private readonly Bell _bell = new();

    /// <summary>There may be something to claim.</summary>
    public void Ring() => _bell.Ring();

    /// <summary>Claims and starts once, then waits until there may be more.</summary>
    public async Task ClaimAndStart(CancellationToken abandon, CancellationToken stopping)
    {
        var most = Math.Min(_room - _running.Count, Math.Max(options.Parallel, kind.Together));
        var claimed = most <= 0 ? [] : await table.Claim(worker, kind.Type, most, options.Lease, CancellationToken.None);
        foreach (var tasks in claimed.Chunk(kind.Together))
            _ = Run(tasks, abandon);
        // A full claim may have left more behind; otherwise a wake-up, the end of a run or the poll interval brings the next look.
        if (most <= 0 || claimed.Count < most)
            await _bell.Wait(options.Poll, clock, stopping);
    }

    /// <summary>Prolongs the leases of what runs.</summary>
    public async Task RenewLeases()
    {
        long[] ids = [.. _running.Keys.Select(run => run.Id)];
        if (ids.Length > 0)
            await table.Renew(worker, ids, options.Lease, CancellationToken.None);
    }

    /// <summary>Returns when nothing runs any more.</summary>
    public async Task Drain()
    {
        while (!_running.IsEmpty)
            await _bell.Wait(options.Poll, clock, CancellationToken.None);
    }

    private async Task Run(BackgroundTask[] tasks, CancellationToken abandon)
    {
        foreach (var task in tasks)
            _running[(task.Id, task.Attempt)] = task;
        await Task.Yield();
        await attempt.Run(tasks, abandon);
        foreach (var task in tasks)
            _running.TryRemove((task.Id, task.Attempt), out _);
        _bell.Ring();
    }
}
