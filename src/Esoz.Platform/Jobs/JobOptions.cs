using Esoz.Platform.Configuration;

namespace Esoz.Platform.Jobs;

/// <summary>Settings of jobs and their background tasks (compositions §11, §13).</summary>
public sealed record JobOptions
{
    /// <summary>JOB_ETA_ESTIMATE_SECONDS: estimated duration of a pending job, from which its ETA is calculated.</summary>
    public required TimeSpan EtaEstimate { get; init; }

    /// <summary>JOB_TTL_DAYS: how long a finished job can be queried.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>JOB_MAX_ATTEMPTS: how many times a task is started before it becomes DEAD.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>
    /// JOB_MAX_PENDING_LARGE: how many large signed orders of one client may wait at a time. Each takes up to 10 MB of the database.
    /// </summary>
    public int MaxPendingLarge { get; init; } = 20;

    /// <summary>Tasks of one kind that a node runs concurrently; a kind with batches runs two batches.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>Duration of a lease. A task whose lease has expired is recovered by any node.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Interval of lease renewal.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the queue is polled when no wake-up arrives, and how often expired leases are recovered.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time limit of one attempt; a task that hangs counts as an infrastructure fault.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a node waits for its running tasks at shutdown before it releases them.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Delays after the first, second … failed attempt, before ±20 % jitter; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> RetryWaits { get; init; } =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(128)];

    public static JobOptions Read(SettingReader read) => new()
    {
        EtaEstimate = TimeSpan.FromSeconds(read.Integer("JOB_ETA_ESTIMATE_SECONDS", 5, 1, 3600)),
        Retention = TimeSpan.FromDays(read.Integer("JOB_TTL_DAYS", 7, 1, 3650)),
        MaxAttempts = read.Integer("JOB_MAX_ATTEMPTS", 5, 1, 100),
        MaxPendingLarge = read.Integer("JOB_MAX_PENDING_LARGE", 20, 1, 10_000),
    };

    /// <summary>
    /// Delay after the given failed attempt (from 1), with ±20 % jitter so that tasks that failed together are not retried together.
    /// </summary>
    public TimeSpan RetryWait(int attempt)
    {
        var wait = RetryWaits[Math.Min(attempt, RetryWaits.Count) - 1];
        return wait * (0.8 + (0.4 * Random.Shared.NextDouble()));
    }
}
