using System.Diagnostics;
using System.Text.Json;
using Esoz.BulkExport;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// Building the employees' snapshot: every row read in order, written as JSON, compressed, cut into 31 files, uploaded and read back. The
/// floor is the same statement, copied by <c>psql</c> and discarded.
/// </summary>
public static class SnapshotBench
{
    public const string Name = "snapshot";

    private const int Employees = 1_000_000;
    private const double Target = 1.3;

    public static async Task Run(BenchInstallation installation, Load load)
    {
        await Console.Error.WriteLineAsync("Preparing 1,000,000 employees …");
        await installation.Prepare(EmployeesSql(Employees));
        var resource = GetEmployeesBulk.Resource;
        var rows = resource.RowsSql(resource.Members);
        var unordered = rows[..rows.IndexOf("ORDER BY", StringComparison.Ordinal)];
        List<double> program = [], floor = [], heap = [];
        var (peak, plain, stored) = (0L, 0L, 0L);
        for (var round = 0; round <= load.Rounds; round++)
        {
            var built = await Build(installation);
            var copied = await Copy(installation, rows);
            var scanned = await Copy(installation, unordered);
            await Console.Error.WriteLineAsync(
                Invariant(
                    $"{(round == 0 ? "warm-up" : $"round {round}")}: program {built.Seconds:F1} s, floor {copied:F1} s (unordered {scanned:F1} s), ratio {built.Seconds / copied:F2}, peak {built.Peak / 1e6:F0} MB"));
            if (round == 0)
                continue;
            program.Add(built.Seconds);
            floor.Add(copied);
            heap.Add(scanned);
            (peak, plain, stored) = (Math.Max(peak, built.Peak), built.PlainBytes, built.StoredBytes);
        }
        Figures.Add("program", Comparison.Median(program), "s", Invariant(
            $"esoz snapshot run employees: {Employees:N0} rows, {plain / 1e6:F0} MB of JSON, 31 files of together {stored / 1e6:F0} MB"));
        Figures.Add("floor", Comparison.Median(floor), "s", "psql: COPY (the same statement) TO STDOUT (FORMAT binary)");
        Figures.Add("floor without ORDER BY", Comparison.Median(heap), "s");
        Figures.Add("ratio", Comparison.MedianRatio(program, floor), "",
            Invariant($"target {Target:F1} or less; {load.Rounds} rounds, median"));
        Figures.Add("memory", peak / 1e6, "MB", "at the most, target 150 or less");
    }

    /// <summary>
    /// Employees with one speciality and one education each, about 800 bytes as a record; 15 % of them changed in the last 30 days.
    /// The rows they refer to do not exist: nothing here reads them.
    /// </summary>
    public static string EmployeesSql(int count) => $$"""
        INSERT INTO employees (id, legal_entity_id, division_id, party_id, position, employee_type, status, start_date, is_active, speciality, additional_info, inserted_at, inserted_by, updated_at, updated_by)
        SELECT gen_random_uuid(), {{Rows.Id(1, "i % 3000")}}, {{Rows.Id(2, "i % 9000")}}, gen_random_uuid(), 'P' || i % 300, 'DOCTOR', CASE WHEN i % 12 = 0 THEN 'STOPPED' ELSE 'APPROVED' END,
               '2019-06-04'::date + (i % 2000), i % 12 <> 0,
               ('{"level":"FIRST","speciality":"FAMILY_DOCTOR","attestation_date":"2018-05-20","attestation_name":"НМАПО","certificate_number":"AB/' || i || '","qualification_type":"AWARDING","speciality_officio":true}')::json,
               ('{"educations":[{"city":"Львів","degree":"MASTER","country":"UA","speciality":"Медицина","diploma_number":"DD' || i || '","institution_name":"ЛНМУ"}]}')::json,
               stamp, {{Rows.Id(3, "1")}}, CASE WHEN i % 3 > 0 THEN stamp END, {{Rows.Id(3, "1")}}
          FROM (SELECT i, now() - CASE WHEN random() < 0.15 THEN random() * interval '30 days' ELSE interval '30 days' + random() * interval '6 years' END AS stamp
                  FROM generate_series(1, {{count}}) i) employee
        """;

    private static async Task<(double Seconds, long Peak, long PlainBytes, long StoredBytes)> Build(BenchInstallation installation)
    {
        await installation.ForgetSnapshots();
        using var process = installation.StartProgram("snapshot", "run", "employees", "--json");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, ResidentSet.Peak(process.Id));
            await Task.Delay(20);
        }
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"snapshot run failed: {await errors}");
        using var report = JsonDocument.Parse(await output);
        var resource = report.RootElement[0];
        var files = resource.GetProperty("files").EnumerateArray().ToList();
        return (resource.GetProperty("seconds").GetDouble(), peak, files[^1].GetProperty("plain_bytes").GetInt64(),
            files.Sum(file => file.GetProperty("bytes").GetInt64()));
    }

    private static async Task<double> Copy(BenchInstallation installation, string rows)
    {
        var started = Stopwatch.GetTimestamp();
        var connection = installation.Connection;
        await Tool.Run(
            "psql", ["-X", "-q", "-h", connection.Host!, "-p", $"{connection.Port}", "-U", connection.Username!, "-d", connection.Database!,
            "-o", "/dev/null", "-c", $"COPY ({rows}) TO STDOUT (FORMAT binary)"]);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
