using System.Net;
using System.Net.Sockets;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Storage;

/// <summary>An object store that is away, frozen or in trouble, as clients and balancers see it.</summary>
public sealed class StoreOutageTests(TestCluster cluster)
{
    private const string Path = "/api/pis/bulk/employees";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Outages => ["frozen", "503", "connection reset"];

    [Theory(DisplayName = "What needs the store is answered 503 with Retry-After, with one line in the log; the rest works, and readiness says degraded")]
    [MemberData(nameof(Outages))]
    public async Task Outage(string outage)
    {
        await using var store = Store.Of(outage);
        await using var registry = new StoredElsewhere(cluster, store.Url);
        await registry.InitializeAsync();
        await registry.Execute("""
            INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, finished_at)
            SELECT id, 'employees', now(), 'READY', 30, 'employees/' || id, now() FROM gen_random_uuid() id
            """);
        registry.Services.GetRequiredService<ServedSnapshots>().Forget();
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));

        var answer = await registry.Send("GET", Path, key);

        answer.IsIlRefusal(503, "service_unavailable", "Service is temporarily unavailable");
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
        Assert.Equal(422, (await registry.Send("GET", $"{Path}?depth=x", key)).Status);
        var line = Assert.Single(registry.Log.Lines, line => line.Contains("The object store failed", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
        var ready = await registry.Send("GET", "/healthz/ready");
        Assert.Equal(200, ready.Status);
        Assert.StartsWith("ready\ndegraded: object store: ", ready.Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A store that stops in the middle of an object is not waited for: the reader gets an error, never a short object")]
    public async Task Stops()
    {
        await using var store = Store.Of("stops");
        using var s3 = new S3Store(StoredElsewhere.Options(store.Url), TimeProvider.System);
        await using var opened = await s3.Open(new("bulk", "bulk"), ObjectKey.Plain("x"), range: null, Ct);

        Assert.Equal(100, opened!.Info.Length);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Eventually.Ends(opened.Content.CopyToAsync(Stream.Null, Ct)));
    }

    private sealed class StoredElsewhere(TestCluster cluster, string url) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new()
        {
            ["OBJECT_STORAGE_BACKEND"] = "s3",
            ["OBJECT_STORAGE_S3_ENDPOINT"] = url,
            ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = "AKIATEST",
            ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = "secret",
            ["OBJECT_STORAGE_BUCKET_MAP"] = "ambulatory_contracts-dev=ambulatory-contracts",
        };

        public static S3Options Options(string url) => new()
        {
            Endpoint = url,
            Region = "us-east-1",
            AccessKeyId = "AKIATEST",
            SecretAccessKey = "secret",
        };
    }

    /// <summary>Something that listens where the store should, and misbehaves.</summary>
    private sealed class Store : IAsyncDisposable
    {
        private const string Trouble = "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n";
        private const string Half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nLast-Modified: Tue, 01 Dec 2026 01:00:00 GMT\r\n\r\nhalf";

        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<Socket> _connections = [];
        private readonly Task _answers;

        private Store(Func<Socket, Task> answer)
        {
            _listener.Start();
            _answers = Answer(answer);
        }

        public string Url => $"http://{_listener.LocalEndpoint}";

        public static Store Of(string outage) => new(outage switch
        {
            "connection reset" => connection =>
            {
                connection.Close(0);
                return Task.CompletedTask;
            }
            ,
            "503" => connection => Send(connection, Trouble),
            "stops" => connection => Send(connection, Half),
            _ => _ => Task.CompletedTask,
        });

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _answers;
            foreach (var connection in _connections)
                connection.Dispose();
        }

        private async Task Answer(Func<Socket, Task> answer)
        {
            try
            {
                while (true)
                {
                    var connection = await _listener.AcceptSocketAsync(Ct);
                    _connections.Add(connection);
                    await answer(connection);
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The listener was stopped.
            }
        }

        private static async Task Send(Socket connection, string text)
        {
            await connection.ReceiveAsync(new byte[16 * 1024], Ct);
            await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(text), Ct);
        }
    }
}
