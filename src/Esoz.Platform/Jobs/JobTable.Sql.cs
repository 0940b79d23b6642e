using Esoz.Platform.Database;

namespace Esoz.Platform.Jobs;

/// <content>
/// The statements. Rows are found by their keys, and their status is compared with IS NOT DISTINCT FROM: the queue is usually empty when
/// the planner collects statistics, so the planner would choose an index of the pending rows for each lookup, and in a deep queue each
/// lookup would read all of them (docs/adr/0014-tasks-in-batches.md).
/// </content>
public sealed partial class JobTable
{
    /// <summary>Payload of a task that is DONE: it holds personal data and is of no more use.</summary>
    private const string NoPayload = "{}";

    /// <summary>
    /// When equal requests arrive concurrently, the unique index lets one insert; the others wait for it and update its job instead, which
    /// returns its id. If that job ends meanwhile, PostgreSQL retries the insert.
    /// </summary>
    private const string StartSql = $"""
        WITH job AS (
          INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id, is_large)
          VALUES ($1, $2, $3, $4, '{JobStatus.Pending}', now() + $5, $6, $7, $8, $11)
          ON CONFLICT (client_id, user_id, request_hash) WHERE status = '{JobStatus.Pending}'
          DO UPDATE SET eta = CASE WHEN async_jobs.eta > now() THEN async_jobs.eta ELSE now() + $5 END, updated_at = now()
          RETURNING id, eta, id = $1 AS is_new
        ), task AS (
          INSERT INTO background_tasks (job_id, type, key, payload, status, traceparent)
          SELECT id, $4, $9, $10::jsonb, '{BackgroundTaskStatus.Queued}', $12 FROM job WHERE is_new
        )
        SELECT id, eta, is_new FROM job
        """;

    /// <summary>Concurrent large requests of one client are counted one after another.</summary>
    private const string LockLargeSql = "SELECT pg_advisory_xact_lock(hashtextextended('esoz.large_jobs.' || $1::text, 0))";

    /// <summary>Not counted is an equal request: it starts nothing.</summary>
    private const string CountLargeSql = $"""
        SELECT count(*) FROM async_jobs
         WHERE client_id = $1 AND status = '{JobStatus.Pending}' AND is_large AND (user_id, request_hash) <> ($2, $3)
        """;

    /// <summary>
    /// Reads a dedicated index, in which the client comes first. A read by the primary key would fetch another client's job before
    /// rejecting it, and the response time would reveal that the job exists. The id is compared as bytes so that the planner cannot use the
    /// primary key.
    /// </summary>
    internal const string FindSql = """
        SELECT status, eta, now(), composition_id, error_code, error_name, error_message
          FROM async_jobs
         WHERE client_id = $2 AND uuid_send(id) = uuid_send($1)
        """;

    internal static PointRead<(Guid Id, Guid Client), JobState> FindRead { get; } = new(FindSql, key => [key.Id, key.Client], row => new(
        row.GetString(0), row.GetDateTime(1), row.GetDateTime(2), row.IsDBNull(3) ? null : row.GetGuid(3),
        row.IsDBNull(4) ? null : new(row.GetInt32(4), row.GetString(5), row.GetString(6))));

    /// <summary>
    /// A task waits while another task with its key is running or was queued earlier, even if that one is waiting for a retry. Most of the
    /// waiting ones are parked (docs/adr/0025-parked-tasks.md) and are not read; of the others both conditions are checked until the limit
    /// is reached: a plain NOT EXISTS would be planned as a join with the whole queue, and claims must be fast when the queue is deep. Two
    /// concurrent claims that do not see each other conflict on
    /// <c>background_tasks_running_key</c>: the second fails with a unique violation.
    /// </summary>
    internal const string ClaimSql = $"""
        WITH due AS (
          SELECT id
            FROM background_tasks task
           WHERE type = $2 AND status = '{BackgroundTaskStatus.Queued}' AND NOT is_parked AND run_at <= now()
             AND EXISTS (
               SELECT FROM background_tasks earlier
                WHERE earlier.key = task.key AND earlier.id < task.id
                  AND (earlier.status IN ('{BackgroundTaskStatus.Queued}', '{BackgroundTaskStatus.Running}')) IS TRUE) IS FALSE
             AND EXISTS (
               SELECT FROM background_tasks running
                WHERE running.key = task.key AND running.status = '{BackgroundTaskStatus.Running}') IS FALSE
           ORDER BY run_at, id
           LIMIT $3
             FOR UPDATE SKIP LOCKED
        )
        UPDATE background_tasks task
           SET status = '{BackgroundTaskStatus.Running}', attempts = attempts + 1, locked_by = $1, locked_until = now() + $4,
             updated_at = now()
          FROM due
         WHERE task.id = due.id
        RETURNING task.id, task.job_id, task.type, task.key, task.payload, task.attempts,
                  (SELECT request_id FROM async_jobs WHERE async_jobs.id = task.job_id), task.traceparent
        """;

    private const string RenewSql = """
        UPDATE background_tasks task SET locked_until = now() + $3, updated_at = now()
          FROM (SELECT id FROM background_tasks WHERE id = ANY ($2) AND locked_by = $1 FOR UPDATE SKIP LOCKED) held
         WHERE task.id = held.id
        """;

    /// <summary>
    /// <c>granted</c> contains the tasks whose lease is still held and whose job, if any, was ended by this statement. The result is the
    /// ids of the ended tasks, the number of granted tasks, and the number of rows that each write affected. The audit log learns where the
    /// changes come from: here when that is one request, from the jobs themselves when the tasks are a batch.
    /// </summary>
    private static string CompleteSql(IReadOnlyList<RowWrite> writes) => $"""
        WITH ended AS (
          SELECT id, attempts, writes::jsonb FROM unnest($2::bigint[], $3::integer[], $4::text[]) AS ended (id, attempts, writes)
        ), lease AS (
          UPDATE background_tasks task
             SET status = '{BackgroundTaskStatus.Done}', payload = '{NoPayload}', locked_by = NULL, locked_until = NULL,
               updated_at = now()
            FROM ended
           WHERE task.id = ended.id AND task.attempts = ended.attempts AND task.locked_by = $1
          RETURNING task.id, task.job_id, ended.writes
        ), job AS (
          UPDATE async_jobs job
             SET status = '{JobStatus.Done}', eta = now(), done_at = now(), updated_at = now()
            FROM lease
           WHERE job.id = lease.job_id AND job.status IS NOT DISTINCT FROM '{JobStatus.Pending}'
          RETURNING job.id, job.client_id || ' ' || job.request_id AS origin
        ), granted AS (
          SELECT writes FROM lease WHERE job_id IS NULL OR job_id IN (SELECT id FROM job)
        ){string.Concat(writes.Select((write, number) => $", write_{number} AS (\n{write.Statement(number, "granted")}\n)"))}
        SELECT ARRAY(SELECT id FROM lease),
               (SELECT count(*) FROM granted){string.Concat(writes.Select((_, number) => $", (SELECT count(*) FROM write_{number})"))},
               set_config('app.origin', (SELECT CASE WHEN count(DISTINCT origin) = 1 THEN min(origin) END FROM job), true)
        """;

    private const string FailSql = $"""
        WITH lease AS (
          UPDATE background_tasks
             SET status = $4, payload = CASE WHEN $4 = '{BackgroundTaskStatus.Done}' THEN '{NoPayload}' ELSE payload END,
               last_error = coalesce($5, $6 || ' ' || $7), locked_by = NULL, locked_until = NULL, updated_at = now()
           WHERE id = $1 AND locked_by = $2 AND attempts = $3
          RETURNING job_id
        ), job AS (
          UPDATE async_jobs job
             SET status = '{JobStatus.Failed}', error_code = $6, error_name = $7, error_message = $8, eta = now(), done_at = now(),
               updated_at = now()
            FROM lease
           WHERE job.id = lease.job_id AND job.status IS NOT DISTINCT FROM '{JobStatus.Pending}'
        )
        SELECT EXISTS (SELECT FROM lease)
        """;

    private const string RetrySql = $"""
        UPDATE background_tasks
           SET status = '{BackgroundTaskStatus.Queued}', run_at = now() + $4, last_error = $5, locked_by = NULL, locked_until = NULL,
             updated_at = now()
         WHERE id = $1 AND locked_by = $2 AND attempts = $3
        RETURNING true
        """;

    private const string ReleaseSql = $"""
        UPDATE background_tasks
           SET status = '{BackgroundTaskStatus.Queued}', attempts = attempts - 1, locked_by = NULL, locked_until = NULL, updated_at = now()
         WHERE id = $1 AND locked_by = $2 AND attempts = $3
        RETURNING true
        """;

    private const string RequeueSql = $"""
        WITH task AS (
          UPDATE background_tasks
             SET status = '{BackgroundTaskStatus.Queued}', attempts = 0, run_at = now(), last_error = NULL, updated_at = now()
           WHERE (id = $1::bigint OR job_id = $2::uuid) AND status = '{BackgroundTaskStatus.Dead}'
          RETURNING job_id
        ), job AS (
          UPDATE async_jobs job
             SET status = '{JobStatus.Pending}', error_code = NULL, error_name = NULL, error_message = NULL, done_at = NULL, eta = now(),
                 updated_at = now()
            FROM task
           WHERE job.id = task.job_id
        )
        SELECT count(*) FROM task
        """;

    private const string RecoverSql = $"""
        WITH expired AS (
          SELECT id, attempts < $1 AS again
            FROM background_tasks
           WHERE locked_until < now()
             FOR UPDATE SKIP LOCKED
        ), task AS (
          UPDATE background_tasks task
             SET status = CASE WHEN again THEN '{BackgroundTaskStatus.Queued}' ELSE '{BackgroundTaskStatus.Dead}' END,
                 last_error = 'lease of ' || locked_by || ' expired', locked_by = NULL, locked_until = NULL, updated_at = now()
            FROM expired
           WHERE task.id = expired.id
          RETURNING task.job_id, again
        ), job AS (
          UPDATE async_jobs job
             SET status = '{JobStatus.Failed}', error_code = $2, error_name = $3, error_message = $4, eta = now(), done_at = now(),
               updated_at = now()
            FROM task
           WHERE NOT task.again AND job.id = task.job_id AND job.status IS NOT DISTINCT FROM '{JobStatus.Pending}'
        )
        SELECT count(*) FROM task
        """;

    private const string DepthSql = $"""
        SELECT type, sum(queued)::bigint, coalesce(greatest(0, extract(epoch FROM now() - min(due))), 0)::float8, sum(dead)::bigint
          FROM (SELECT type, count(*) AS queued, min(run_at) AS due, 0 AS dead
                  FROM background_tasks WHERE status = '{BackgroundTaskStatus.Queued}' GROUP BY type
                UNION ALL
                SELECT type, 0, NULL, count(*) FROM background_tasks WHERE status = '{BackgroundTaskStatus.Dead}' GROUP BY type) counted
         GROUP BY type
        """;

    private const string PurgeSql = $"""
        WITH old AS (
          SELECT id FROM async_jobs WHERE done_at < now() - $1 ORDER BY done_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), old_own AS (
          SELECT id FROM background_tasks
           WHERE job_id IS NULL AND status IN ('{BackgroundTaskStatus.Done}', '{BackgroundTaskStatus.Dead}')
             AND updated_at < now() - $1 LIMIT $2 FOR UPDATE SKIP LOCKED
        ), tasks AS (
          DELETE FROM background_tasks WHERE job_id IN (SELECT id FROM old)
        ), own AS (
          DELETE FROM background_tasks WHERE id IN (SELECT id FROM old_own)
        ), jobs AS (
          DELETE FROM async_jobs WHERE id IN (SELECT id FROM old)
        )
        SELECT (SELECT count(*) FROM old), (SELECT count(*) FROM old_own)
        """;
}
