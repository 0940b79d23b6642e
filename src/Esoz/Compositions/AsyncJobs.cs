using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>Starts the jobs of the asynchronous methods (compositions §11).</summary>
public sealed class AsyncJobs(PostgresDatabase database, JobOptions options, WakeUp wakeUp)
{
    /// <summary>
    /// Commits the job and the task behind it together, then wakes the workers. While a job of an equal request (client, user, verb,
    /// path, body) is pending, that job is returned and nothing is started.
    /// </summary>
    /// <param name="kind">Kind of the job and type of its task.</param>
    /// <param name="subject">Tasks of one subject run one after another.</param>
    /// <param name="composition">What the job is about. An id that is known before the task runs cannot be made twice.</param>
    /// <param name="payload">JSON for the task.</param>
    public async Task<AsyncJob> Start(
        string kind, Caller caller, HttpRequest request, Body body, Guid subject, Guid composition, string payload, CancellationToken ct)
    {
        await using var command = database.Command(Sql, Guid.NewGuid(), caller.ClientId, caller.UserId, kind, options.EtaEstimate,
            composition, body.HashWith(request), request.HttpContext.TraceIdentifier, subject, payload);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        if (row.GetBoolean(2))
            wakeUp.Send();
        return AsyncJob.Pending(row.GetGuid(0), row.GetDateTime(1));
    }

    /// <summary>
    /// Of equal requests that arrive together, the index lets one insert; the others wait for it and touch its job instead, which gives
    /// them its id. A job that ended meanwhile is no obstacle: then the insert is tried again by PostgreSQL and wins.
    /// </summary>
    private const string Sql = """
        WITH job AS (
          INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id)
          VALUES ($1, $2, $3, $4, 'PENDING', now() + $5, $6, $7, $8)
          ON CONFLICT (client_id, user_id, request_hash) WHERE status = 'PENDING'
          DO UPDATE SET eta = CASE WHEN async_jobs.eta > now() THEN async_jobs.eta ELSE now() + $5 END, updated_at = now()
          RETURNING id, eta, id = $1 AS is_new
        ), task AS (
          INSERT INTO background_tasks (job_id, type, key, payload, status)
          SELECT id, $4, $9, $10::jsonb, 'QUEUED' FROM job WHERE is_new
        )
        SELECT id, eta, is_new FROM job
        """;
}
