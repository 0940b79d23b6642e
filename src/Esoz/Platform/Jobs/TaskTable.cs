using Esoz.Platform.Database;

namespace Esoz.Platform.Jobs;

/// <summary>
/// The queue in <c>background_tasks</c>: every statement that moves a task. All instants are the database's. Whatever ends a run is
/// guarded by the lease (worker and attempt), so a worker that lost it changes nothing.
/// </summary>
public sealed class TaskTable(PostgresDatabase database)
{
    /// <summary>What the client reads when a task is given up (compositions §10).</summary>
    public static readonly Refusal GivenUp = new(RefusalKind.Fault, "Subordinate service error") { Code = new(500, "SUBORDINATE_SERVICE_ERROR") };

    /// <summary>Takes up to <paramref name="most"/> tasks that are due, the oldest first, at most one of each key.</summary>
    public async Task<IReadOnlyList<BackgroundTask>> Claim(string worker, IReadOnlyCollection<string> types, int most, TimeSpan lease, CancellationToken ct)
    {
        await using var command = database.Command(ClaimSql, worker, types.ToArray(), most, lease);
        await using var row = await command.ExecuteReaderAsync(ct);
        var claimed = new List<BackgroundTask>(most);
        while (await row.ReadAsync(ct))
        {
            claimed.Add(new(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetString(4),
                row.GetInt32(5), worker, row.IsDBNull(6) ? null : row.GetString(6)));
        }
        return claimed;
    }

    /// <summary>Prolongs the leases of tasks that <paramref name="worker"/> still runs.</summary>
    public async Task Renew(string worker, IReadOnlyCollection<long> ids, TimeSpan lease, CancellationToken ct)
    {
        await using var command = database.Command("""
            UPDATE background_tasks SET locked_until = now() + $3, updated_at = now()
             WHERE id = ANY ($2) AND locked_by = $1 AND status = 'RUNNING'
            """, worker, ids.ToArray(), lease);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Ends the task, its job and, when it was carried out, writes its effect: one statement, all or nothing.</summary>
    /// <returns>False when the lease was lost; nothing was written then.</returns>
    public Task<bool> Finish(BackgroundTask task, TaskOutcome outcome, CancellationToken ct) => outcome switch
    {
        TaskOutcome.Completed { Rows: { } rows } exact => WriteExactly(rows, CompleteSql(exact), [.. exact.Values, task.Id, task.Worker, task.Attempt], ct),
        TaskOutcome.Completed done => Write(CompleteSql(done), [.. done.Values, task.Id, task.Worker, task.Attempt], ct),
        TaskOutcome.Refused refused => Fail(task, "DONE", refused.Refusal, null, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>Puts the task back for another attempt after <paramref name="wait"/>.</summary>
    public Task<bool> Retry(BackgroundTask task, TimeSpan wait, string fault, CancellationToken ct) =>
        Write(RetrySql, [task.Id, task.Worker, task.Attempt, wait, fault], ct);

    /// <summary>Ends the task as DEAD and its job as FAILED.</summary>
    public Task<bool> GiveUp(BackgroundTask task, string fault, CancellationToken ct) => Fail(task, "DEAD", GivenUp, fault, ct);

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

    private Task<bool> Fail(BackgroundTask task, string status, Refusal refusal, string? fault, CancellationToken ct)
    {
        var code = refusal.Code ?? throw new ArgumentException("A job is refused with a code.", nameof(refusal));
        return Write(FailSql, [task.Id, task.Worker, task.Attempt, status, fault, code.Number, code.Name, refusal.Message], ct);
    }

    private async Task<bool> Write(string sql, object?[] values, CancellationToken ct)
    {
        await using var command = database.Command(sql, values);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    /// <summary>
    /// A task waits while another of its key runs or stands before it, even one that waits for its next attempt. Two claims of the same
    /// moment that miss each other meet in <c>background_tasks_running_key</c>: the second fails with a unique violation.
    /// </summary>
    private const string ClaimSql = """
        WITH due AS (
          SELECT id
            FROM background_tasks task
           WHERE status = 'QUEUED' AND run_at <= now() AND type = ANY ($2)
             AND NOT EXISTS (
               SELECT FROM background_tasks other
                WHERE other.key = task.key AND other.status IN ('QUEUED', 'RUNNING')
                  AND (other.id < task.id OR other.status = 'RUNNING'))
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

    /// <exception cref="TaskOvertakenException">The effect wrote another number of rows; nothing is written.</exception>
    private async Task<bool> WriteExactly(int rows, string sql, object?[] values, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var command = PostgresDatabase.Command(connection, sql, values))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            if (!row.GetBoolean(0))
                return false;
            if (row.GetInt64(1) > 0 && row.GetInt64(2) != rows)
                throw new TaskOvertakenException();
        }
        await transaction.CommitAsync(ct);
        return true;
    }

    private static string CompleteSql(TaskOutcome.Completed done)
    {
        var own = done.Values.Count;
        var effect = done.Effect.Length == 0 ? "" : $", effect AS ({done.Effect})";
        return $"""
            WITH lease AS (
              UPDATE background_tasks
                 SET status = 'DONE', locked_by = NULL, locked_until = NULL, updated_at = now()
               WHERE id = ${own + 1} AND locked_by = ${own + 2} AND attempts = ${own + 3} AND status = 'RUNNING'
              RETURNING job_id
            ), job AS (
              UPDATE async_jobs job
                 SET status = 'DONE', eta = now(), done_at = now(), updated_at = now()
                FROM lease
               WHERE job.id = lease.job_id AND job.status = 'PENDING'
              RETURNING job.id
            ), granted AS (
              SELECT 1 FROM lease WHERE job_id IS NULL UNION ALL SELECT 1 FROM job
            ){effect}
            SELECT EXISTS (SELECT FROM lease){(done.Rows is null ? "" : ", (SELECT count(*) FROM granted), (SELECT count(*) FROM effect)")}
            """;
    }

    private const string FailSql = """
        WITH lease AS (
          UPDATE background_tasks
             SET status = $4, last_error = coalesce($5, $6 || ' ' || $7), locked_by = NULL, locked_until = NULL, updated_at = now()
           WHERE id = $1 AND locked_by = $2 AND attempts = $3 AND status = 'RUNNING'
          RETURNING job_id
        ), job AS (
          UPDATE async_jobs job
             SET status = 'FAILED', error_code = $6, error_name = $7, error_message = $8, eta = now(), done_at = now(), updated_at = now()
            FROM lease
           WHERE job.id = lease.job_id AND job.status = 'PENDING'
        )
        SELECT EXISTS (SELECT FROM lease)
        """;

    private const string RetrySql = """
        UPDATE background_tasks
           SET status = 'QUEUED', run_at = now() + $4, last_error = $5, locked_by = NULL, locked_until = NULL, updated_at = now()
         WHERE id = $1 AND locked_by = $2 AND attempts = $3 AND status = 'RUNNING'
        RETURNING true
        """;

    private const string ReleaseSql = """
        UPDATE background_tasks
           SET status = 'QUEUED', attempts = attempts - 1, locked_by = NULL, locked_until = NULL, updated_at = now()
         WHERE id = $1 AND locked_by = $2 AND attempts = $3 AND status = 'RUNNING'
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
           WHERE status = 'RUNNING' AND locked_until < now()
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
           WHERE NOT task.again AND job.id = task.job_id AND job.status = 'PENDING'
        )
        SELECT count(*) FROM task
        """;
}

/// <param name="Waiting">Tasks in status QUEUED.</param>
/// <param name="OldestSeconds">How long the oldest of them is due; 0 when none is.</param>
public sealed record QueueDepth(string Type, long Waiting, double OldestSeconds);

/// <summary>What a task looked at has changed before its effect was written.</summary>
public sealed class TaskOvertakenException() : Exception("What the task looked at has changed");
