using System.Diagnostics;
using System.Text.Json;
using Esoz.Compositions;
using Esoz.Platform.Http;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Dstu;
using Esoz.Sandbox.Signatures;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// Draining a queue of orders to sign, each a container with a national key, its certificate and a time stamp: the processor time of a
/// whole job, of the check of its container, and of one DSTU 4145 verification, of which a check needs several.
/// </summary>
public static class SignCompositionBench
{
    public const string Name = "sign-composition";

    private const int Jobs = 2_000;
    private const int Keys = 20;

    public static async Task Run(BenchInstallation installation, Load load)
    {
        await Console.Error.WriteLineAsync(Invariant($"Signing {Jobs:N0} drafts …"));
        await installation.Prepare(Patients.Sql(Jobs));
        await installation.Prepare(Patients.CompositionsSql(Jobs, "PRELIMINARY", isSigned: false));
        var orders = await Sign(installation);
        List<double> jobs = [], job = [], check = [], verifications = [];
        for (var round = 0; round <= load.Rounds; round++)
        {
            var (perSecond, processorTime) = await Drain(installation, orders);
            var container = Check(installation, orders, load.Seconds);
            var rate = Verify(load.Seconds);
            await Console.Error.WriteLineAsync(
                Invariant(
                    $"{(round == 0 ? "warm-up" : $"round {round}")}: {perSecond:F0} jobs/s, {processorTime:F2} ms each; check {container:F2} ms, share {container / processorTime:F2}; {rate:F0} verifications/s"));
            if (round == 0)
                continue;
            jobs.Add(perSecond);
            job.Add(processorTime);
            check.Add(container);
            verifications.Add(rate);
        }
        Figures.Add("job", Comparison.Median(job), "ms", "of a processor in esoz serve --roles worker, PostgreSQL not counted");
        Figures.Add("jobs", Comparison.Median(jobs), "/s", "one worker");
        Figures.Add("check", Comparison.Median(check), "ms",
            "of a processor for its container: signature, certificates, revocation lists, time stamp, signer");
        Figures.Add("check to job", Comparison.MedianRatio(check, job), "");
        Figures.Add("DSTU 4145", Comparison.Median(verifications), "/s",
            Invariant($"verifications on one core, m = {DstuCurve.Usual.M}; {load.Rounds} rounds, median"));
    }

    /// <summary>Ids and containers, signed by the authors; the program trusts the authority.</summary>
    private static async Task<Dictionary<Guid, byte[]>> Sign(BenchInstallation installation)
    {
        var authority = new TestAuthority(Path.Combine(installation.DataDirectory, "lab"), TrustPath(installation), TimeProvider.System);
        authority.Create();
        var keys = Enumerable.Range(0, Keys).Select(doctor =>
        {
            var path = Path.Combine(installation.DataDirectory, $"doctor-{doctor}.pem");
            authority.Issue(LabAlgorithm.Dstu, "Ткачук Олена", Patients.TaxId(doctor), null, isExpired: false, isRevoked: false, path);
            return path;
        }).ToArray();
        // Few doctors are enough, and keys take a while to create.
        await installation.Prepare(
            $"UPDATE compositions composition SET author_id = {Rows.Id(4, $"i % {Keys}")}, custodian_id = {Rows.Id(1, $"i % {Keys} / 10")} FROM generate_series(0, {Jobs - 1}) i WHERE composition.id = {Rows.Id(9, "i")}");
        var orders = new Dictionary<Guid, byte[]>();
        await using var command = installation.Database.Command(
            $"SELECT {CompositionRow.Columns} FROM compositions composition ORDER BY id");
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            orders.Add(
                row.GetGuid(0), authority.Sign(
                    JsonSerializer.SerializeToUtf8Bytes(CompositionRow.Read(row, 0), McDialect.Json), keys[orders.Count % Keys]));
        return orders;
    }

    /// <summary>Measures the second of two runs: the first warms up the worker's JIT compiler.</summary>
    private static async Task<(double PerSecond, double Milliseconds)> Drain(
        BenchInstallation installation, Dictionary<Guid, byte[]> orders)
    {
        using var worker = await WorkerProcesses.Start(installation, 1);
        await Queue(installation, orders);
        await worker.UntilDrained();
        var before = worker.ProcessorTime;
        var started = await Queue(installation, orders);
        await worker.UntilDrained();
        var used = worker.ProcessorTime - before;
        if (await installation.Scalar<long>("SELECT count(*) FROM async_jobs WHERE status = 'DONE'") is not Jobs and var done)
            throw new InvalidOperationException(
                $"{done} of {Jobs} were signed: {await installation.Scalar<string>("SELECT coalesce(max(error_name), 'no error') FROM async_jobs")}");
        var ended = await installation.Scalar<DateTime>("SELECT max(done_at) FROM async_jobs");
        return (Jobs / (ended - started).TotalSeconds, used.TotalMilliseconds / Jobs);
    }

    private static async Task<DateTime> Queue(BenchInstallation installation, Dictionary<Guid, byte[]> orders)
    {
        await installation.Prepare(
            "TRUNCATE background_tasks, async_jobs, audit_log, events; UPDATE compositions SET status = 'PRELIMINARY', signed_at = NULL, signed_content_key = NULL");
        await using var command = installation.Database.Command($"""
            WITH given AS (
              SELECT composition.*, party_users.user_id, gen_random_uuid() AS job, payload
                FROM unnest($1::uuid[], $2::text[]) AS given (id, payload)
                JOIN compositions composition ON composition.id = given.id
                JOIN employees ON employees.id = composition.author_id
                JOIN party_users ON party_users.party_id = employees.party_id
            ), job AS (
              INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id)
              SELECT job, custodian_id, user_id, '{SignCompositionTask.Type}', 'PENDING', now(), id, sha256(payload::bytea), 'bench' FROM given
            )
            INSERT INTO background_tasks (job_id, type, key, payload, status)
            SELECT job, '{SignCompositionTask.Type}', subject_id, jsonb_build_object('compositionId', id, 'userId', user_id, 'data', payload), 'QUEUED' FROM given
            """, orders.Keys.ToArray(), orders.Values.Select(Convert.ToBase64String).ToArray());
        await command.ExecuteNonQueryAsync();
        return DateTime.UtcNow;
    }

    /// <returns>Milliseconds of processor time per container.</returns>
    private static double Check(BenchInstallation installation, Dictionary<Guid, byte[]> orders, int seconds)
    {
        var check = new SignatureCheck(
            new()
            {
                Enabled = true,
                RequireTimestamp = true,
                Revocation = RevocationMode.Crl,
                Delta = DeltaMode.Warn,
                Qualified = QualifiedMode.Certificate,
                TrustPath = TrustPath(installation),
            },
            new TrustDirectory(TrustPath(installation), TimeProvider.System), TimeProvider.System);
        var containers = orders.Values.ToArray();
        return 1000 / PerSecond(seconds, i =>
        {
            if (check.Check(containers[i % Jobs]).Outcome != SignatureOutcome.Accepted)
                throw new InvalidOperationException("A container is refused.");
        });
    }

    private static double Verify(int seconds)
    {
        var secret = DstuSecret.Random(DstuCurve.Usual);
        var key = DstuCurve.Usual.Decompress(secret.PublicKey)!;
        var hash = Gost34311.Hash("composition"u8, SubstitutionBox.First);
        var signature = secret.Sign(hash);
        var half = signature.Length / 2;
        return PerSecond(seconds, _ =>
        {
            if (!key.Verifies(hash, signature.AsSpan(0, half), signature.AsSpan(half)))
                throw new InvalidOperationException("A signature is refused.");
        });
    }

    /// <summary>Executions per second of processor time, because other processes may be using the processor.</summary>
    private static double PerSecond(int seconds, Action<int> action)
    {
        var started = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage.TotalTime;
        var times = 0;
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            action(times++);
        return times / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static string TrustPath(BenchInstallation installation) => Path.Combine(installation.DataDirectory, "signatures");
}
