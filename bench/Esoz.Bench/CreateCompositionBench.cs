using Esoz.Compositions;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// Draining a queue of orders to create compositions: claim, load what the page's checks read, decide, write composition, job, task,
/// audit and event rows, commit. The floor claims and writes the same rows in SQL alone and checks nothing.
/// </summary>
public static class CreateCompositionBench
{
    public const string Name = "create-composition";

    private const int Workers = 4;
    private const int Jobs = 40_000;
    private const int FloorBatch = 100;
    private const double TargetPerSecond = 5_000;

    public static async Task Run(BenchInstallation installation, Load load)
    {
        await Console.Error.WriteLineAsync(Invariant($"Preparing {Jobs:N0} patients …"));
        await installation.Prepare(Patients.Sql(Jobs));
        List<double> program = [], floor = [];
        for (var round = 0; round <= load.Rounds; round++)
        {
            var drained = await Drain(installation);
            var claimed = await Floor(installation);
            await Console.Error.WriteLineAsync(
                Invariant(
                    $"{(round == 0 ? "warm-up" : $"round {round}")}: program {drained:F0}/s, floor {claimed:F0}/s, ratio {drained / claimed:F3}"));
            if (round == 0)
                continue;
            program.Add(drained);
            floor.Add(claimed);
        }
        Figures.Add("program", Comparison.Median(program), "/s", Invariant(
            $"{Workers} × esoz serve --roles worker draining {Jobs:N0} jobs of as many patients; target {TargetPerSecond:F0}/s"));
        Figures.Add("floor", Comparison.Median(floor), "/s", Invariant(
            $"pgbench -c {Workers} -M prepared: claim {FloorBatch} with SKIP LOCKED, write their compositions, end them; no checks"));
        Figures.Add("ratio", Comparison.MedianRatio(program, floor), "", Invariant($"{load.Rounds} rounds, median"));
    }

    /// <summary>Runs twice, because the first run warms up the workers' JIT compilers; production nodes run for weeks.</summary>
    /// <returns>Jobs finished per second, from the commit that queued them to the end of the last one.</returns>
    private static async Task<double> Drain(BenchInstallation installation)
    {
        using var workers = await WorkerProcesses.Start(installation, Workers);
        await Drain(installation, workers);
        return await Drain(installation, workers);
    }

    private static async Task<double> Drain(BenchInstallation installation, WorkerProcesses workers)
    {
        await installation.Prepare(RefillSql);
        var started = await Queue(installation);
        await workers.UntilDrained();
        return await Rate(installation, started);
    }

    private static async Task<double> Floor(BenchInstallation installation)
    {
        await installation.Prepare(RefillSql);
        var started = await Queue(installation);
        await new PgBench(installation.Connection, FloorSql, new(Workers)).RunToEnd(Jobs / FloorBatch / Workers);
        return await Rate(installation, started);
    }

    /// <summary>One commit for all of them, so that all workers start at the same time.</summary>
    /// <returns>When they became visible.</returns>
    private static async Task<DateTime> Queue(BenchInstallation installation)
    {
        await using var command = installation.Database.Command(QueueSql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
        return DateTime.UtcNow;
    }

    private static async Task<double> Rate(BenchInstallation installation, DateTime started)
    {
        if (await installation.Scalar<long>("SELECT count(*) FROM compositions WHERE status = 'PRELIMINARY'") is not Jobs and var made)
            throw new InvalidOperationException($"{made} compositions for {Jobs} jobs.");
        return Jobs / (await installation.Scalar<DateTime>("SELECT max(done_at) FROM async_jobs") - started).TotalSeconds;
    }

    /// <summary>
    /// Data of a past week: as many finished jobs and compositions as will be queued, so that statements are planned as in a registry
    /// in use.
    /// </summary>
    private static readonly string RefillSql = $"""
        TRUNCATE compositions, composition_integrations, background_tasks, async_jobs, audit_log, events;
        {JobsSql(8, "DONE")};
        {TasksSql(8, 9, "DONE")};
        {Patients.CompositionsSql(Jobs, "FINAL", isSigned: true)}
        """;

    /// <summary>The rows that createComposition writes, in one statement.</summary>
    private static readonly string QueueSql = $"WITH job AS ({JobsSql(0, "PENDING")}) {TasksSql(0, 0, "QUEUED")}";

    private static string JobsSql(int kind, string status) => $"""
        INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id, done_at)
        SELECT {Rows.Id(kind, "i")}, {Patients.Entity}, {Patients.DoctorUser}, '{CreateCompositionTask.Type}', '{status}', now() + interval '5 s', {Rows.Id(kind, "i")},
               sha256(i::text::bytea), 'bench-' || i, {(status == "PENDING" ? "NULL" : "now()")}
          FROM generate_series(0, {Jobs - 1}) i
        """;

    private static string TasksSql(int job, int composition, string status) => $"""
        INSERT INTO background_tasks (job_id, type, key, payload, status)
        SELECT {Rows.Id(job, "i")}, '{CreateCompositionTask.Type}', {Rows.Id(5, "i")}, jsonb_build_object(
                 'id', {Rows.Id(composition, "i")}, 'type', 'TEMP_DISABILITY', 'category', 'SICKNESS', 'subjectType', 'person', 'subjectId', {Rows.Id(5, "i")},
                 'focusType', 'person', 'focusId', {Rows.Id(5, "i")}, 'encounterId', {Rows.Id(7, "i")}, 'authorId', {Patients.Doctor},
                 'custodianId', {Patients.Entity}, 'userId', {Patients.DoctorUser},
                 'periodStart', '2026-03-02T00:00:01Z', 'periodEnd', '2026-03-06T20:59:59Z',
                 'extension', jsonb_build_array(jsonb_build_object('valueCode', 'IS_ACCIDENT', 'valueBoolean', true)), 'replaces', null), '{status}'
          FROM generate_series(0, {Jobs - 1}) i
        """;

    private static readonly string FloorSql = $"""
        WITH due AS (
          SELECT id FROM background_tasks WHERE type = '{CreateCompositionTask.Type}' AND status = 'QUEUED' AND run_at <= now() ORDER BY run_at, id LIMIT {FloorBatch} FOR UPDATE SKIP LOCKED
        ), claimed AS (
          UPDATE background_tasks task SET status = 'RUNNING', attempts = attempts + 1, locked_by = 'floor', locked_until = now() + interval '60 s', updated_at = now()
            FROM due WHERE task.id = due.id RETURNING task.id
        )
        SELECT array_agg(id) AS ids FROM claimed \gset
        WITH task AS (
          UPDATE background_tasks SET status = 'DONE', locked_by = NULL, locked_until = NULL, updated_at = now()
           WHERE id = ANY (:ids) AND status = 'RUNNING' RETURNING job_id, payload
        ), job AS (
          UPDATE async_jobs job SET status = 'DONE', eta = now(), done_at = now(), updated_at = now() FROM task WHERE job.id = task.job_id
        )
        INSERT INTO compositions (id, status, type, category, title, date, subject_type, subject_id, focus_type, focus_id, episode_id, encounter_id,
                                  author_id, custodian_id, period_start, period_end, extension, inserted_at, inserted_by, updated_at, updated_by)
        SELECT draft.id, 'PRELIMINARY', draft.type, draft.category, md5(draft.id::text)::varchar(19), now(), draft."subjectType", draft."subjectId", draft."focusType", draft."focusId",
               encounter.episode_id, draft."encounterId", draft."authorId", draft."custodianId", draft."periodStart", draft."periodEnd", draft.extension, now(), draft."userId", now(), draft."userId"
          FROM task,
               jsonb_to_record(task.payload) AS draft(id uuid, type text, category text, "subjectType" text, "subjectId" uuid, "focusType" text, "focusId" uuid,
                 "encounterId" uuid, "authorId" uuid, "custodianId" uuid, "userId" uuid, "periodStart" timestamptz, "periodEnd" timestamptz, extension jsonb),
               encounters encounter
         WHERE encounter.id = draft."encounterId";
        """;
}
