using Esoz.Platform.Database;

namespace Esoz.Platform.Jobs;

/// <summary>
/// Removes jobs that have been terminal for JOB_TTL_DAYS, with their tasks, and ended tasks of our own of the same age
/// (compositions §11, hourly). Pending jobs are never removed.
/// </summary>
public sealed class PurgeJobs(PostgresDatabase database, JobOptions options)
{
    /// <summary>Rows of one transaction, small enough not to be noticed beside requests.</summary>
    private const int Batch = 5_000;

    /// <returns>How many jobs were removed.</returns>
    public async Task<long> Run(CancellationToken ct)
    {
        long jobs = 0;
        while (true)
        {
            await using var command = database.Command(Sql, options.Retention, Batch);
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            jobs += row.GetInt64(0);
            if (row.GetInt64(0) < Batch && row.GetInt64(1) < Batch)
                return jobs;
        }
    }

    private const string Sql = """
        WITH old AS (
          SELECT id FROM async_jobs WHERE done_at < now() - $1 ORDER BY done_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), old_own AS (
          SELECT id FROM background_tasks
           WHERE job_id IS NULL AND status IN ('DONE', 'DEAD') AND updated_at < now() - $1 LIMIT $2 FOR UPDATE SKIP LOCKED
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
