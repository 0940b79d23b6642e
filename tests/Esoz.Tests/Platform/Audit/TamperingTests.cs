using System.Globalization;

namespace Esoz.Tests.Platform.Audit;

/// <summary>
/// Random manipulations of sealed rows by the superuser: each is found, named, and undone before the next. The seed is in the message.
/// </summary>
public sealed class TamperingTests(TestCluster cluster)
{
    [Fact(DisplayName = "Of 300 rows, each of 20 random manipulations is found")]
    public Task Sample() => Manipulate(rows: 300, manipulations: 20);

    [Fact(DisplayName = "Soak: of 10,000 rows, each of 1,000 random manipulations is found, and a clean log has no finding", Explicit = true)]
    [Trait("Soak", "tampering")]
    public Task Soak() => Manipulate(rows: 10_000, manipulations: 1_000);

    private async Task Manipulate(int rows, int manipulations)
    {
        var registry = new SealedRegistry(cluster);
        await registry.InitializeAsync();
        try
        {
            var seed = Environment.TickCount;
            var random = new Random(seed);
            await Fill(registry, rows);
            // An older backup: the state before the last tenth of the rows.
            await registry.Tamper("CREATE SCHEMA older; CREATE TABLE older.audit_log AS TABLE audit_log; CREATE TABLE older.audit_seals AS TABLE audit_seals");
            await Change(registry, rows / 10);
            await registry.Seal();
            await registry.Tamper("CREATE SCHEMA whole; CREATE TABLE whole.audit_log AS TABLE audit_log; CREATE TABLE whole.audit_seals AS TABLE audit_seals");
            Assert.Empty((await registry.Verify()).Findings);

            for (var i = 0; i < manipulations; i++)
            {
                var (name, tamper, undo, row) = Next(random, await Pick(registry, random), await Pick(registry, random));
                await registry.Tamper(tamper);
                var findings = (await registry.Verify()).Findings;
                Assert.True(findings.Count > 0, $"Not found: {name} ({tamper}), seed {seed}");
                Assert.True(row is null || findings.Any(found => found.Row == row),
                    $"{name} of row {row} is found without naming it, seed {seed}: {findings[0]}");
                await registry.Tamper(undo);
                if (i % 50 == 0 || i == manipulations - 1)
                    Assert.Empty((await registry.Verify()).Findings);
            }
        }
        finally
        {
            await registry.DisposeAsync();
        }
    }

    /// <summary>Several seals: of old rows in several days, of a default partition, and of changes that the program recorded.</summary>
    private static async Task Fill(SealedRegistry registry, int rows)
    {
        await registry.OldRows(rows * 6 / 10, 20);
        await registry.Seal();
        for (var batch = 0; batch < 3; batch++)
        {
            await Change(registry, rows / 10);
            await registry.Seal();
        }
    }

    private static Task<int> Change(Registry registry, int rows) => registry.Execute(
        "INSERT INTO users (id, email) SELECT id, id || '@users.invalid' FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS made",
        rows);

    private static async Task<Guid> Pick(Registry registry, Random random) => await registry.Scalar<Guid>(
        "SELECT id FROM audit_log ORDER BY id OFFSET $1 LIMIT 1", random.Next((int)await registry.Scalar<long>("SELECT count(*) FROM audit_log")));

    /// <param name="one">A row.</param>
    /// <param name="other">Another one, or the same.</param>
    private static (string Name, string Tamper, string Undo, Guid? Row) Next(Random random, Guid one, Guid other)
    {
        var back = $"DELETE FROM audit_log WHERE id IN ('{one}', '{other}'); INSERT INTO audit_log SELECT * FROM whole.audit_log WHERE id IN ('{one}', '{other}')";
        var column = random.Next(7) switch
        {
            0 => "actor_id = 'f' || actor_id",
            1 => "resource = 'parties'",
            2 => "resource_id = resource_id || '0'",
            3 => "changeset = changeset || '{\"name\": \"x\"}'",
            4 => "former = coalesce(former, '{}') || '{\"x\": 1}'",
            5 => "request_id = 'forged'",
            _ => "operator = 'nobody'",
        };
        var days = random.Next(1, 15).ToString(CultureInfo.InvariantCulture);
        return random.Next(12) switch
        {
            0 or 1 or 2 => ("update", $"UPDATE audit_log SET {column} WHERE id = '{one}'", back, one),
            3 or 4 => ("delete", $"DELETE FROM audit_log WHERE id = '{one}'", back, one),
            5 => ("insert", $"INSERT INTO audit_log (id, actor_id, resource, resource_id, changeset, inserted_at) SELECT '00000000-0000-4000-8000-000000000001', 'x', 'x', 'x', '{"{}"}', inserted_at FROM audit_log WHERE id = '{one}'",
                "DELETE FROM audit_log WHERE id = '00000000-0000-4000-8000-000000000001'", Guid.Parse("00000000-0000-4000-8000-000000000001")),
            6 => ("other time", $"UPDATE audit_log SET inserted_at = inserted_at - interval '{days} days' WHERE id = '{one}'", back, one),
            7 => ("swap of two rows' ids",
                $"UPDATE audit_log SET id = '00000000-0000-4000-8000-000000000002' WHERE id = '{one}'; UPDATE audit_log SET id = '{one}' WHERE id = '{other}' AND id <> '{one}'; UPDATE audit_log SET id = '{(one == other ? Guid.Parse("00000000-0000-4000-8000-000000000003") : other)}' WHERE id = '00000000-0000-4000-8000-000000000002'",
                $"DELETE FROM audit_log WHERE id = '00000000-0000-4000-8000-000000000003'; {back}", one),
            8 => ("truncated partition", "TRUNCATE audit_log_default",
                "INSERT INTO audit_log SELECT * FROM whole.audit_log WHERE inserted_at < date_trunc('month', now())", null),
            9 => ("removed last seal and its rows", "DELETE FROM audit_log a USING whole.audit_log w WHERE a.id = w.id AND NOT EXISTS (SELECT FROM older.audit_log o WHERE o.id = a.id); DELETE FROM audit_seals s WHERE NOT EXISTS (SELECT FROM older.audit_seals o WHERE (o.log, o.number) = (s.log, s.number))",
                Whole, null),
            10 => ("older backup",
                "DELETE FROM audit_log; DELETE FROM audit_seals; INSERT INTO audit_log SELECT * FROM older.audit_log; INSERT INTO audit_seals SELECT * FROM older.audit_seals",
                Whole, null),
            _ => ("row and its hash in the seal",
                $"DELETE FROM audit_log WHERE id = '{one}'; UPDATE audit_seals SET leaves = overlay(leaves PLACING '' FROM position(uuid_send('{one}') IN leaves) FOR 48), row_count = row_count - 1 WHERE position(uuid_send('{one}') IN leaves) > 0",
                $"{back}; DELETE FROM audit_seals; INSERT INTO audit_seals SELECT * FROM whole.audit_seals", null),
        };
    }

    private const string Whole =
        "DELETE FROM audit_log; DELETE FROM audit_seals; INSERT INTO audit_log SELECT * FROM whole.audit_log; INSERT INTO audit_seals SELECT * FROM whole.audit_seals";
}
