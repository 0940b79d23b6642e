using System.Diagnostics.Metrics;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Esoz.Tests.Platform.Jobs;

/// <summary>
/// A separate database with the real queue and a table <c>effects</c> for tasks to write to; workers are started and killed at will.
/// </summary>
public sealed class TaskDatabase(TestCluster cluster) : IAsyncLifetime
{
    /// <summary>An outcome that writes one row.</summary>
    public static TaskOutcome Noting(string note) => TaskOutcome.Done(Note(note));

    public static RowWrite Note(string note) => RowWrite.Insert("effects", new { Note = note });

    /// <summary>Fails when written: <c>at</c> must not be null.</summary>
    public static RowWrite Broken(string note) => RowWrite.Insert("effects", new { Note = note, At = (DateTime?)null });

    /// <summary>Updates a row that does not exist, as if it had changed since it was read.</summary>
    public static RowWrite Superseded(string note) =>
        RowWrite.Update("effects", Guid.NewGuid(), new { Note = "read" }, new { Note = note });

    /// <summary>Timings of the queue, scaled down so that tests are fast. The lease is long: no busy machine loses it.</summary>
    public static JobOptions Quick { get; } = new()
    {
        EtaEstimate = TimeSpan.FromSeconds(5),
        Retention = TimeSpan.FromDays(7),
        MaxAttempts = 5,
        Lease = TimeSpan.FromSeconds(30),
        Heartbeat = TimeSpan.FromMilliseconds(200),
        Poll = TimeSpan.FromMilliseconds(100),
        RetryWaits = [TimeSpan.FromMilliseconds(20)],
    };

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private NpgsqlDataSource _observer = null!;

    /// <summary>The database that the workers use.</summary>
    public PostgresDatabase Database { get; private set; } = null!;

    public JobTable Table => new(Database);

    public async ValueTask InitializeAsync()
    {
        var connection = await cluster.CreateDatabase();
        Database = new PostgresDatabase(connection);
        _observer = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
        {
            SearchPath = "esoz",
            ApplicationName = "observer",
        });
        await Execute("""
            CREATE TABLE effects (
              id uuid NOT NULL DEFAULT gen_random_uuid(), note text, seen timestamptz, at timestamptz NOT NULL DEFAULT clock_timestamp())
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _observer.DisposeAsync();
        await _services.DisposeAsync();
    }

    /// <summary>A worker with its own name, like one on another node.</summary>
    public TaskWorker Worker(JobOptions options, params IReadOnlyList<TaskKind> kinds) =>
        new(Table, kinds, options, Database, TimeProvider.System,
            new QueueMetrics([.. kinds.Select(kind => kind.Type)], _services.GetRequiredService<IMeterFactory>()),
            NullLogger<TaskWorker>.Instance);

    /// <summary>Finishes one task; false if its lease was lost.</summary>
    public async Task<bool> Finish(BackgroundTask task, TaskOutcome outcome) =>
        (await Table.Finish([new(task, outcome)], TestContext.Current.CancellationToken)).Contains(task.Id);

    /// <summary>Queues a task that belongs to a job; returns the job's id.</summary>
    public async Task<Guid> Queue(string type, Guid? key = null, string payload = "{}")
    {
        var job = Guid.NewGuid();
        await Execute("""
            WITH job AS (
              INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, request_hash, request_id)
              VALUES ($1, gen_random_uuid(), gen_random_uuid(), 'CREATE_COMPOSITION', 'PENDING', now(), sha256($1::text::bytea), 'request-1'))
            INSERT INTO background_tasks (job_id, type, key, payload, status) VALUES ($1, $2, $3, $4::jsonb, 'QUEUED')
            """, job, type, key ?? Guid.NewGuid(), payload);
        return job;
    }

    /// <summary>Waits until the job is no longer PENDING, and returns its result.</summary>
    public async Task<Dictionary<string, object?>> Ended(Guid job)
    {
        Dictionary<string, object?> row = [];
        await Eventually.Holds(async () => !Equals((row = await Row(job))["status"], "PENDING"),
            () => $"Still pending: task {row["task_status"]}, attempts {row["attempts"]}, {row["last_error"]}");
        return row;
    }

    public Task<Dictionary<string, object?>> Row(Guid job) => First("""
        SELECT job.status, job.error_code, job.error_name, job.error_message, job.done_at, job.eta,
               task.id, task.status AS task_status, task.attempts, task.last_error, task.locked_by, task.locked_until, task.run_at,
               clock_timestamp() AS now
          FROM async_jobs job JOIN background_tasks task ON task.job_id = job.id WHERE job.id = $1
        """, job);

    /// <summary>The first row of a query.</summary>
    public async Task<Dictionary<string, object?>> First(string sql, params object?[] values)
    {
        await using var command = Observe(sql, values);
        await using var row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        return Enumerable.Range(0, row.FieldCount).ToDictionary(row.GetName, i => row.IsDBNull(i) ? null : row.GetValue(i));
    }

    public async Task<List<string>> Effects(string like = "%")
    {
        await using var command = Observe("SELECT note FROM effects WHERE note LIKE $1 ORDER BY at", like);
        await using var row = await command.ExecuteReaderAsync();
        var notes = new List<string>();
        while (await row.ReadAsync())
            notes.Add(row.GetString(0));
        return notes;
    }

    /// <summary>Terminates the connections of the workers, as a restart of the server would.</summary>
    public Task CutConnections() =>
        Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'esoz %'");

    /// <summary>Closes all connections: a session that ends reports its statistics, an idle one may keep them for a minute.</summary>
    public async Task ReportStatistics()
    {
        Database.Source.Clear();
        _observer.Clear();
        await Eventually.Holds(
            async () => (long)(await First("""
                SELECT count(*) AS others FROM pg_stat_activity
                 WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
                """))["others"]! == 0,
            () => "Sessions of the queue do not end.");
    }

    public async Task Execute(string sql, params object?[] values)
    {
        await using var command = Observe(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private NpgsqlCommand Observe(string sql, params object?[] values)
    {
        var command = _observer.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
