namespace Esoz.Platform.Jobs;

/// <summary>
/// One claimed row of <c>background_tasks</c> (data-model §6.4). A client never sees it; a client sees the job behind it.
/// Lifecycle: QUEUED → RUNNING → DONE or DEAD; RUNNING → QUEUED after a fault, an expired lease or a shutdown.
/// </summary>
/// <param name="JobId">Job of the client that waits for it; null for a task without a job.</param>
/// <param name="Key">Tasks with equal key run one after another.</param>
/// <param name="Payload">JSON, in the shape that the task's kind defines.</param>
/// <param name="Attempt">Number of this attempt, from 1. With <paramref name="Worker"/> it is the lease: a later claim is another.</param>
/// <param name="Worker">Who holds the lease.</param>
/// <param name="RequestId">Id of the request that asked for it.</param>
public sealed record BackgroundTask(
    long Id, Guid? JobId, string Type, Guid Key, string Payload, int Attempt, string Worker, string? RequestId);
