namespace Esoz.Platform.Jobs;

/// <summary>
/// One claimed row of <c>background_tasks</c> (data-model §6.4). A client never sees it; a client sees the job behind it.
/// Lifecycle: QUEUED → RUNNING → DONE or DEAD; RUNNING → QUEUED after a fault, an expired lease or a shutdown.
/// </summary>
/// <param name="JobId">Job of the client that waits for it; null for a task without a job.</param>
/// <param name="Key">Tasks with equal key run one after another.</param>
/// <param name="Payload">JSON whose schema depends on the task's kind.</param>
/// <param name="Attempt">Number of this attempt, from 1. Together with <paramref name="Worker"/> it identifies the lease; a later claim has
/// a new one.</param>
/// <param name="Worker">Holder of the lease.</param>
/// <param name="RequestId">Id of the request that created the job.</param>
/// <param name="Traceparent">Its span (W3C trace context); null when it was not traced.</param>
public sealed record BackgroundTask(
    long Id, Guid? JobId, string Type, Guid Key, string Payload, int Attempt, string Worker, string? RequestId,
    string? Traceparent);
