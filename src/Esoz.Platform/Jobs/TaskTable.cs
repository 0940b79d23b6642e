using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// The queue in <c>background_tasks</c>: every statement that moves a task. All instants are the database's. Whatever ends a run is
/// guarded by the lease (worker and attempt) and clears it, so a worker that lost it changes nothing.
///
/// Rows are found by their keys, and their status is asked for with IS NOT DISTINCT FROM: a queue is empty when the planner's statistics
/// are taken, so an index of the pending ones looks like the quickest way to any of them, which in a deep queue reads all for each.
/// </summary>
public sealed class TaskTable(PostgresDatabase database)
{
    /// <summary>What the client reads when a task is given up (compositions §10).</summary>
    public static readonly Refusal GivenUp = new(RefusalKind.Fault, "Subordinate service error") { Code = new(500, "SUBORDINATE_SERVICE_ERROR") };

    /// <summary>Takes up to <paramref name="most"/> tasks of a type that are due, the oldest first, at most one of each key.</summary>
    public async Task<IReadOnlyList<BackgroundTask>> Claim(string worker, string type, int most, TimeSpan lease, CancellationToken ct)
    {
        await using var command = database.Command(ClaimSql, worker, type, most, lease);
        await using var row = await command.ExecuteReaderAsync(ct);
        var claimed = new List<BackgroundTask>(most);
        while (await row.ReadAsync(ct))
        {
            claimed.Add(new(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetString(4),
                row.GetInt32(5), worker, row.IsDBNull(6) ? null : row.GetString(6)));
        }
        return claimed;
    }

    /// <summary>
    /// Prolongs the leases of tasks that <paramref name="worker"/> still runs. Those that are being ended at this moment are left out: to wait for
    /// them with others in hand could be to wait for each other.
    /// </summary>
    public async Task Renew(string worker, IReadOnlyCollection<long> ids, TimeSpan lease, CancellationToken ct)
    {
        await using var command = database.Command("""
            UPDATE background_tasks task SET locked_until = now() + $3, updated_at = now()
              FROM (SELECT id FROM background_tasks WHERE id = ANY ($2) AND locked_by = $1 FOR UPDATE SKIP LOCKED) held
             WHERE task.id = held.id
            """, worker, ids.ToArray(), lease);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// Ends tasks of one worker, their jobs and, of those that were carried out, writes the effects: one transaction, all or nothing.
    /// </summary>
    /// <returns>The tasks that were ended; of the others the lease was lost, and nothing was written for them.</returns>
    /// <exception cref="TaskOvertakenException">An effect wrote another number of rows than it must; nothing is written.</exception>
    public async Task<IReadOnlySet<long>> Finish(IReadOnlyList<EndedTask> ended, CancellationToken ct)
    {
        var written = new HashSet<long>();
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var equal in ended.Where(end => end.Outcome is TaskOutcome.Completed).GroupBy(end => ((TaskOutcome.Completed)end.Outcome).Effect))
            written.UnionWith(await Complete(connection, equal.Key, [.. equal], ct));
        foreach (var (task, outcome) in ended)
        {
            if (outcome is TaskOutcome.Refused refused && await Fail(connection, task, "DONE", refused.Refusal, null, ct))
                written.Add(task.Id);
        }
        await transaction.CommitAsync(ct);
        return written;
    }

    /// <summary>Puts the task back for another attempt after <paramref name="wait"/>.</summary>
    public Task<bool> Retry(BackgroundTask task, TimeSpan wait, string fault, CancellationToken ct) =>
        Write(RetrySql, [task.Id, task.Worker, task.Attempt, wait, fault], ct);

    /// <summary>Ends the task as DEAD and its job as FAILED.</summary>
    public async Task<bool> GiveUp(BackgroundTask task, string fault, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        return await Fail(connection, task, "DEAD", GivenUp, fault, ct);
    }

    /// <summary>
    /// Gives a task that was given up its attempts again, and makes its job PENDING once more: for the operator, when what was in the way is gone.
    /// </summary>
    /// <param name="id">Number of the task, or uuid of its job.</param>
    /// <returns>False when there is no such task that was given up.</returns>
    public async Task<bool> Revive(string id, CancellationToken ct)
    {
        await using var command = database.Command(ReviveSql, long.TryParse(id, out var task) ? task : null, Guid.TryParse(id, out var job) ? job : null);
        return (long)(await command.ExecuteScalarAsync(ct))! > 0;
    }

    /// <summary>Gives back a task that was not finished, as if this attempt had not been.</summary>
    public Task<bool> Release(BackgroundTask task, CancellationToken ct) => Write(ReleaseSql, [task.Id, task.Worker, task.Attempt], ct);

    /// <summary>Takes over tasks whose lease ended: back into the queue, or given up when the attempts are used up.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> Recover(int maxAttempts, CancellationToken ct)
    {
        await using var command = database.Command(RecoverSql, maxAttempts, GivenUp.Code!.Value.Number, GivenUp.Code.Value.Name, GivenUp.Message);
        return (int)(long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>How many tasks of each type wait, and for how long the oldest is due.</summary>
    public async Task<IReadOnlyList<QueueDepth>> Depth(CancellationToken ct)
    {
        await using var command = database.Command("""
            SELECT type, count(*), greatest(0, extract(epoch FROM now() - min(run_at)))::float8
              FROM background_tasks WHERE status = 'QUEUED' GROUP BY type
            """);
        await using var row = await command.ExecuteReaderAsync(ct);
        var depths = new List<QueueDepth>();
        while (await row.ReadAsync(ct))
            depths.Add(new(row.GetString(0), row.GetInt64(1), row.GetDouble(2)));
        return depths;
    }

    private static async Task<IReadOnlyList<long>> Complete(NpgsqlConnection connection, string effect, IReadOnlyList<EndedTask> ended, CancellationToken ct)
    {
        var outcomes = ended.Select(end => (TaskOutcome.Completed)end.Outcome).ToArray();
        await using var command = PostgresDatabase.Command(connection, CompleteSql(effect), ended[0].Task.Worker,
            ended.Select(end => end.Task.Id).ToArray(), ended.Select(end => end.Task.Attempt).ToArray(),
            outcomes.Select(outcome => outcome.Given).ToArray(), outcomes.Select(outcome => outcome.Rows).ToArray());
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return row.GetInt64(1) == row.GetInt64(2) ? row.GetFieldValue<long[]>(0) : throw new TaskOvertakenException();
    }

    private static async Task<bool> Fail(NpgsqlConnection connection, BackgroundTask task, string status, Refusal refusal, string? fault, CancellationToken ct)
    {
        var code = refusal.Code ?? throw new ArgumentException("A job is refused with a code.", nameof(refusal));
        await using var command = PostgresDatabase.Command(connection, FailSql,
            task.Id, task.Worker, task.Attempt, status, fault, code.Number, code.Name, refusal.Message);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    private async Task<bool> Write(string sql, object?[] values, CancellationToken ct)
    {
        await using var command = database.Command(sql, values);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>
    /// A task waits while another of its key runs or stands before it, even one that waits for its next attempt. Both are looked up for one
    /// task after the other until there are enough: a plain NOT EXISTS would be planned as a join with the whole queue, and a deep queue is
    /// when claims have to be quick. Two claims of the same moment that miss each other meet in <c>background_tasks_running_key</c>: the
    /// second fails with a unique violation.
    /// </summary>
    private const string ClaimSql = """
        WITH due AS (
          SELECT id
            FROM background_tasks task
           WHERE type = $2 AND status = 'QUEUED' AND run_at <= now()
             AND EXISTS (SELECT FROM background_tasks earlier
                          WHERE earlier.key = task.key AND (earlier.status IN ('QUEUED', 'RUNNING')) IS TRUE AND earlier.id < task.id) IS FALSE
             AND EXISTS (SELECT FROM background_tasks running WHERE running.key = task.key AND running.status = 'RUNNING') IS FALSE
           ORDER BY run_at, id
           LIMIT $3
             FOR UPDATE SKIP LOCKED
        )
        UPDATE background_tasks task
           SET status = 'RUNNING', attempts = attempts + 1, locked_by = $1, locked_until = now() + $4, updated_at = now()
          FROM due
         WHERE task.id = due.id
        RETURNING task.id, task.job_id, task.type, task.key, task.payload, task.attempts,
                  (SELECT request_id FROM async_jobs WHERE async_jobs.id = task.job_id)
        """;

    /// <summary>What was ended, how many rows the effect had to write, and how many it wrote.</summary>
    private static string CompleteSql(string effect) => $"""
        WITH ended AS (
          SELECT id, attempts, given::jsonb, rows FROM unnest($2::bigint[], $3::integer[], $4::text[], $5::integer[]) AS ended (id, attempts, given, rows)
        ), lease AS (
          UPDATE background_tasks task
             SET status = 'DONE', locked_by = NULL, locked_until = NULL, updated_at = now()
            FROM ended
           WHERE task.id = ended.id AND task.attempts = ended.attempts AND task.locked_by = $1
          RETURNING task.id, task.job_id, ended.given, ended.rows
        ), job AS (
          UPDATE async_jobs job
             SET status = 'DONE', eta = now(), done_at = now(), updated_at = now()
            FROM lease
           WHERE job.id = lease.job_id AND job.status IS NOT DISTINCT FROM 'PENDING'
          RETURNING job.id
        ), granted AS (
          SELECT given, rows FROM lease WHERE job_id IS NULL OR job_id IN (SELECT id FROM job)
        ), effect AS (
          {(effect.Length == 0 ? "SELECT FROM granted WHERE false" : effect)}
        )
        SELECT ARRAY(SELECT id FROM lease), coalesce((SELECT sum(rows) FROM granted), 0), (SELECT count(*) FROM effect)
        """;

    private const string FailSql = """
        WITH lease AS (
          UPDATE background_tasks
             SET status = $4, last_error = coalesce($5, $6 || ' ' || $7), locked_by = NULL, locked_until = NULL, updated_at = now()
           WHERE id = $1 AND locked_by = $2 AND attempts = $3
          RETURNING job_id
        ), job AS (
          UPDATE async_jobs job
             SET status = 'FAILED', error_code = $6, error_name = $7, error_message = $8, eta = now(), done_at = now(), updated_at = now()
            FROM lease
           WHERE job.id = lease.job_id AND job.status IS NOT DISTINCT FROM 'PENDING'
        )
        SELECT EXISTS (SELECT FROM lease)
        """;

    private const string RetrySql = """
        UPDATE background_tasks
           SET status = 'QUEUED', run_at = now() + $4, last_error = $5, locked_by = NULL, locked_until = NULL, updated_at = now()
         WHERE id = $1 AND locked_by = $2 AND attempts = $3
        RETURNING true
        """;

    private const string ReleaseSql = """
        UPDATE background_tasks
           SET status = 'QUEUED', attempts = attempts - 1, locked_by = NULL, locked_until = NULL, updated_at = now()
         WHERE id = $1 AND locked_by = $2 AND attempts = $3
        RETURNING true
        """;

    private const string ReviveSql = """
        WITH task AS (
          UPDATE background_tasks
             SET status = 'QUEUED', attempts = 0, run_at = now(), last_error = NULL, updated_at = now()
           WHERE (id = $1::bigint OR job_id = $2::uuid) AND status = 'DEAD'
          RETURNING job_id
        ), job AS (
          UPDATE async_jobs job
             SET status = 'PENDING', error_code = NULL, error_name = NULL, error_message = NULL, done_at = NULL, eta = now(), updated_at = now()
            FROM task
           WHERE job.id = task.job_id
        )
        SELECT count(*) FROM task
        """;

    private const string RecoverSql = """
        WITH expired AS (
          SELECT id, attempts < $1 AS again
            FROM background_tasks
           WHERE locked_until < now()
             FOR UPDATE SKIP LOCKED
        ), task AS (
          UPDATE background_tasks task
             SET status = CASE WHEN again THEN 'QUEUED' ELSE 'DEAD' END,
                 last_error = 'lease of ' || locked_by || ' expired', locked_by = NULL, locked_until = NULL, updated_at = now()
            FROM expired
           WHERE task.id = expired.id
          RETURNING task.job_id, again
        ), job AS (
          UPDATE async_jobs job
             SET status = 'FAILED', error_code = $2, error_name = $3, error_message = $4, eta = now(), done_at = now(), updated_at = now()
            FROM task
           WHERE NOT task.again AND job.id = task.job_id AND job.status IS NOT DISTINCT FROM 'PENDING'
        )
        SELECT count(*) FROM task
        """;
}

/// <summary>A task and what it came to.</summary>
public readonly record struct EndedTask(BackgroundTask Task, TaskOutcome Outcome);

/// <param name="Waiting">Tasks in status QUEUED.</param>
/// <param name="OldestSeconds">How long the oldest of them is due; 0 when none is.</param>
public sealed record QueueDepth(string Type, long Waiting, double OldestSeconds);

/// <summary>What a task looked at has changed before its effect was written.</summary>
public sealed class TaskOvertakenException() : Exception("What the task looked at has changed");
