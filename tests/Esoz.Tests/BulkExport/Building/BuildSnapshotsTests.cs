using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Database;
using Esoz.Platform.Scheduling;
using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Compression;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Esoz.Tests.BulkExport.Building;

/// <summary>Building snapshots (pis-bulk §3), on a real database and the embedded store.</summary>
public sealed class BuildSnapshotsTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    /// <summary>The record of pis-bulk §4.2 as written by the database, to compare with.</summary>
    private const string Records = """
        SELECT jsonb_build_object('id', id, 'position', position, 'status', status, 'employee_type', employee_type, 'is_active', is_active,
                 'start_date', to_char(start_date, 'YYYY-MM-DD"T00:00:00.000Z"'), 'end_date', to_char(end_date, 'YYYY-MM-DD"T00:00:00.000Z"'),
                 'legal_entity_id', legal_entity_id, 'division_id', division_id, 'party_id', party_id,
                 'inserted_at', to_char(inserted_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'updated_at', to_char(updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'status_reason', status_reason, 'additional_info', additional_info, 'speciality', speciality)::text AS record
          FROM employees
         WHERE $2::int IS NULL OR coalesce(updated_at, inserted_at) >= $1::timestamptz - $2::int * interval '24 hours'
         ORDER BY coalesce(updated_at, inserted_at) DESC, id
        """;

    private static readonly string[] Members =
    [
        "id", "position", "status", "employee_type", "is_active", "start_date", "end_date", "legal_entity_id", "division_id", "party_id",
        "inserted_at",
        "updated_at", "status_reason", "additional_info", "speciality",
    ];

    [Fact(DisplayName = "Full file and every window equal the table, row by row, in order, as one gzip member each")]
    public async Task EqualsTheTable()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 2; round++)
        {
            await registry.SomeEmployees(random, random.Next(1, 60));
            var report = await registry.Build();

            long rowsBefore = 0;
            foreach (var window in report.Windows)
            {
                var stored = await registry.Stored($"employees/{report.Snapshot.Generation}/{window.File}");
                GzipTool.AssertOneMember(stored);
                var records = JsonNode.Parse(await GzipTool.Decompress(stored))!.AsArray();
                var expected = await registry.Rows(Records, report.Snapshot.At, window.Depth);

                Assert.Equal(expected.Count, records.Count);
                Assert.Equal(expected.Count, window.Rows);
                Assert.True(window.Rows >= rowsBefore, "windows are nested");
                rowsBefore = window.Rows;
                foreach (var (record, row) in records.Zip(expected))
                {
                    Assert.Equal(Members, record!.AsObject().Select(member => member.Key));
                    Assert.True(
                        JsonNode.DeepEquals(JsonNode.Parse((string)row["record"]!), record), $"{row["record"]}\n{record.ToJsonString()}");
                }
            }
            Assert.Equal(await registry.Scalar<long>("SELECT count(*) FROM employees"), report.Full.Rows);
        }
    }

    [Fact(DisplayName = "Milliseconds are cut off, not rounded, and jsonb is emitted as stored")]
    public async Task Formats()
    {
        var id = await registry.Given.Insert("employees", new()
        {
            ["legal_entity_id"] = await registry.Given.LegalEntity(),
            ["party_id"] = await registry.Given.Party(),
            ["position"] = "P7",
            ["employee_type"] = "DOCTOR",
            ["status"] = "APPROVED",
            ["start_date"] = new DateOnly(2019, 6, 4),
            ["is_active"] = true,
            ["additional_info"] = Given.Json("{\"b\":1.50,\"a\":\"ї\"}"),
            ["inserted_at"] = new DateTime(1969, 12, 31, 23, 59, 59, DateTimeKind.Utc).AddMicroseconds(999_999),
        });
        var report = await registry.Build();

        var plain = Encoding.UTF8.GetString(await GzipTool.Decompress(await registry.Stored($"{report.Snapshot.Prefix}/full.json.gz")));

        var start = plain.IndexOf($$"""{"id":"{{id}}",""", StringComparison.Ordinal);
        Assert.StartsWith(
            $$"""
            {"id":"{{id}}","position":"P7","status":"APPROVED","employee_type":"DOCTOR","is_active":true,"start_date":"2019-06-04T00:00:00.000Z","end_date":null,
            """.TrimEnd(), plain[start..], StringComparison.Ordinal);
        Assert.Contains(
            """
            "inserted_at":"1969-12-31T23:59:59.999Z","updated_at":null,"status_reason":null,"additional_info":{"a": "ї", "b": 1.50},"speciality":null}
            """, plain[start..], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Manifest, pointer and database name the same generation, rows, bytes and digests")]
    public async Task Manifest()
    {
        await registry.SomeEmployees(new Random(7), 5);
        var report = await registry.Build();
        var (generation, prefix) = (report.Snapshot.Generation, report.Snapshot.Prefix);

        var manifest = JsonDocument.Parse(await registry.Stored($"{prefix}/manifest.json")).RootElement;
        Assert.Equal(generation, manifest.GetProperty("generation").GetGuid());
        Assert.Equal(BulkRegistry.MaxDepth + 1, manifest.GetProperty("files").GetArrayLength());
        foreach (var file in manifest.GetProperty("files").EnumerateArray())
        {
            var stored = await registry.Stored($"{prefix}/{file.GetProperty("file").GetString()}");
            var plain = await GzipTool.Decompress(stored);
            Assert.Equal(stored.Length, file.GetProperty("bytes").GetInt64());
            Assert.Equal(Sha256(stored), file.GetProperty("sha256").GetString());
            Assert.Equal(plain.Length, file.GetProperty("plain_bytes").GetInt64());
            Assert.Equal(Sha256(plain), file.GetProperty("plain_sha256").GetString());
            Assert.Equal(JsonNode.Parse(plain)!.AsArray().Count, file.GetProperty("rows").GetInt64());
        }

        var pointer = JsonDocument.Parse(await registry.Stored("employees/current.json")).RootElement;
        Assert.Equal(generation, pointer.GetProperty("generation").GetGuid());
        Assert.Equal($"{prefix}/manifest.json", pointer.GetProperty("manifest").GetString());

        var row = Assert.Single(await registry.Rows("SELECT * FROM bulk_generations WHERE resource = 'employees' AND state = 'READY'"));
        Assert.Equal(generation, row["id"]);
        Assert.Equal(report.Full.Rows, row["row_count"]);
        Assert.Equal(report.Full.Sha256, row["sha256"]);
        Assert.Equal(report.Windows.SkipLast(1).Select(window => window.Rows), (long[])row["depth_rows"]!);
        Assert.Equal(report.Windows.SkipLast(1).Select(window => window.Bytes), (long[])row["depth_bytes"]!);
    }

    [Fact(DisplayName = "A failed build keeps the previous snapshot in service, leaves no objects and records the error")]
    public async Task Fails()
    {
        await registry.SomeEmployees(new Random(2), 1);
        var before = await registry.Build();
        var broken = GetEmployeesBulk.Resource with { ChangedAt = "now() + interval '1 s' / (random() * 0)" };

        var run = await registry.Run(broken);

        Assert.Empty(run.Reports);
        Assert.Contains("division by zero", Assert.Single(run.Failures).Fault.Message, StringComparison.Ordinal);

        Assert.Equal(before.Snapshot.Generation, await registry.GenerationInService());
        var failed = Assert.Single(
            await registry.Rows("SELECT * FROM bulk_generations WHERE state = 'FAILED' ORDER BY started_at DESC LIMIT 1"));
        Assert.NotNull(failed["error"]);
        Assert.Null(failed["object_prefix"]);
        Assert.DoesNotContain(await registry.StoredKeys(), key => key.Contains(failed["id"]!.ToString()!, StringComparison.Ordinal));
        var listed = (await registry.Services.GetRequiredService<SnapshotTable>()
            .List([GetEmployeesBulk.Resource], TestContext.Current.CancellationToken))[0];
        Assert.Equal(((Guid)failed["id"]!, "FAILED", null, (string)failed["error"]!),
            (listed.Snapshot.Generation, listed.State, listed.Rows, listed.Error));
        Assert.True(listed.Took > TimeSpan.Zero);
    }

    [Fact(DisplayName = "A build that is cancelled before the database returns the first row ends at once and leaves nothing behind")]
    public async Task Stops()
    {
        await registry.SomeEmployees(new Random(3), 1);
        var before = await registry.Build();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var slow = GetEmployeesBulk.Resource with { From = "(SELECT pg_sleep(3600)) AS slept, employees" };
        var run = registry.Builder.Run([slow, GetDivisionsBulk.Resource], stop.Token);
        await Eventually.Holds(async () => await Sleeping() == 1);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Ends(run));
        await Eventually.Holds(async () => await Sleeping() == 0);
        Assert.Equal(before.Snapshot.Generation, await registry.GenerationInService());
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE state = 'BUILDING'"));
        var alive = (await registry.Rows("SELECT object_prefix FROM bulk_generations WHERE object_prefix IS NOT NULL"))
            .Select(row => $"{row["object_prefix"]}/").ToList();
        Assert.All(
            await registry.StoredKeys(), key =>
            Assert.True(key.EndsWith("current.json", StringComparison.Ordinal)
                || alive.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)), key));

        Task<long> Sleeping() => registry.Scalar<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
    }

    [Fact(DisplayName = "A table whose first row takes longer than any command and any transaction may is exported all the same")]
    public async Task SlowFirstRow()
    {
        await registry.SomeEmployees(new Random(5), 1);
        await using var impatient = new PostgresDatabase(
            registry.ConnectionString + ";Command Timeout=3;Options=-c statement_timeout=3000 -c idle_in_transaction_session_timeout=2000");
        var builder = ActivatorUtilities.CreateInstance<BuildSnapshots>(
            registry.Services, impatient, Path.Combine(registry.DataDirectory, "bulk"));
        await using var command = impatient.Command("SELECT pg_sleep(4)");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        var slow = GetEmployeesBulk.Resource with { From = "(SELECT pg_sleep(4)) AS slept, employees" };

        var report = Assert.Single((await builder.Run([slow], TestContext.Current.CancellationToken)).Reports);

        Assert.Equal(await registry.Scalar<long>("SELECT count(*) FROM employees"), report.Full.Rows);
    }

    [Fact(DisplayName = "The leftovers of a build that was killed while uploading are removed by the next one")]
    public async Task ClearsAway()
    {
        var ct = TestContext.Current.CancellationToken;
        var dead = new Snapshot(Guid.NewGuid(), "employees", DateTime.UtcNow, BulkRegistry.MaxDepth);
        await registry.Services.GetRequiredService<SnapshotTable>().Begin(dead, ct);
        await registry.Store.Write(registry.Bucket, ObjectKey.Plain($"{dead.Prefix}/depth-1.json.gz"), new MemoryStream([1, 2, 3]), ct);

        await registry.Build();

        Assert.DoesNotContain(await registry.StoredKeys(), key => key.StartsWith(dead.Prefix, StringComparison.Ordinal));
        Assert.Equal("FAILED", await registry.Scalar<string>("SELECT state FROM bulk_generations WHERE id = $1", dead.Generation));
    }

    [Fact(DisplayName = "The objects of a replaced generation stay for 24 hours and go with the next build after that")]
    public async Task KeepsForADay()
    {
        var first = await registry.Build();
        var second = await registry.Build();
        Assert.Contains(await registry.StoredKeys(), key => key.StartsWith(first.Snapshot.Prefix, StringComparison.Ordinal));

        // As if the second one had been in service for a day, and the third were built today.
        await registry.Execute("UPDATE bulk_generations SET finished_at = finished_at - interval '24 hours 1 second' WHERE id IN ($1, $2)",
            first.Snapshot.Generation, second.Snapshot.Generation);
        await registry.Build();

        var keys = await registry.StoredKeys();
        Assert.DoesNotContain(keys, key => key.StartsWith(first.Snapshot.Prefix, StringComparison.Ordinal));
        Assert.Contains(keys, key => key.StartsWith(second.Snapshot.Prefix, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Of nodes that race for the same due minute exactly one builds each resource")]
    public async Task OneBuilds()
    {
        var ct = TestContext.Current.CancellationToken;
        await registry.Build();
        var before = await registry.Scalar<long>("SELECT count(*) FROM bulk_generations");
        var due = registry.Clock.GetUtcNow().UtcDateTime;
        var claimed = new ScheduledRuns(registry.Database);
        var everyMinute = ActivatorUtilities.CreateInstance<BuildSnapshots>(registry.Services, Path.Combine(registry.DataDirectory, "bulk"),
            registry.Settings.Bulk with
            {
                BuildSchedules = registry.Settings.Bulk.BuildSchedules.ToDictionary(
                    it => it.Key, _ => (CronSchedule?)CronSchedule.Parse("* * * * *")),
            });

        // The database's clock may say something else: a build of this minute may have started before it.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            if (await claimed.Claim("bulk snapshots", due, ct))
                await everyMinute.RunDue(due, ct);
        }, ct)));

        Assert.Equal(before + BulkResources.All.Count, await registry.Scalar<long>("SELECT count(*) FROM bulk_generations"));
    }

    [Fact(DisplayName =
        "Builds killed with -9 at 10 random moments: what was served before is served whole, the next run completes, and after the grace period nothing is left of them")]
    public Task SurvivesKills() => KillDuringBuilds(kills: 10);

    [Fact(DisplayName = "Soak: the same with 100 kills", Explicit = true)]
    [Trait("Soak", "kills")]
    public Task Soak() => KillDuringBuilds(kills: 100);

    private async Task KillDuringBuilds(int kills)
    {
        var ct = TestContext.Current.CancellationToken;
        var random = new Random(9);
        await registry.SomeEmployees(random, 50);
        await registry.Execute("""
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by, additional_info)
            SELECT gen_random_uuid(), legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by, additional_info
              FROM employees, generate_series(1, 300)
            """);
        var rows = await registry.Scalar<long>("SELECT count(*) FROM employees");
        var whole = Stopwatch.StartNew();
        using (var process = Process.Start(registry.Command("snapshot", "run", "employees"))!)
            await process.WaitForExitAsync(ct);
        whole.Stop();
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        var inTheMiddle = 0L;
        for (var round = 0; round < kills; round++)
        {
            var before = await registry.GenerationInService();
            var begun = await LastBegun();
            using var process = Process.Start(registry.Command("snapshot", "run", "employees"))!;
            // Every other one is killed after its build has begun, however long the machine takes to come so far.
            var waits = round % 2 == 1;
            while (waits && !process.HasExited && await LastBegun() == begun)
                await Task.Delay(5, ct);
            var isKilled = !process.WaitForExit(whole.Elapsed * (waits ? 0.1 * random.NextDouble() : 0.3 + (0.8 * random.NextDouble())));
            process.Kill();
            await process.WaitForExitAsync(ct);
            inTheMiddle += await registry.Scalar<long>(
                "SELECT count(*) FROM bulk_generations WHERE resource = 'employees' AND state = 'BUILDING'");

            var after = await registry.GenerationInService();
            Assert.True(after is not null && (isKilled || after != before));
            if (round % 5 == 0)
                Assert.Equal(rows, (await registry.Send("GET", "/api/pis/bulk/employees", key)).Succeeded().Data.GetArrayLength());
        }
        Assert.True(inTheMiddle >= kills / 10, $"only {inTheMiddle} of {kills} were killed in the middle of a build");

        var last = await registry.Build();
        Assert.Equal(last.Snapshot.Generation, await registry.GenerationInService());
        Assert.Equal(
            0, await registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE resource = 'employees' AND state = 'BUILDING'"));

        // As if a day had passed: after the next build only the currently served and the previous generation remain.
        await registry.Execute("UPDATE bulk_generations SET finished_at = finished_at - interval '25 hours'");
        var next = await registry.Build();
        await registry.Store.RemoveUnfinished(registry.Bucket, DateTimeOffset.UtcNow.AddMinutes(1), ct);
        Assert.All(await registry.StoredKeys(), stored => Assert.True(
            stored == "employees/current.json" || stored.StartsWith(last.Snapshot.Prefix, StringComparison.Ordinal)
            || stored.StartsWith(next.Snapshot.Prefix, StringComparison.Ordinal), stored));
        Assert.Equal(0, await registry.Store.RemoveUnfinished(registry.Bucket, DateTimeOffset.UtcNow.AddMinutes(1), ct));

        Task<DateTime> LastBegun() =>
            registry.Scalar<DateTime>("SELECT max(started_at) FROM bulk_generations WHERE resource = 'employees'");
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
