using Esoz.Platform.Http;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>Starts the jobs of the asynchronous methods (compositions §11).</summary>
public sealed class AsyncJobs(JobTable table, JobOptions options, WakeUp wakeUp)
{
    /// <summary>
    /// Commits the job and its task, then wakes the workers. If a job of an identical request (client, user, verb, path, body) is pending,
    /// returns that job and starts nothing.
    /// </summary>
    /// <param name="kind">Kind of the job and type of its task.</param>
    /// <param name="subject">Tasks of one subject run one after another.</param>
    /// <param name="composition">What the job is about.</param>
    /// <param name="payload">JSON for the task.</param>
    public async Task<AsyncJob> Start(
        string kind, Caller caller, HttpRequest request, Body body, Guid subject, Guid composition, string payload, CancellationToken ct)
    {
        var started = await table.Start(new(kind, caller.ClientId, caller.UserId, subject, composition, payload,
            body.HashWith(request), request.HttpContext.TraceIdentifier), options.EtaEstimate, ct);
        if (started.IsNew)
            wakeUp.Send();
        return AsyncJob.Pending(started.Id, started.Eta);
    }
}
