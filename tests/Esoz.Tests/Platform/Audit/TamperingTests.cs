using System.Diagnostics;
using System.Globalization;

namespace Esoz.Tests.Platform.Audit;

/// <summary>
/// Random manipulations of sealed rows of both logs by the superuser: each is found, named, and undone before the next. The seed is in the
/// message.
/// </summary>
public sealed class TamperingTests(TestCluster cluster)
{
    private const string Added = "00000000-0000-4000-8000-000000000001";

    private static readonly string[] Tables = ["audit_log", "access_journal", "audit_seals"];

    [Fact(DisplayName = "Of 300 rows, each of 30 random manipulations is found")]
    public Task Sample() => Manipulate(rows: 300, manipulations: 30);

    [Fact(DisplayName = "Soak: of 10,000 rows of both logs, each of 1,000 random manipulations is found, and clean logs have no finding",
        Explicit = true)]
    [Trait("Soak", "tampering")]
    public Task Soak() => Manipulate(rows: 10_000, manipulations: 1_000);

    private async Task Manipulate(int rows, int manipulations)
    {
        await using var registry = await SealedRegistry.Started(cluster);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await Fill(registry, rows);
        // An older backup: the state before the last tenth of the rows.
        await Copy(registry, "older");
        await Change(registry, rows / 10);
        await registry.Seal();
        await Copy(registry, "whole");
        await Clean(registry);
        Assert.Equal(rows, await registry.Scalar<long>("SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM access_journal)"));

        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var began = Stopwatch.StartNew();
        for (var i = 0; i < manipulations; i++)
        {
            var log = random.Next(2) == 0 ? "audit_log" : "access_journal";
            var (name, tamper, undo, row) = Next(random, log, await Pick(registry, log, random), await Pick(registry, log, random));
            await registry.Tamper(tamper);
            var findings = (await registry.Verify()).Findings;
            Assert.True(findings.Count > 0, $"Not found: {name} ({tamper}), seed {seed}");
            Assert.True(row is null || findings.Any(found => found.Log == log && found.Row == row),
                $"{name} of row {row} of {log} is found without naming it, seed {seed}: {findings[0]}");
            await registry.Tamper(undo);
            counts[$"{name}, {log}"] = counts.GetValueOrDefault($"{name}, {log}") + 1;
            if (i % 50 == 0 || i == manipulations - 1)
                await Clean(registry);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rows} rows, {manipulations} manipulations found in {began.Elapsed.TotalSeconds:F0} s, seed {seed}: {string.Join("; ", counts.Select(it => $"{it.Value} {it.Key}"))}");
    }

    private static async Task Clean(SealedRegistry registry) => Assert.Empty((await registry.Verify()).Findings);

    private static Task<int> Copy(SealedRegistry registry, string schema) => registry.Tamper(
        $"CREATE SCHEMA {schema}; {string.Join("; ", Tables.Select(table => $"CREATE TABLE {schema}.{table} AS TABLE {table}"))}");

    /// <summary>
    /// Several seals of both logs: of old rows in several days, of a default partition, and of changes that the program recorded. The last
    /// tenth comes later.
    /// </summary>
    private static async Task Fill(SealedRegistry registry, int rows)
    {
        var present = (int)await registry.Scalar<long>("SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM access_journal)");
        await registry.OldRows((rows * 3 / 10) - present, 20);
        await registry.OldRequests(rows * 3 / 10, 20);
        await registry.Seal();
        for (var batch = 0; batch < 3; batch++)
        {
            await Change(registry, rows / 10);
            await registry.Seal();
        }
    }

    /// <summary>New rows, half of them in each log.</summary>
    private static async Task Change(Registry registry, int rows)
    {
        await registry.Execute(
            "INSERT INTO users (id, email) SELECT id, id || '@users.invalid' FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS made",
            rows / 2);
        await registry.Execute("""
            INSERT INTO access_journal (client_id, user_id, method_id, object_ids, status, request_id, address)
            SELECT gen_random_uuid(), gen_random_uuid(), 'API-005-007-004-0127', ARRAY[gen_random_uuid()], 200, 'new#' || n, '127.0.0.1'
              FROM generate_series(1, $1) n
            """, rows / 2);
    }

    private static async Task<Guid> Pick(Registry registry, string log, Random random) => await registry.Scalar<Guid>(
        $"SELECT id FROM {log} ORDER BY id OFFSET $1 LIMIT 1", random.Next((int)await registry.Scalar<long>($"SELECT count(*) FROM {log}")));

    /// <param name="one">A row.</param>
    /// <param name="other">Another one, or the same.</param>
    private static (string Name, string Tamper, string Undo, Guid? Row) Next(Random random, string log, Guid one, Guid other)
    {
        var back = $"DELETE FROM {log} WHERE id IN ('{one}', '{other}'); INSERT INTO {log} SELECT * FROM whole.{log} WHERE id IN ('{one}', '{other}')";
        string[] columns = log == "audit_log"
            ? ["actor_id = 'f' || actor_id", "resource = 'parties'", "resource_id = resource_id || '0'",
                "changeset = changeset || '{\"name\": \"x\"}'", "former = coalesce(former, '{}') || '{\"x\": 1}'", "request_id = 'forged'",
                "operator = 'nobody'"]
            : ["client_id = gen_random_uuid()", "user_id = NULL", "method_id = 'x'", "object_ids = object_ids[2:] || gen_random_uuid()",
                "person_id = gen_random_uuid()", "status = status + 1", "request_id = 'forged'", "address = '10.0.0.1'"];
        var column = columns[random.Next(columns.Length)];
        var days = random.Next(1, 15).ToString(CultureInfo.InvariantCulture);
        var added = log == "audit_log"
            ? "INSERT INTO audit_log (id, actor_id, resource, resource_id, changeset, inserted_at) SELECT '{0}', 'x', 'x', 'x', '{{}}', inserted_at FROM audit_log WHERE id = '{1}'"
            : "INSERT INTO access_journal (id, method_id, object_ids, status, request_id, inserted_at) SELECT '{0}', 'x', '{{}}', 200, 'x', inserted_at FROM access_journal WHERE id = '{1}'";
        return random.Next(12) switch
        {
            0 or 1 or 2 => ("update", $"UPDATE {log} SET {column} WHERE id = '{one}'", back, one),
            3 or 4 => ("delete", $"DELETE FROM {log} WHERE id = '{one}'", back, one),
            5 => ("insert", string.Format(CultureInfo.InvariantCulture, added, Added, one),
                $"DELETE FROM {log} WHERE id = '{Added}'", Guid.Parse(Added)),
            6 => ("other time", $"UPDATE {log} SET inserted_at = inserted_at - interval '{days} days' WHERE id = '{one}'", back, one),
            7 => ("swap of two rows' ids",
                $"UPDATE {log} SET id = '00000000-0000-4000-8000-000000000002' WHERE id = '{one}'; UPDATE {log} SET id = '{one}' WHERE id = '{other}' AND id <> '{one}'; UPDATE {log} SET id = '{(one == other ? Guid.Parse("00000000-0000-4000-8000-000000000003") : other)}' WHERE id = '00000000-0000-4000-8000-000000000002'",
                $"DELETE FROM {log} WHERE id = '00000000-0000-4000-8000-000000000003'; {back}", one),
            8 => ("truncated partition", $"TRUNCATE {log}_default",
                $"INSERT INTO {log} SELECT * FROM whole.{log} WHERE inserted_at < date_trunc('month', now())", null),
            9 => ("removed last seals and their rows",
                $"DELETE FROM {log} a USING whole.{log} w WHERE a.id = w.id AND NOT EXISTS (SELECT FROM older.{log} o WHERE o.id = a.id); DELETE FROM audit_seals s WHERE s.log = '{log}' AND NOT EXISTS (SELECT FROM older.audit_seals o WHERE (o.log, o.number) = (s.log, s.number))",
                Restored("whole"), null),
            10 => ("older backup", Restored("older"), Restored("whole"), null),
            _ => ("row and its hash in the seal",
                $"DELETE FROM {log} WHERE id = '{one}'; UPDATE audit_seals SET leaves = overlay(leaves PLACING '' FROM position(uuid_send('{one}') IN leaves) FOR 48), row_count = row_count - 1 WHERE position(uuid_send('{one}') IN leaves) > 0",
                $"{back}; DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM whole.audit_seals", null),
        };
    }

    private static string Restored(string schema) =>
        string.Join("; ", Tables.Select(table => $"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {schema}.{table}"));
}
