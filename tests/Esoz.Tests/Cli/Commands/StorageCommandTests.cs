using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>storage create-buckets</c>.</summary>
public sealed class StorageCommandTests(RadosGateway gateway) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-storage-").FullName;

    [Fact(DisplayName = "Embedded store: directories that are missing are created, the others are there; it needs no database")]
    public async Task Embedded()
    {
        var settings = new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory, ["ESOZ_ENVIRONMENT"] = "demo" };
        Directory.CreateDirectory(Path.Combine(_directory, "objects", "bulk-actions"));

        var first = await EsozProgram.Run(settings, ["storage", "create-buckets"]);
        var again = await EsozProgram.Run(settings, ["storage", "create-buckets", "--json"]);

        Assert.Equal((0, ""), (first.Exit, first.Errors));
        Assert.Matches("^ambulatory_contracts-demo +created\nbulk-actions +exists\ncompositions +created\n$", first.Output);
        Assert.Equal(0, again.Exit);
        Assert.StartsWith("""[{"bucket":"ambulatory_contracts-demo","physical_bucket":"ambulatory_contracts-demo","state":"exists"},""",
            again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("created", again.Output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "S3: buckets that are missing are created under their names in the store")]
    public async Task S3()
    {
        var s3 = await gateway.Required();
        // Buckets of its own: create-buckets lets the one of contract files keep versions.
        var name = $"made-{Guid.NewGuid():n}";
        await gateway.CreateBucket($"{name}-0");
        var settings = new Dictionary<string, string>
        {
            ["ESOZ_DATA_DIR"] = _directory,
            ["OBJECT_STORAGE_BACKEND"] = "s3",
            ["OBJECT_STORAGE_S3_ENDPOINT"] = s3.Endpoint,
            ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = s3.AccessKeyId,
            ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = s3.SecretAccessKey,
            ["OBJECT_STORAGE_BUCKET_MAP"] = $"ambulatory_contracts-dev={name}-0,bulk-actions={name},compositions={name}-2",
        };

        var first = await EsozProgram.Run(settings, ["storage", "create-buckets"]);
        var again = await EsozProgram.Run(settings, ["storage", "create-buckets"]);

        Assert.Equal((0, ""), (first.Exit, first.Errors));
        Assert.Matches($"^{name}-0 +exists\n{name} +created\n{name}-2 +created\n$", first.Output);
        Assert.Equal(first.Output.Replace("created", "exists", StringComparison.Ordinal), again.Output);
    }

    [Fact(DisplayName = "A store that cannot be used is named with what to do, and the exit code is 1")]
    public async Task Away()
    {
        var settings = new Dictionary<string, string>
        {
            ["ESOZ_DATA_DIR"] = _directory,
            ["OBJECT_STORAGE_BACKEND"] = "s3",
            ["OBJECT_STORAGE_S3_ENDPOINT"] = "http://127.0.0.1:1",
            ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = "k",
            ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = "s",
            ["OBJECT_STORAGE_S3_RELAXED_BUCKET_NAMES"] = "true",
        };

        var answer = await EsozProgram.Run(settings, ["storage", "create-buckets"]);

        Assert.Equal(1, answer.Exit);
        Assert.Matches("^ambulatory_contracts-dev +failed\n", answer.Output);
        Assert.Contains("nothing answers at http://127.0.0.1:1", answer.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
