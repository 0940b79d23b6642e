using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>Starts the jobs of the asynchronous methods (compositions §11).</summary>
public sealed class AsyncJobs(JobTable table, JobOptions options, WakeUp wakeUp)
{
    /// <summary>After what time a client that has too many large orders waiting may try again.</summary>
    public TimeSpan RetryAfter => options.EtaEstimate;

    /// <summary>
    /// Commits the job and its task, then wakes the workers. If a job of an identical request (client, user, verb, path, body) is pending,
    /// returns that job and starts nothing.
    /// </summary>
    /// <param name="kind">Kind of the job and type of its task.</param>
    /// <param name="subject">Tasks of one subject run one after another.</param>
    /// <param name="composition">What the job is about.</param>
    /// <param name="payload">JSON for the task.</param>
    public async Task<AsyncJob> Start(
        string kind, Caller caller, HttpRequest request, Body body, Guid subject, Guid composition, string payload, CancellationToken ct) =>
        Started(await table.Start(JobOf(kind, caller, request, body, subject, composition, payload), options.EtaEstimate, ct));

    /// <summary>The same for a large body; null when <c>JOB_MAX_PENDING_LARGE</c> others of the client wait.</summary>
    public async Task<AsyncJob?> StartLarge(
        string kind, Caller caller, HttpRequest request, Body body, Guid subject, Guid composition, string payload, CancellationToken ct) =>
        await table.StartLarge(JobOf(kind, caller, request, body, subject, composition, payload), options.MaxPendingLarge,
            options.EtaEstimate, ct) is { } started ? Started(started) : null;

    private static NewJob JobOf(
        string kind, Caller caller, HttpRequest request, Body body, Guid subject, Guid composition, string payload) =>
        new(kind, caller.ClientId, caller.UserId, subject, composition, payload, body.HashWith(request),
            request.HttpContext.TraceIdentifier);

    private AsyncJob Started(StartedJob job)
    {
        if (job.IsNew)
            wakeUp.Send();
        return AsyncJob.Pending(job.Id, job.Eta);
    }
}
