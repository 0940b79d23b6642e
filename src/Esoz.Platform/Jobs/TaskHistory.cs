using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// A background task and the client's job behind it, for the operator. Key and payload are left out because they identify the person that
/// the task concerns.
/// </summary>
/// <param name="JobStatus">Null with <paramref name="Job"/> for a task without a job.</param>
/// <param name="DueAt">When the next (or only) attempt is due.</param>
/// <param name="Worker">Worker that runs it now.</param>
/// <param name="LastError">Type of the last fault, or code and name of the refusal.</param>
/// <param name="JobError">The error that the client reads.</param>
public sealed record TaskReport(
    long Task, string Type, string Status, int Attempts, DateTime QueuedAt, DateTime DueAt, string? Worker, string? LastError,
    Guid? Job, string? JobStatus, DateTime? DoneAt, string? JobError, string? RequestId);

/// <summary>Queries of tasks and jobs for <c>job list</c> and <c>job show</c>.</summary>
public sealed class TaskHistory(PostgresDatabase database)
{
    /// <summary>The newest tasks first.</summary>
    /// <param name="status">Status of the task or of its job; null = any.</param>
    public Task<IReadOnlyList<TaskReport>> List(string? status, int max, CancellationToken ct) => database.Command(
        $"{Select} WHERE $1::text IS NULL OR task.status = $1 OR job.status = $1 ORDER BY task.id DESC LIMIT $2", status, max)
        .ReadAll(Read, ct);

    /// <summary>The task with this number, or the tasks of the job with this uuid; empty when there is none.</summary>
    public async Task<IReadOnlyList<TaskReport>> Show(string id, CancellationToken ct)
    {
        var command = Guid.TryParse(id, out var job)
            ? database.Command($"{Select} WHERE task.job_id = $1 ORDER BY task.id", job)
            : long.TryParse(id, out var task) ? database.Command($"{Select} WHERE task.id = $1", task)
            : null;
        return command is null ? [] : await command.ReadAll(Read, ct);
    }

    private static TaskReport Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetDateTime(4), row.GetDateTime(5), row.Text(6),
        row.Text(7), row.IsDBNull(8) ? null : row.GetGuid(8), row.Text(9), row.IsDBNull(10) ? null : row.GetDateTime(10), row.Text(11),
        row.Text(12));

    private const string Select = """
        SELECT task.id, task.type, task.status, task.attempts, task.inserted_at, task.run_at, task.locked_by, task.last_error,
               job.id, job.status, job.done_at, job.error_code || ' ' || job.error_name || ': ' || job.error_message, job.request_id
          FROM background_tasks task
          LEFT JOIN async_jobs job ON job.id = task.job_id
        """;
}
