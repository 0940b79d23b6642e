using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Esoz.Platform;
using Esoz.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Processes;

/// <summary>
/// Servers that share the root of the embedded store are killed repeatedly while files are uploaded through links. The first bytes of an
/// upload identify it and determine the rest, so that a mixture of two would be detected.
/// </summary>
public sealed class KilledUploadsTests(TestCluster cluster) : IDisposable
{
    private const int Writers = 4;
    private const int ObjectsPerWriter = 4;
    private const int MaxUploadBytes = 700_000;

    private static readonly Bucket Bucket = new("ambulatory_contracts", "ambulatory_contracts");
    private static readonly EmbeddedLinkSigner Signer = new("", Encoding.UTF8.GetBytes(EsozProcess.SigningKey), null);

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-killed-").FullName;
    private readonly Upload[] _uploads = [.. Enumerable.Range(0, Writers * ObjectsPerWriter)
        .Select(i => new Upload(Guid.NewGuid(), $"Договір {i}.p7s"))];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_directory, "objects");

    [Fact(DisplayName =
        "12 times kill -9 during uploads: acknowledged objects are complete, no partial object is served, nothing is left after the sweep")]
    public Task NothingAcknowledgedIsLost() => KillDuringUploads(kills: 12);

    [Fact(DisplayName = "Soak: the same with 100 kills", Explicit = true)]
    [Trait("Soak", "kills")]
    public Task Soak() => KillDuringUploads(kills: 100);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task KillDuringUploads(int kills)
    {
        var database = await cluster.CreateDatabase();
        var settings = new Dictionary<string, string>(EsozProcess.Production(database, _directory))
        {
            // The runtime's sockets in the temporary directory outlive a killed process.
            ["DOTNET_EnableDiagnostics"] = "0",
        };

        await Task.WhenAll(
            Enumerable.Range(0, Writers).Select(writer => Task.Run(() => KillAgainAndAgain(writer, kills / Writers, settings), Ct)));

        Assert.All(_uploads, upload => Assert.True(upload.Acknowledged > 0));
        Assert.True(Leftovers().Length > kills / 4, $"Only {Leftovers().Length} uploads were under way: the kills did not hit them.");
        await AllAreThere(settings);
        // A day later the next server removes leftovers, as at every start.
        foreach (var leftover in Leftovers())
            File.SetLastWriteTimeUtc(leftover, DateTime.UtcNow.AddHours(-24).AddMinutes(-1));
        await AllAreThere(settings, sweeps: true);
        // Side files of uploads that were interrupted between their two files.
        var tomorrow = new TestClock();
        tomorrow.Advance(TimeSpan.FromHours(25));
        using var store = new FileSystemStore(Root, tomorrow);
        await new StorageSweep(store, [Bucket], tomorrow, NullLogger<StorageSweep>.Instance).Sweep(Ct);
        var stored = Directory.GetFiles(Root, "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/.locks/", StringComparison.Ordinal) && !path.Contains("/.versions/", StringComparison.Ordinal));
        Assert.Equal(2 * _uploads.Length, stored.Count());
        await AllAreThere(settings);
    }

    private async Task KillAgainAndAgain(int writer, int kills, Dictionary<string, string> settings)
    {
        var random = new Random(writer);
        var own = _uploads.Skip(writer * ObjectsPerWriter).Take(ObjectsPerWriter).ToArray();
        for (var kill = 0; kill < kills; kill++)
        {
            using var server = await ServerProcess.Serve(settings, "--roles", "api");
            using var http = new HttpClient { BaseAddress = server.Url };
            foreach (var upload in own.Where(upload => upload.Acknowledged > 0))
                await upload.IsWhole(http);

            // One sends slowly, so that there is always an upload in progress; another reads objects that may be replaced at the same time.
            Task[] clients =
            [
                UntilCut(server, () => own[0].Put(http, random.Next(100_000, MaxUploadBytes), TimeSpan.FromMilliseconds(3))),
                UntilCut(server, () => own[1 + (kill % (ObjectsPerWriter - 1))].Put(http, MaxUploadBytes >> (kill % 16), TimeSpan.Zero)),
                UntilCut(
                    server, () =>
                    _uploads[(kill + writer) % _uploads.Length] is { Acknowledged: > 0 } theirs ? theirs.IsWhole(http) : Task.Delay(1, Ct)),
            ];
            var enough = own.Sum(upload => upload.Acknowledged) + 3;
            while (own.Sum(upload => upload.Acknowledged) < enough && !clients.Any(client => client.IsCompleted))
                await Task.Delay(random.Next(1, 12), Ct);
            Assert.DoesNotContain(clients, client => client.IsCompleted);
            await server.Kill();
            await Task.WhenAll(clients);
        }
    }

    private async Task AllAreThere(Dictionary<string, string> settings, bool sweeps = false)
    {
        using var server = await ServerProcess.Serve(settings, "--roles", "api");
        using var http = new HttpClient { BaseAddress = server.Url };
        while (sweeps && Leftovers().Length > 0)
            await Task.Delay(20, Ct);
        foreach (var upload in _uploads)
            await upload.IsWhole(http);
        await server.Kill();
    }

    private string[] Leftovers() => Directory.GetFiles(Root, ".upload-*", SearchOption.AllDirectories);

    private static async Task UntilCut(ServerProcess server, Func<Task> request)
    {
        try
        {
            while (!server.HasExited)
                await request();
        }
        catch (HttpRequestException)
        {
            // The server was killed during the request: it was not acknowledged, or its answer was incomplete.
        }
        catch (IOException)
        {
            // The same, while bodies were being transferred.
        }
    }

    /// <summary>One object and its successive uploads.</summary>
    private sealed class Upload(Guid folder, string name)
    {
        private readonly ObjectKey _key = ObjectKey.Named(folder, ObjectName.FromLink(PercentEncoding.Encode(name))!);
        private int _sent;
        private volatile int _acknowledged;

        /// <summary>Number of the last acknowledged upload.</summary>
        public int Acknowledged => _acknowledged;

        public async Task Put(HttpClient http, int length, TimeSpan pause)
        {
            var version = Interlocked.Increment(ref _sent);
            var content = Content(version, Math.Max(length, sizeof(long)));
            using var answer = await http.PutAsync(Link("PUT", http), new SlowContent(content, pause), Ct);
            Assert.Equal((HttpStatusCode.OK, $"\"{Md5(content)}\""), (answer.StatusCode, answer.Headers.ETag!.Tag));
            _acknowledged = version;
        }

        /// <summary>Asserts that one complete upload is served, not older than the last one acknowledged before the request.</summary>
        public async Task IsWhole(HttpClient http)
        {
            var acknowledged = Acknowledged;
            using var answer = await http.GetAsync(Link("GET", http), Ct);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var served = await answer.Content.ReadAsByteArrayAsync(Ct);
            Assert.True(served.Length >= sizeof(long), $"{name}: {served.Length} bytes of an upload are served");
            var version = BinaryPrimitives.ReadInt32LittleEndian(served);
            Assert.InRange(version, acknowledged, Volatile.Read(ref _sent));
            Assert.True(Content(version, served.Length).AsSpan().SequenceEqual(served), $"{name}: upload {version} is not whole");
            Assert.Equal($"\"{Md5(served)}\"", answer.Headers.ETag!.Tag);
        }

        private string Link(string verb, HttpClient http) =>
            Signer.Sign(new LinkGrant(verb, Bucket, _key, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(600)),
                http.BaseAddress!.GetLeftPart(UriPartial.Authority));

        /// <summary>Number and length of the upload, followed by bytes derived from both.</summary>
        private byte[] Content(int version, int length)
        {
            var content = new byte[length];
            new Random(HashCode.Combine(folder, version, length)).NextBytes(content);
            BinaryPrimitives.WriteInt32LittleEndian(content, version);
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(sizeof(int)), length);
            return content;
        }

        [SuppressMessage("Security", "CA5351", Justification = "ETags are MD5.")]
        private static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
    }

    /// <summary>Sent in pieces, with a pause after each.</summary>
    private sealed class SlowContent(byte[] content, TimeSpan pause) : HttpContent
    {
        private const int Piece = 64 * 1024;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var sent = 0; sent < content.Length; sent += Piece)
            {
                await stream.WriteAsync(content.AsMemory(sent, Math.Min(Piece, content.Length - sent)));
                await stream.FlushAsync();
                await Task.Delay(pause);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
