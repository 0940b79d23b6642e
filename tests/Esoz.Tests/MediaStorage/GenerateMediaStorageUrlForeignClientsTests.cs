using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.MediaStorage;

/// <summary>
/// Links to a real S3 store used by third-party clients. With their own credentials the clients read what was uploaded through our links,
/// and the reverse.
/// </summary>
public sealed class GenerateMediaStorageUrlForeignClientsTests(
    GenerateMediaStorageUrlForeignClientsTests.OnCeph registry, RadosGateway gateway)
    : ForeignClientsContract, IClassFixture<GenerateMediaStorageUrlForeignClientsTests.OnCeph>
{
    public static MatrixTheoryData<string, string> ClientsAndNames => new(["s3cmd", "rclone"], Names.Select(name => name.Data));

    [Theory(DisplayName =
        "A client of the store reads what curl uploads through our link, and curl downloads through our link what that client uploads")]
    [MemberData(nameof(ClientsAndNames))]
    public async Task BothWays(string client, string name)
    {
        var s3 = await gateway.Required();
        var folder = Guid.NewGuid();
        var (file, ours) = await LocalFile();
        var (other, theirs) = await LocalFile();
        var address = $"{gateway.Bucket.Physical}/{folder}/{name}";

        await Curl.Succeeds("-sS", "-f", "-T", file, await Link("PUT", folder, name));
        await (client == "s3cmd" ? S3cmd(s3, file, "get", $"s3://{address}", file + ".back") : Rclone(s3)
            .Succeeds("copyto", $"ceph:{address}", file + ".back"));
        await (client == "s3cmd" ? S3cmd(s3, file, "put", other, $"s3://{address}") : Rclone(s3)
            .Succeeds("copyto", other, $"ceph:{address}"));
        await Curl.Succeeds("-sS", "-f", "-o", other + ".back", await Link("GET", folder, name));

        Assert.Equal(ours, await File.ReadAllBytesAsync(file + ".back", Ct));
        Assert.Equal(theirs, await File.ReadAllBytesAsync(other + ".back", Ct));
    }

    [Fact(DisplayName = "A link that rclone has signed is read like one of ours: verb, key, and that nothing is wrong with it")]
    public async Task ForeignSigner()
    {
        var s3 = await gateway.Required();
        var key = ObjectKey.Named(Guid.NewGuid(), ObjectName.Canonicalise("Договір + (1) 5%.p7s", out _)!);
        using (var store = new S3Store(s3, TimeProvider.System))
            await store.Write(gateway.Bucket, key, new MemoryStream([1, 2, 3]), Ct);

        var link = (await Rclone(s3).Succeeds("link", "--expire", "10m", $"ceph:{gateway.Bucket.Physical}/{key.Text}")).Trim();

        var read = new S3LinkSigner(s3).Read(LinkText.Parse(link)!, "");
        Assert.Equal((null, "GET", key, gateway.Bucket.Physical), (read.Fault, read.Verb, read.Key, read.Bucket));
        Assert.InRange(
            read.ExpiresAt!.Value, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 500, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 600);
    }

    [Fact(DisplayName = "On an S3 store the server itself serves no links, and answers none but the store's")]
    public async Task NoRoutes()
    {
        var s3 = await gateway.Required();

        Assert.StartsWith($"{s3.Endpoint}/ambulatory-contracts/", await Link("GET", Guid.NewGuid(), "x"), StringComparison.Ordinal);
        (await registry.Send("GET", $"/media/ambulatory-contracts/{Guid.NewGuid()}/x?X-Expires=9999999999&X-Signature=00"))
            .IsIlRefusal(404, "not_found", "Not found");
    }

    protected override async Task<Registry> Registry()
    {
        await gateway.Required();
        return registry;
    }

    private static ForeignClient Rclone(S3Options s3) => new("rclone",
        ("RCLONE_CONFIG", "/dev/null"), ("RCLONE_CONFIG_CEPH_TYPE", "s3"), ("RCLONE_CONFIG_CEPH_PROVIDER", "Ceph"),
        ("RCLONE_CONFIG_CEPH_ENDPOINT", s3.Endpoint), ("RCLONE_CONFIG_CEPH_REGION", s3.Region),
        ("RCLONE_CONFIG_CEPH_ACCESS_KEY_ID", s3.AccessKeyId), ("RCLONE_CONFIG_CEPH_SECRET_ACCESS_KEY", s3.SecretAccessKey));

    /// <param name="path">The configuration file has this path with the ending .cfg.</param>
    private static async Task<string> S3cmd(S3Options s3, string path, params string[] arguments)
    {
        var host = new Uri(s3.Endpoint).Authority;
        await File.WriteAllTextAsync(path + ".cfg", $"""
            [default]
            access_key = {s3.AccessKeyId}
            secret_key = {s3.SecretAccessKey}
            host_base = {host}
            host_bucket = {host}
            bucket_location = {s3.Region}
            use_https = False
            """, Ct);
        return await new ForeignClient("s3cmd").Succeeds(["--config", path + ".cfg", "--no-progress", .. arguments]);
    }

    /// <summary>A registry whose contract files are on Ceph; not started if Ceph is missing.</summary>
    public sealed class OnCeph(TestCluster cluster, RadosGateway gateway) : Registry(cluster), IAsyncLifetime
    {
        private S3Options? _s3;

        protected override Dictionary<string, string> Configuration => new()
        {
            ["OBJECT_STORAGE_BACKEND"] = "s3",
            ["OBJECT_STORAGE_S3_ENDPOINT"] = _s3!.Endpoint,
            ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = _s3.AccessKeyId,
            ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = _s3.SecretAccessKey,
            ["OBJECT_STORAGE_BUCKET_MAP"] = $"ambulatory_contracts-dev={gateway.Bucket.Physical}",
        };

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            _s3 = await gateway.Find();
            if (_s3 is not null)
                await InitializeAsync();
        }

        async ValueTask IAsyncDisposable.DisposeAsync()
        {
            if (_s3 is not null)
                await DisposeAsync();
            else
                Directory.Delete(DataDirectory);
        }
    }
}
