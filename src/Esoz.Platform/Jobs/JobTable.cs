using Esoz.Platform.Database;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Jobs;

/// <summary>
/// The clients' jobs (<c>async_jobs</c>) and the tasks behind them (<c>background_tasks</c>): every statement that creates, updates, ends,
/// reads or removes them, except the operator's lists (<see cref="TaskHistory"/>). All timestamps come from the database clock. A
/// worker ends an attempt only with statements that check its lease (worker and attempt) and clear it, so a worker that lost its lease
/// changes nothing. <see cref="Recover"/> goes by time instead: it ends the attempts whose lease has expired, whoever held it.
/// </summary>
public sealed partial class JobTable(PostgresDatabase database)
{
    /// <summary>Rows that one purge transaction removes: few enough not to slow down requests.</summary>
    private const int PurgeBatch = 5_000;

    /// <summary>Constraint that a retry breaks when the client has sent the same request again and it waits.</summary>
    public const string PendingRequestKey = "async_jobs_pending_request_key";

    /// <summary>The error that the client reads when its task becomes DEAD (compositions §10).</summary>
    public static readonly Refusal GivenUp = new(RefusalKind.Fault, "Subordinate service error")
    {
        Code = new(500, "SUBORDINATE_SERVICE_ERROR"),
    };

    /// <summary>
    /// Commits a job and its task. While a job of an equal request is PENDING, that job is returned and nothing is started; its ETA is
    /// recalculated when it has passed.
    /// </summary>
    /// <param name="eta">Estimated duration of the job.</param>
    public async Task<StartedJob> Start(NewJob job, TimeSpan eta, CancellationToken ct)
    {
        await using var write = await database.OpenForWrite(ct);
        return await Start(write, job, isLarge: false, eta, ct);
    }

    /// <summary>
    /// The same for a large request, unless the client already has <paramref name="max"/> other ones that are PENDING; then null.
    /// </summary>
    public async Task<StartedJob?> StartLarge(NewJob job, int max, TimeSpan eta, CancellationToken ct)
    {
        await using var write = await database.OpenForWrite(ct);
        await using var transaction = await write.Connection.BeginTransactionAsync(ct);
        await PostgresDatabase.Command(write.Connection, LockLargeSql, job.ClientId).Execute(ct);
        var count = PostgresDatabase.Command(write.Connection, CountLargeSql, job.ClientId, job.UserId, job.RequestHash);
        if (await count.ReadValue<long>(ct) >= max)
            return null;
        var started = await Start(write, job, isLarge: true, eta, ct);
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();
        return started;
    }

    private static async Task<StartedJob> Start(WriteConnection write, NewJob job, bool isLarge, TimeSpan eta, CancellationToken ct)
    {
        var started = await PostgresDatabase.Command(write.Connection, StartSql, Guid.NewGuid(), job.ClientId, job.UserId, job.Kind,
            eta, job.ResourceId, job.RequestHash, job.RequestId, job.Key, job.Payload, isLarge, Spans.Traceparent)
            .ReadOne(row => new StartedJob(row.GetGuid(0), row.GetDateTime(1), row.GetBoolean(2)), ct);
        write.EnsureReplicated();
        return started;
    }

    /// <summary>
    /// The job as its client may see it; null when it does not exist or belongs to another client. The query does not distinguish these
    /// cases.
    /// </summary>
    public static Task<JobState?> Find(PostgresDatabase database, Guid id, Guid client, CancellationToken ct) =>
        database.Find(FindRead, (id, client), ct);

    /// <summary>SQL: whether there is a task of these types with this key that has not ended.</summary>
    /// <param name="key">SQL of the key.</param>
    public static string HasUnfinished(string key, params string[] types) => $"""
        EXISTS (SELECT FROM background_tasks unfinished
                 WHERE unfinished.key = {key} AND unfinished.type IN ('{string.Join("', '", types)}')
                   AND (unfinished.status IN ('{BackgroundTaskStatus.Queued}', '{BackgroundTaskStatus.Running}')) IS TRUE)
        """;

    /// <summary>Claims up to <paramref name="max"/> due tasks of a type, oldest first, at most one per key.</summary>
    public Task<IReadOnlyList<BackgroundTask>> Claim(string worker, string type, int max, TimeSpan lease, CancellationToken ct) =>
        database.Command(ClaimSql, worker, type, max, lease).ReadAll(row => new BackgroundTask(row.GetInt64(0),
            row.IsDBNull(1) ? null : row.GetGuid(1), row.GetString(2), row.GetGuid(3), row.GetString(4), row.GetInt32(5), worker,
            row.Text(6), row.Text(7)), ct);

    /// <summary>
    /// Renews the leases of tasks that <paramref name="worker"/> still runs. Tasks that are being completed are skipped: waiting for them
    /// while holding other row locks could cause a deadlock.
    /// </summary>
    public Task Renew(string worker, IReadOnlyCollection<long> ids, TimeSpan lease, CancellationToken ct) =>
        database.Command(RenewSql, worker, ids.ToArray(), lease).Execute(ct);

    /// <summary>Ends tasks of one worker and their jobs, and writes the rows of the completed ones, in one transaction.</summary>
    /// <returns>The tasks that were ended; the others had lost their lease, and nothing was written for them.</returns>
    /// <exception cref="TaskSupersededException">A row could not be written as expected; nothing is written.</exception>
    public async Task<IReadOnlySet<long>> Finish(IReadOnlyList<EndedTask> ended, CancellationToken ct)
    {
        var written = new HashSet<long>();
        await using var write = await database.OpenForWrite(ct);
        var connection = write.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var alike in ended.Where(end => end.Outcome is TaskOutcome.Completed).GroupBy(WritesOf, RowWrite.SameStatement))
            written.UnionWith(await Complete(connection, alike.Key, [.. alike], ct));
        foreach (var (task, outcome) in ended)
        {
            if (outcome is TaskOutcome.Refused refused
                && await Fail(connection, task, BackgroundTaskStatus.Done, refused.Refusal, null, ct))
                written.Add(task.Id);
        }
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();
        return written;
    }

    /// <summary>Requeues the task for another attempt after <paramref name="wait"/>.</summary>
    public Task<bool> Retry(BackgroundTask task, TimeSpan wait, string fault, CancellationToken ct) =>
        Write(RetrySql, [task.Id, task.Worker, task.Attempt, wait, fault], ct);

    /// <summary>Ends the task as DEAD and its job as FAILED.</summary>
    public async Task<bool> GiveUp(BackgroundTask task, string fault, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        return await Fail(connection, task, BackgroundTaskStatus.Dead, GivenUp, fault, ct);
    }

    /// <summary>Requeues an unfinished task without counting this attempt.</summary>
    public Task<bool> Release(BackgroundTask task, CancellationToken ct) => Write(ReleaseSql, [task.Id, task.Worker, task.Attempt], ct);

    /// <summary>Takes over tasks whose lease expired: they are requeued, or become DEAD when they have no attempts left.</summary>
    /// <returns>Number of such tasks.</returns>
    public async Task<int> Recover(int maxAttempts, CancellationToken ct)
    {
        var code = GivenUp.Code!.Value;
        await using var command = database.Command(RecoverSql, maxAttempts, code.Number, code.Name, GivenUp.Message);
        return (int)(long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>
    /// Requeues a DEAD task with its attempts reset and sets its job to PENDING: for the operator, after the cause is fixed.
    /// </summary>
    /// <param name="id">Number of the task, or uuid of its job.</param>
    /// <returns>False when there is no such DEAD task.</returns>
    public async Task<bool> Requeue(string id, CancellationToken ct)
    {
        await using var write = await database.OpenForWrite(ct);
        var tasks = await PostgresDatabase.Command(write.Connection, RequeueSql,
            long.TryParse(id, out var task) ? task : null, Guid.TryParse(id, out var job) ? job : null).ReadValue<long>(ct);
        write.EnsureReplicated();
        return tasks > 0;
    }

    /// <summary>Number of queued and of dead tasks of each type, and how long the oldest queued one has been due.</summary>
    public Task<IReadOnlyList<QueueDepth>> Depth(CancellationToken ct) =>
        database.Command(DepthSql).ReadAll(row => new QueueDepth(row.GetString(0), row.GetInt64(1), row.GetDouble(2), row.GetInt64(3)), ct);

    /// <summary>
    /// Removes jobs that ended longer ago than <paramref name="retention"/>, with their tasks, and ended tasks of the same age that have no
    /// job (compositions §11). Pending jobs are never removed.
    /// </summary>
    /// <returns>Number of removed jobs.</returns>
    public async Task<long> Purge(TimeSpan retention, CancellationToken ct)
    {
        long jobs = 0;
        while (true)
        {
            await using var command = database.Command(PurgeSql, retention, PurgeBatch);
            await using var row = await command.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            jobs += row.GetInt64(0);
            if (row.GetInt64(0) < PurgeBatch && row.GetInt64(1) < PurgeBatch)
                return jobs;
        }
    }

    private static IReadOnlyList<RowWrite> WritesOf(EndedTask end) => ((TaskOutcome.Completed)end.Outcome).Writes;

    private static async Task<IReadOnlyList<long>> Complete(
        NpgsqlConnection connection, IReadOnlyList<RowWrite> writes, IReadOnlyList<EndedTask> ended, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, CompleteSql(writes), ended[0].Task.Worker,
            ended.Select(end => end.Task.Id).ToArray(), ended.Select(end => end.Task.Attempt).ToArray(),
            ended.Select(end => $"[{string.Join(',', WritesOf(end).Select(write => write.Json))}]").ToArray());
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var granted = row.GetInt64(1);
        return Enumerable.Range(2, writes.Count).All(write => row.GetInt64(write) == granted)
            ? row.GetFieldValue<long[]>(0)
            : throw new TaskSupersededException();
    }

    private static async Task<bool> Fail(
        NpgsqlConnection connection, BackgroundTask task, string status, Refusal refusal, string? fault, CancellationToken ct)
    {
        var code = refusal.Code ?? throw new ArgumentException("A job is refused with a code.", nameof(refusal));
        return await PostgresDatabase.Command(connection, FailSql,
            task.Id, task.Worker, task.Attempt, status, fault, code.Number, code.Name, refusal.Message).ReadValue<bool?>(ct) is true;
    }

    private async Task<bool> Write(string sql, object?[] values, CancellationToken ct) =>
        await database.Command(sql, values).ReadValue<bool?>(ct) is true;
}

/// <summary>A job that a client requests, and its task.</summary>
/// <param name="Kind">Kind of the job and type of its task.</param>
/// <param name="Key">Tasks with equal key run one after another.</param>
/// <param name="ResourceId">The resource that the job concerns. An id that is assigned before the task runs cannot be created
/// twice.</param>
/// <param name="Payload">JSON for the task.</param>
/// <param name="RequestHash">Equal for equal requests of one user of a client.</param>
public sealed record NewJob(
    string Kind, Guid ClientId, Guid UserId, Guid Key, Guid ResourceId, string Payload, byte[] RequestHash, string RequestId);

/// <param name="IsNew">False when the job of an equal request was PENDING.</param>
public readonly record struct StartedJob(Guid Id, DateTime Eta, bool IsNew);

/// <summary>A job as its client may see it.</summary>
/// <param name="Status">PENDING, DONE or FAILED.</param>
/// <param name="Eta">When it is expected to end, or when it ended.</param>
/// <param name="Now">Current time of the database.</param>
/// <param name="Error">Only when FAILED.</param>
public sealed record JobState(string Status, DateTime Eta, DateTime Now, Guid? ResourceId, JobError? Error);

/// <summary>Why a job failed.</summary>
public sealed record JobError(int Code, string Name, string Message);

/// <summary>A task and its outcome.</summary>
public readonly record struct EndedTask(BackgroundTask Task, TaskOutcome Outcome);

/// <param name="Waiting">Tasks in status QUEUED.</param>
/// <param name="OldestSeconds">How long the oldest of them has been due; 0 when none is.</param>
/// <param name="Dead">Tasks in status DEAD.</param>
public sealed record QueueDepth(string Type, long Waiting, double OldestSeconds, long Dead);

/// <summary>Data that a task had read was changed before the task's rows were written.</summary>
public sealed class TaskSupersededException() : Exception("What the task read has changed");
