using System.Diagnostics;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.BulkExport;

/// <summary>
/// A registry whose snapshots are built on demand by tests. Its objects are in the embedded store, or, if the environment says
/// <c>OBJECT_STORAGE_BACKEND=s3</c>, in a separate bucket on a real S3 server.
/// </summary>
public class BulkRegistry(TestCluster cluster, RadosGateway gateway) : Registry(cluster)
{
    public const int MaxDepth = 5;

    private static readonly bool IsOnS3 = Environment.GetEnvironmentVariable("OBJECT_STORAGE_BACKEND") == "s3";
    private static int _buckets;

    private readonly Dictionary<string, string> _storage = [];
    private int _employees;

    protected override Dictionary<string, string> Configuration => new(_storage) { ["PIS_BULK_ACTIONS_MAX_DEPTH"] = $"{MaxDepth}" };

    /// <summary>A command of the program on this registry, in its own process.</summary>
    public ProcessStartInfo Command(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Configuration.Append(new("ESOZ_DATABASE", ConnectionString))
            .Append(new("ESOZ_DATA_DIR", DataDirectory)))
            start.Environment[name] = value;
        return start;
    }

    protected override async Task BeforeStart()
    {
        if (!IsOnS3)
            return;
        var s3 = await gateway.Required();
        _storage["OBJECT_STORAGE_BACKEND"] = "s3";
        _storage["OBJECT_STORAGE_S3_ENDPOINT"] = s3.Endpoint;
        _storage["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = s3.AccessKeyId;
        _storage["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = s3.SecretAccessKey;
        _storage["OBJECT_STORAGE_BUCKET_MAP"] = "ambulatory_contracts-dev=ambulatory-contracts";
        _storage["MEDIA_STORAGE_BULK_ACTIONS_BUCKET"] = (await NewBucket()).Physical;
    }

    /// <summary>An empty bucket.</summary>
    public async Task<Bucket> NewBucket()
    {
        var name = $"bulk-{Interlocked.Increment(ref _buckets)}";
        if (IsOnS3)
            await gateway.CreateBucket(name);
        return new(name, name);
    }

    public BuildSnapshots Builder => Services.GetRequiredService<BuildSnapshots>();

    public IObjectStore Store => Services.GetRequiredService<IObjectStore>();

    public Bucket Bucket => Settings.Buckets.BulkActions;

    public Task<BuildReport> Build() => Build(GetEmployeesBulk.Resource);

    public async Task<BuildReport> Build(BulkResource resource) => Assert.Single((await Run(resource)).Reports);

    /// <summary>Builds resources together.</summary>
    public Task<BuildRun> Run(params BulkResource[] resources) => Builder.Run(resources, TestContext.Current.CancellationToken);

    /// <summary>Resets the state to that before the first build.</summary>
    public async Task TakeOutOfService()
    {
        await Execute("UPDATE bulk_generations SET state = 'RETIRED' WHERE state = 'READY'");
        Services.GetRequiredService<ServedSnapshots>().Forget();
    }

    public async Task<byte[]> Stored(string key)
    {
        await using var stored = await Store.Open(Bucket, ObjectKey.Plain(key), range: null, TestContext.Current.CancellationToken);
        Assert.NotNull(stored);
        var bytes = new MemoryStream();
        await stored.Content.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    public async Task<List<string>> StoredKeys()
    {
        var keys = new List<string>();
        await foreach (var stored in Store.List(Bucket, "employees/", TestContext.Current.CancellationToken))
            keys.Add(stored.Key.Text);
        return keys;
    }

    public async Task<Guid?> GenerationInService() =>
        (await Services.GetRequiredService<SnapshotTable>().FindReady("employees", TestContext.Current.CancellationToken))?.Generation;

    /// <summary>
    /// Employees with everything that makes a record difficult: nulls, characters that need escaping, change times up to a week ago.
    /// </summary>
    public async Task SomeEmployees(Random random, int count)
    {
        string[] reasons = ["manual_employee_deactivate", "\"лапки\" і \\ риска", "рядок\nдругий\t\u0001", "🩺 Ґанок'", ""];
        var provider = await Given.LegalEntity();
        var party = await Given.Party();
        for (var i = 0; i < count; i++)
        {
            var inserted = DateTime.UtcNow.AddMicroseconds(-random.NextInt64(7L * 86_400_000_000));
            await Given.Insert("employees", new()
            {
                ["legal_entity_id"] = provider,
                ["party_id"] = party,
                ["position"] = $"P{Interlocked.Increment(ref _employees)}",
                ["employee_type"] = "DOCTOR",
                ["status"] = random.Next(3) == 0 ? "STOPPED" : "APPROVED",
                ["status_reason"] = random.Next(3) == 0 ? null : reasons[random.Next(reasons.Length)],
                ["start_date"] = new DateOnly(1990, 1, 1).AddDays(random.Next(14_000)),
                ["end_date"] = random.Next(2) == 0 ? null : new DateOnly(2026, 2, 28),
                ["speciality"] = random.Next(2) == 0 ? null
                    : Given.Json("""{"speciality": "FAMILY_DOCTOR", "attestation_name": "Академія \"Ї\""}"""),
                ["additional_info"] = Given.Json(
                    random.Next(2) == 0 ? "{}" : """{"educations": [{"city": "Львів"}], "science_degree": null}"""),
                ["is_active"] = random.Next(2) == 0,
                ["inserted_at"] = inserted,
                ["updated_at"] = random.Next(2) == 0 ? null : inserted.AddMicroseconds(random.NextInt64(86_400_000_000)),
            });
        }
    }
}
