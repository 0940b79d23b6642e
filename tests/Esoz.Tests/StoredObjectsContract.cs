using System.Text;
using System.Text.Json;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.Diagnosis;
using Esoz.MediaStorage;
using Esoz.Platform.Health;
using Esoz.Platform.Reconciling;
using Esoz.Platform.Storage;
using Esoz.Tests.Cli;
using Esoz.Tests.Compositions;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests;

/// <summary>
/// <c>storage verify</c> and the hourly look: what database and store say of each other (docs/adr/0056). Each store has a class that
/// derives from this one.
/// </summary>
public abstract class StoredObjectsContract(StoringRegistry registry)
{
    protected StoringRegistry Registry => registry;

    private const string FileName = "Договір 🐉.p7s";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Buckets Buckets => registry.Settings.Buckets;

    private IObjectStore Store => registry.Services.GetRequiredService<IObjectStore>();

    [Fact(DisplayName = "What was signed, sent and built is as the database says; everything that is not is named, with severity and advice")]
    public async Task Verify()
    {
        var given = await CompositionCase.Disability(registry);
        var (whole, lost, damaged) = (await registry.Final(given), await Final(), await Final());
        var contracts = new List<Guid> { await WithFile(), await WithFile(), await WithFile() };
        var build = (await registry.Services.GetRequiredService<BuildSnapshots>().Run(BulkResources.All, Ct)).Reports;

        var before = Found(await Run("--deep")).ToHashSet();
        Assert.DoesNotContain(before, it => contracts.Append(whole).Append(lost).Append(damaged).Select(id => $"{id}")
            .Concat(build.Select(report => report.Snapshot.Prefix)).Any(start => it.Key.StartsWith(start, StringComparison.Ordinal)));

        var stranger = Guid.NewGuid();
        await Remove(Buckets.Compositions, $"{lost}/signed_content.p7s");
        await Overwrite(Buckets.Compositions, ObjectKey.Plain($"{damaged}/signed_content.p7s"), "other");
        await Overwrite(Buckets.Compositions, ObjectKey.Plain($"{Guid.NewGuid()}/signed_content.p7s"), "of no composition");
        await Store.Delete(Buckets.AmbulatoryContracts, FileOf(contracts[0]), Ct);
        await Overwrite(Buckets.AmbulatoryContracts, FileOf(contracts[1]), "ten bytes!");
        await Overwrite(Buckets.AmbulatoryContracts, FileOf(stranger), "of no contract");
        await Remove(Buckets.BulkActions, $"{build[0].Snapshot.Prefix}/depth-1.json.gz");
        var unknown = $"employees/{Guid.NewGuid()}/full.json.gz";
        await Overwrite(Buckets.BulkActions, ObjectKey.Plain(unknown), "of no generation");

        var cheap = await Run();
        var deep = await Run("--deep");

        Assert.Equal((1, 1), (cheap.Exit, deep.Exit));
        Assert.Subset(Found(cheap).ToHashSet(), new HashSet<(string, string, string)>
        {
            ("broken", "missing", $"{build[0].Snapshot.Prefix}/depth-1.json.gz"), ("broken", "missing", $"{lost}/signed_content.p7s"),
            ("warning", "unknown", unknown),
        });
        Assert.Contains(("broken", "different", $"{damaged}/signed_content.p7s"), Found(deep));
        Assert.Contains(Found(deep), it => it.Fault == "different" && it.Key.StartsWith($"{contracts[1]}/", StringComparison.Ordinal));
        Assert.Contains(Found(cheap), it => it.Fault == "missing" && it.Key.StartsWith($"{contracts[0]}/", StringComparison.Ordinal));
        Assert.DoesNotContain(Found(deep), it => it.Key.StartsWith($"{whole}", StringComparison.Ordinal)
            || it.Key.StartsWith($"{contracts[2]}", StringComparison.Ordinal));
        Assert.Equal(registry.IsEmbedded, Found(cheap).Any(it => it.Fault == "unknown" && it.Key.StartsWith($"{stranger}", StringComparison.Ordinal)));
        Assert.True(registry.IsEmbedded || BucketOf(cheap, Buckets.AmbulatoryContracts).GetProperty("unrecorded").GetInt32() > 0);
        Assert.Contains("restore this object from a backup of the store", cheap.Errors, StringComparison.Ordinal);

        // The look finds the same, and neither its line nor doctor names an object.
        await registry.Services.GetRequiredService<StorageLook>().Run(Ct);
        var line = await registry.Log.Await("Database and object store differ");
        Assert.Contains($"compositions: {BucketOf(cheap, Buckets.Compositions).GetProperty("records")} records", line, StringComparison.Ordinal);
        Assert.DoesNotContain($"{lost}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Договір", line, StringComparison.Ordinal);
        var known = Found(cheap).Count(it => it.Key.EndsWith("signed_content.p7s", StringComparison.Ordinal));
        var finding = await StoredObjectFindings.Of(registry.Database, Ct);
        Assert.Equal(Severity.Broken, finding.Severity);
        Assert.Contains($"{known} in compositions", finding.Found, StringComparison.Ordinal);
        Assert.Contains($$"""esoz_storage_findings{bucket="compositions"} {{known}}""", await registry.Http.GetStringAsync("/metrics", Ct), StringComparison.Ordinal);

        async Task<Guid> Final() => await registry.Final(await CompositionCase.Disability(registry));
    }

    [Fact(DisplayName = "What is under way is not reported: an object whose task has not ended, a build, an upload in its last step; it is when its writer is gone")]
    public async Task UnderWay()
    {
        var given = await CompositionCase.Disability(registry);
        var draft = await given.Draft();
        var (signed, built) = ($"{draft}/signed_content.p7s", Guid.NewGuid());
        await Overwrite(Buckets.Compositions, ObjectKey.Plain(signed), "order");
        await registry.Execute("""
            INSERT INTO background_tasks (type, key, payload, status, run_at)
            SELECT 'SIGN_COMPOSITION', subject_id, '{}', 'QUEUED', now() + interval '1 day' FROM compositions WHERE id = $1
            """, draft);
        await registry.Execute("""
            INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, started_at)
            VALUES ($1, 'employees', now(), 'BUILDING', 5, 'employees/' || $1::text, now())
            """, built);
        await Overwrite(Buckets.BulkActions, ObjectKey.Plain($"employees/{built}/full.json.gz"), "built");

        Assert.DoesNotContain(Found(await Run()), it => it.Key == signed || it.Key.Contains($"{built}", StringComparison.Ordinal));

        await registry.Execute("DELETE FROM background_tasks WHERE key IN (SELECT subject_id FROM compositions WHERE id = $1)", draft);
        await registry.Execute("DELETE FROM bulk_generations WHERE id = $1", built);
        Assert.Subset(Found(await Run()).ToHashSet(),
            new HashSet<(string, string, string)> { ("warning", "unknown", signed), ("warning", "unknown", $"employees/{built}/full.json.gz") });
    }

    [Fact(DisplayName = "Uploads, signatures and builds that go on while it runs are no findings")]
    public async Task WhileOthersWrite()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var before = Found(await Run()).ToHashSet();
        var contract = await WithFile();
        var writers = Task.WhenAll(Task.Run(Uploads, Ct), Task.Run(Signatures, Ct), Task.Run(Builds, Ct));
        try
        {
            for (var i = 0; i < 2; i++)
                Assert.Empty(Found(await Run("--deep")).Except(before));
        }
        finally
        {
            await stop.CancelAsync();
            await writers;
        }
        Assert.Empty(Found(await Run("--deep")).Except(before));

        async Task Uploads()
        {
            for (var i = 0; i < 100 && !stop.IsCancellationRequested; i++)
            {
                await Upload(contract, $"upload {i}");
                await WithFile();
            }
        }

        async Task Signatures()
        {
            while (!stop.IsCancellationRequested)
                await registry.Final(await CompositionCase.Disability(registry));
        }

        async Task Builds()
        {
            // Few: each is read again by every run.
            for (var i = 0; i < 3 && !stop.IsCancellationRequested; i++)
                await registry.Services.GetRequiredService<BuildSnapshots>().Run([GetDivisionsBulk.Resource], Ct);
        }
    }

    [Fact(DisplayName = "In parts, each of which begins where the former one ended, everything is compared once")]
    public async Task InParts()
    {
        for (var i = 0; i < 7; i++)
            await WithFile();
        var records = StoredObjects.Of(registry.Settings, registry.Database, Store)[0];
        var whole = await new Reconciliation(Store, records, readsContents: false, _ => { }).Run(null, null, Ct);
        var (parts, sum) = (0, 0L);
        string? last = null;
        do
        {
            var part = await new Reconciliation(Store, records, readsContents: false, _ => { }).Run(last, new(3, 1_000), Ct);
            (last, sum) = (part.Last, sum + part.Records + part.Objects);
            parts++;
        }
        while (last is not null);

        Assert.True(parts > 2, $"{parts} parts");
        Assert.Equal(whole.Records + whole.Objects, sum);
    }

    protected async Task<Guid> WithFile()
    {
        var contract = await registry.Given.Contract(await registry.Given.LegalEntity());
        await Upload(contract, $"{contract} 10 bytes");
        return contract;
    }

    protected static ObjectKey FileOf(Guid contract) => ObjectKey.Named(contract, ObjectName.Canonicalise(FileName, out _)!);

    private Task Upload(Guid contract, string content) => registry.Services.GetRequiredService<ContractFiles>().Put(
        contract, FileOf(contract).Name!, new MemoryStream(Encoding.UTF8.GetBytes(content)), Guid.NewGuid(), registry.Database, "request", Ct);

    protected Task Overwrite(Bucket bucket, ObjectKey key, string content) =>
        Store.Write(bucket, key, new MemoryStream(Encoding.UTF8.GetBytes(content)), Ct);

    private Task Remove(Bucket bucket, string key) => Store.Delete(bucket, ObjectKey.Plain(key), Ct);

    private static JsonElement BucketOf(Verified run, Bucket bucket) => run.Json.GetProperty("buckets").EnumerateArray()
        .Single(it => it.GetProperty("bucket").GetString() == bucket.Logical);

    protected static IEnumerable<(string Severity, string Fault, string Key)> Found(Verified run) =>
        run.Json.GetProperty("findings").EnumerateArray().Select(it => (it.GetProperty("severity").GetString()!,
            it.GetProperty("fault").GetString()!, it.GetProperty("key").GetString()!));

    protected async Task<Verified> Run(params string[] options)
    {
        var (exit, output, errors) = await EsozProgram.Run(registry.Environment, ["storage", "verify", "--json", .. options]);
        return new(exit, JsonDocument.Parse(output).RootElement, errors);
    }

    protected sealed record Verified(int Exit, JsonElement Json, string Errors);
}
