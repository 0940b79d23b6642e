using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Storage;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>serve</c> with an unusable object store: it does not start, and reports what to do but never a secret.</summary>
public sealed class ServeCommandTests(TestCluster cluster, RadosGateway gateway) : IDisposable
{
    private const string Secret = "secret-that-nobody-repeats";

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-serve-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName = "No server at the endpoint: a warning, because a store that is away must not keep a node from starting")]
    public async Task StoreAway()
    {
        var settings = Store("http://127.0.0.1:1", "AKIATEST", Secret);
        settings["ESOZ_DATABASE"] = await cluster.CreateDatabase();

        using var server = await ServerProcess.Serve(settings, "--roles", "api");

        Assert.Contains("warning  bucket compositions: nothing answers at http://127.0.0.1:1: Connection refused", server.Errors, StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.Equal("ready\ndegraded: object store: nothing answers at http://127.0.0.1:1: Connection refused\n",
            await http.GetStringAsync(new Uri(server.Url, "/healthz/ready"), TestContext.Current.CancellationToken));
        await server.Kill();
    }

    [Fact(DisplayName = "The server at the endpoint is not an S3 store")]
    public async Task NoStore()
    {
        await using var console = await StubServer.Start(200, "text/html", "<html></html>");

        await Refuses(Store(console.Url, "AKIATEST", Secret), $"the server at {console.Url} is not an S3 store");
    }

    [Fact(DisplayName = "Unknown access key, or wrong secret")]
    public async Task WrongCredentials()
    {
        var s3 = await gateway.Required();

        await Refuses(
            Store(s3.Endpoint, "AKIAOTHER", Secret), "the store does not know the access key → check OBJECT_STORAGE_S3_ACCESS_KEY_ID");
        await Refuses(Store(s3.Endpoint, s3.AccessKeyId, Secret),
            "the secret is not that of the access key → check OBJECT_STORAGE_S3_SECRET_ACCESS_KEY");
    }

    [Fact(DisplayName = "Missing buckets are named, each with its setting")]
    public async Task NoBucket()
    {
        var s3 = await gateway.Required();
        var settings = Store(s3.Endpoint, s3.AccessKeyId, s3.SecretAccessKey);
        settings["OBJECT_STORAGE_BUCKET_MAP"] += ",bulk-actions=not-there-1,compositions=not-there-2";

        var (_, _, errors) = await EsozProcess.Run(settings, ["serve", "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(
            "The object store cannot be used.\n"
            + "bucket not-there-1: the store has no bucket 'not-there-1' → create it there (esoz storage create-buckets), or name one that is there: OBJECT_STORAGE_BUCKET_MAP=bulk-actions=…\n"
            + "bucket not-there-2: the store has no bucket 'not-there-2' → create it there (esoz storage create-buckets), or name one that is there: OBJECT_STORAGE_BUCKET_MAP=compositions=…\n",
            errors);
    }

    [Fact(DisplayName = "An error of the store is a warning: the server starts")]
    public async Task StoreError()
    {
        await using var store = await StubServer.Start(503, "application/xml", "<Error><Code>SlowDown</Code></Error>");
        var settings = Store(store.Url, "AKIATEST", Secret);
        settings["ESOZ_DATABASE"] = await cluster.CreateDatabase();

        using var server = await ServerProcess.Serve(settings, "--roles", "api");

        Assert.Contains("warning  bucket compositions: the store reports an error: 503 SlowDown → check the state of the store, or wait",
            server.Errors, StringComparison.Ordinal);
        await server.Kill();
        Assert.DoesNotContain(Secret, server.Errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The embedded store's directory cannot be created")]
    public async Task NoDirectory()
    {
        var file = Path.Combine(_directory, "a-file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await Refuses(
            new() { ["ESOZ_DATA_DIR"] = _directory, ["MEDIA_STORAGE_ROOT"] = Path.Combine(file, "objects") }, "cannot be written: ");
    }

    [Fact(DisplayName =
        "In production without a usable trust anchor it starts and warns that nothing can be signed; no warning without the worker role, or with an anchor")]
    public async Task NoTrust()
    {
        const string warning = "broken   signatures: no usable trust anchor in ";
        var settings = EsozProcess.Production(await cluster.CreateDatabase(), _directory);

        Assert.Contains(warning, await ErrorsOfStart(settings, "api,worker"), StringComparison.Ordinal);
        Assert.DoesNotContain(warning, await ErrorsOfStart(settings, "api"), StringComparison.Ordinal);
        new TestAuthority(Path.Combine(_directory, "lab"), Path.Combine(_directory, "signatures"), TimeProvider.System).Create();
        settings["ESOZ_ALLOW_INSECURE"] = "test-anchors";
        Assert.DoesNotContain(warning, await ErrorsOfStart(settings, "worker"), StringComparison.Ordinal);
    }

    private static async Task<string> ErrorsOfStart(Dictionary<string, string> settings, string roles)
    {
        using var server = await ServerProcess.Serve(settings, "--roles", roles);
        await server.Kill();
        return server.Errors;
    }

    private Dictionary<string, string> Store(string endpoint, string keyId, string secret) => new()
    {
        ["ESOZ_DATA_DIR"] = _directory,
        ["OBJECT_STORAGE_BACKEND"] = "s3",
        ["OBJECT_STORAGE_S3_ENDPOINT"] = endpoint,
        ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = keyId,
        ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = secret,
        ["OBJECT_STORAGE_BUCKET_MAP"] = "ambulatory_contracts-dev=ambulatory-contracts",
    };

    private static async Task Refuses(Dictionary<string, string> settings, string said)
    {
        var (exit, output, errors) = await EsozProcess.Run(settings, ["serve", "--urls", "http://127.0.0.1:0"]);

        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith("The object store cannot be used.\n", errors, StringComparison.Ordinal);
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
