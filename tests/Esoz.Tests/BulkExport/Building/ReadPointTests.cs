using System.Text.Json;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Database;
using Esoz.Tests.Platform.Compression;

namespace Esoz.Tests.BulkExport.Building;

/// <summary>What is built together shows one point in time (pis-bulk §3.5) and contains all rows stamped before it.</summary>
public sealed class ReadPointTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "Resources built together have one instant, and while rows come and change every reference of a file is in the file it leads to")]
    public async Task Agree()
    {
        await registry.SomeEmployees(new Random(1), 5);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writing = Enumerable.Range(0, 3).Select(writer => Write(writer, stop.Token)).ToList();
        try
        {
            for (var round = 0; round < 5; round++)
            {
                var run = await registry.Run([.. BulkResources.All]);

                Assert.Empty(run.Failures);
                Assert.Single(run.Reports.Select(report => report.Snapshot.At).Distinct());
                var files = new Dictionary<string, List<JsonElement>>();
                foreach (var report in run.Reports)
                    files[report.Snapshot.Resource] = await Records(report);
                LeadsTo(files, "employees", "party_id", "parties");
                LeadsTo(files, "employees", "division_id", "divisions");
                LeadsTo(files, "employees", "legal_entity_id", "legal_entities");
                LeadsTo(files, "divisions", "legal_entity_id", "legal_entities");
                LeadsTo(files, "employee_roles", "employee_id", "employees");
                LeadsTo(files, "employee_roles", "healthcare_service_id", "healthcare_services");
                LeadsTo(files, "healthcare_services", "division_id", "divisions");
                LeadsTo(files, "healthcare_services", "legal_entity_id", "legal_entities");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }
        Assert.True(await registry.Scalar<long>("SELECT count(*) FROM employee_roles") > 10, "the writers wrote");
    }

    [Fact(DisplayName =
        "A row stamped before a snapshot and committed after it is not older than the snapshot, so the next day's window has it")]
    public async Task LateCommit()
    {
        await registry.SomeEmployees(new Random(2), 3);
        var employee = await registry.Scalar<Guid>("SELECT id FROM employees LIMIT 1");
        await using var late = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await late.BeginTransactionAsync(Ct);
        await using (var update = PostgresDatabase.Command(
            late, "UPDATE employees SET status_reason = 'пізно', updated_at = now() WHERE id = $1", employee))
            await update.ExecuteNonQueryAsync(Ct);
        await Task.Delay(300, Ct);

        var first = await registry.Build();
        await transaction.CommitAsync(Ct);

        Assert.DoesNotContain(await Records(first), record => record.GetProperty("status_reason").GetString() == "пізно");
        var stamp = await registry.Scalar<DateTime>("SELECT updated_at FROM employees WHERE id = $1", employee);
        // Exactly a day later, depth=1 begins at the time of the first snapshot.
        Assert.True(stamp >= first.Snapshot.At, $"stamped {stamp:O}, snapshot as of {first.Snapshot.At:O}");
    }

    [Fact(DisplayName =
        "Of rows that many writers stamp while snapshots are taken, none is stamped before a snapshot that does not have it")]
    public async Task NoneBetween()
    {
        await registry.SomeEmployees(new Random(3), 3);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var writing = Enumerable.Range(0, 6).Select(writer => Write(writer, stop.Token)).ToList();
        try
        {
            for (var round = 0; round < 10; round++)
            {
                var report = await registry.Build(GetEmployeeRolesBulk.Resource);
                var known = (await Records(report)).Select(record => record.GetProperty("id").GetGuid()).ToHashSet();
                await Task.Delay(300, Ct);
                var before = await registry.Rows("SELECT id FROM employee_roles WHERE inserted_at < $1", report.Snapshot.At);
                Assert.DoesNotContain(before, row => !known.Contains((Guid)row["id"]!));
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writing);
        }
    }

    [Fact(DisplayName = "A transaction that only reads, however long, does not hold the instant back")]
    public async Task LongReader()
    {
        await using var reader = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await reader.BeginTransactionAsync(Ct);
        await using (var select = PostgresDatabase.Command(reader, "SELECT count(*) FROM employees"))
            await select.ExecuteScalarAsync(Ct);
        // As if it had begun long ago: the point knows of a transaction only when it began and whether it has written.
        await using var hasty = await registry.Database.OpenSession(Ct);
        await Task.Delay(50, Ct);
        var begun = await registry.Scalar<DateTime>("SELECT clock_timestamp()");

        await using var point = await ReadPoint.Take(registry.Database, hasty, TimeSpan.Zero, Ct);

        Assert.True(point.At >= begun, $"{point.At:O} is before {begun:O}");
    }

    /// <summary>
    /// Divisions, parties, employees, services and roles. Each row references rows of the same transaction; some transactions take a while
    /// to commit.
    /// </summary>
    private async Task Write(int writer, CancellationToken ct)
    {
        var random = new Random(writer);
        var entity = await registry.Given.LegalEntity();
        while (!ct.IsCancellationRequested)
        {
            await using var connection = await registry.Database.Source.OpenConnectionAsync(CancellationToken.None);
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            await using var insert = PostgresDatabase.Command(connection, """
                WITH division AS (
                  INSERT INTO divisions (id, legal_entity_id, name, type, phones, email, status, inserted_by)
                  VALUES (gen_random_uuid(), $1, 'Амбулаторія', 'CLINIC', '[]', 'a@example.ua', 'ACTIVE', $1) RETURNING id),
                party AS (
                  INSERT INTO parties (id, last_name, first_name, birth_date, gender, tax_id, verification_status, inserted_by)
                  VALUES (gen_random_uuid(), 'Ткачук', 'Олена', '1983-01-02', 'FEMALE', substr(md5(random()::text), 1, 10), 'VERIFIED', $1) RETURNING id),
                employee AS (
                  INSERT INTO employees (id, legal_entity_id, division_id, party_id, position, employee_type, status, start_date, is_active, inserted_by)
                  SELECT gen_random_uuid(), $1, division.id, party.id, 'P7', 'DOCTOR', 'APPROVED', '2019-06-04', true, $1 FROM division, party RETURNING id, division_id),
                service AS (
                  INSERT INTO healthcare_services (id, legal_entity_id, division_id, category, status, inserted_by)
                  SELECT gen_random_uuid(), $1, id, '{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"MSP"}]}', 'ACTIVE', $1 FROM division RETURNING id)
                INSERT INTO employee_roles (id, healthcare_service_id, employee_id, status, inserted_by)
                SELECT gen_random_uuid(), service.id, employee.id, 'ACTIVE', $1 FROM service, employee
                """, entity);
            await insert.ExecuteNonQueryAsync(CancellationToken.None);
            if (random.Next(3) == 0)
                await Task.Delay(random.Next(200), CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
    }

    private static void LeadsTo(Dictionary<string, List<JsonElement>> files, string from, string member, string to)
    {
        var known = files[to].Select(record => record.GetProperty("id").GetGuid()).ToHashSet();
        Assert.All(files[from].Select(record => record.GetProperty(member)).Where(reference => reference.ValueKind != JsonValueKind.Null),
            reference => Assert.Contains(reference.GetGuid(), known));
    }

    private async Task<List<JsonElement>> Records(BuildReport report) =>
        [.. JsonDocument.Parse(await GzipTool.Decompress(await registry.Stored($"{report.Snapshot.Prefix}/full.json.gz")))
            .RootElement.EnumerateArray()];
}
