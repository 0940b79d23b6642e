using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Esoz.Platform.Storage;
using Esoz.Tests.Guards;
using Esoz.Tests.Platform.Storage;

[assembly: AssemblyFixture(typeof(RadosGateway))]

namespace Esoz.Tests.Platform.Storage;

/// <summary>
/// A real S3 server for the whole run: one Ceph RGW on loopback, in memory, started by tests/tools/start-radosgw.sh for the first test
/// that needs it. If Ceph is not installed (Debian: radosgw ceph-mon ceph-osd ceph-common), those tests are skipped.
/// </summary>
public sealed class RadosGateway : IAsyncDisposable
{
    private static readonly string Script = SourceTree.PathOf("tests", "tools", "start-radosgw.sh");

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-rgw-").FullName;

    private readonly Lazy<Task<S3Options?>> _options;

    public RadosGateway() => _options = new(Start);

    public Bucket Bucket { get; } = new("ambulatory_contracts", "ambulatory-contracts");

    private static bool IsInstalled =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "radosgw")));

    /// <summary>Its connection settings; null if it is not available.</summary>
    public Task<S3Options?> Find() => _options.Value;

    /// <summary>Its connection settings; the calling test is skipped if it could not be started.</summary>
    public async Task<S3Options> Required()
    {
        var options = await Find();
        Assert.SkipWhen(options is null, "needs Ceph RGW (radosgw, ceph-mon, ceph-osd, ceph-common)");
        return options;
    }

    public async Task CreateBucket(string name)
    {
        var options = await Required();
        using var client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = options.Endpoint,
            ForcePathStyle = true,
        });
        await client.PutBucketAsync(name);
    }

    private async Task<S3Options?> Start()
    {
        if (!IsInstalled)
            return null;
        var port = FreePort();
        using var start =
            Process.Start(new ProcessStartInfo("bash", [Script, _directory, $"{port}", $"{FreePort()}"]) { RedirectStandardError = true })!;
        var errors = await start.StandardError.ReadToEndAsync();
        await start.WaitForExitAsync();
        Assert.True(start.ExitCode == 0, $"Ceph RGW did not start. {errors}");
        var options = new S3Options
        {
            Endpoint = $"http://127.0.0.1:{port}",
            Region = "us-east-1",
            AccessKeyId = "AKIATEST",
            SecretAccessKey = "secretsecretsecret",
        };
        using var client = new AmazonS3Client(new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = options.Endpoint,
            ForcePathStyle = true,
        });
        await client.PutBucketAsync(Bucket.Physical);
        return options;
    }

    public async ValueTask DisposeAsync()
    {
        var run = Path.Combine(_directory, "run");
        foreach (var file in Directory.Exists(run) ? Directory.GetFiles(run, "*.pid") : [])
        {
            using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file)));
            process.Kill();
            await process.WaitForExitAsync();
        }
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
