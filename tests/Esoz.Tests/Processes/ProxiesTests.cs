using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Tests.BulkExport;
using Esoz.Tests.Guards;
using Esoz.Tests.MediaStorage;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Processes;

/// <summary>The files in deploy/nginx and deploy/haproxy, run by the real programs in front of one server in the place of three.</summary>
public sealed class ProxiesTests(ProxiesTests.BehindProxy registry) : IClassFixture<ProxiesTests.BehindProxy>, IDisposable
{
    private const int Limit = 3_000_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-proxy-").FullName;
    private Process? _proxy;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "Through the proxy: URLs are the public ones, links work with any name, refusals and ranges arrive, queries are not logged")]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Through(string program)
    {
        var server = $"127.0.0.1:{registry.Url.Port}";
        var publicUrl = await Start(program, [server, server, server]);
        using var http = Client(publicUrl);

        // meta.url
        var refused = await Answer.Of(await Answered(() => http.GetAsync("/api/nothing?tax_id=3126509816", Ct)));
        Assert.Equal($"{publicUrl}/api/nothing", refused.Json.GetProperty("meta").GetProperty("url").GetString());

        // A link of the method leads through the proxy, whatever the name
        const string name = "Договір (1) a+b %41.p7s";
        var folder = Guid.NewGuid();
        var content = RandomNumberGenerator.GetBytes(Limit);
        Assert.Equal(HttpStatusCode.OK, (await http.PutAsync(Through("PUT"), new ByteArrayContent(content), Ct)).StatusCode);
        Assert.Equal(content, await http.GetByteArrayAsync(Through("GET"), Ct));
        var tooLarge = await Answer.Of(await http.PutAsync(Through("PUT"), new ByteArrayContent(new byte[Limit + 1]), Ct));
        Assert.Equal((413, "request_too_large"), (tooLarge.Status, tooLarge.Json.GetProperty("error").GetProperty("type").GetString()));

        // Ranges with the strong tag of the bulk export
        await registry.Build();
        var key = await registry.Given.ApiKey("PIS");
        var whole = await Bulk();
        var tag = whole.Headers.ETag!;
        Assert.False(tag.IsWeak);
        var bytes = await whole.Content.ReadAsByteArrayAsync(Ct);
        var part = await Bulk(("Range", "bytes=10-"), ("If-Match", $"{tag}"));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[10..], await part.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Bulk(("Range", "bytes=10-"), ("If-Match", "\"other\""))).StatusCode);

        // The log
        await Eventually.Holds(() => Log().Contains("/api/nothing", StringComparison.Ordinal), Log);
        Assert.DoesNotMatch("tax_id|3126509816|X-Signature|api-key", Log());

        string Through(string verb) => publicUrl + registry.Target(verb, folder, name);

        async Task<HttpResponseMessage> Bulk(params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/pis/bulk/employees");
            request.Headers.Add("api-key", key);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
            foreach (var (header, value) in headers)
                request.Headers.TryAddWithoutValidation(header, value);
            return await http.SendAsync(request, Ct);
        }
    }

    [Fact(DisplayName = "deploy/nginx/node takes a node out of nginx and puts it back, and no connection of a client is cut")]
    public async Task TakenOut()
    {
        // Nobody listens at the second and the third.
        string[] nodes = [.. new[] { 1, 2, 3 }.Select(number => $"127.0.0.{number}:{registry.Url.Port}")];
        var publicUrl = await Start("nginx", nodes);
        var connections = 0;
        using var http = Client(publicUrl, () => connections++);
        await Answered(() => http.GetAsync("/api/first", Ct));
        var before = connections;

        // In turn, as long as nobody is out
        await Eventually.Holds(async () =>
        {
            Assert.Equal(HttpStatusCode.NotFound, await Status("/api/all"));
            return Asked("/api/all", nodes[1]) && Asked("/api/all", nodes[2]);
        }, Log);

        await Tell(0, "down", nodes[1]);
        // What has no answer there is left alone for a second; it would be asked afterwards.
        for (var end = DateTime.UtcNow.AddSeconds(2); DateTime.UtcNow < end; await Task.Delay(20, Ct))
            Assert.Equal(HttpStatusCode.NotFound, await Status("/api/without-second"));
        await Eventually.Holds(() => Asked("/api/without-second", nodes[2]), Log);
        Assert.False(Asked("/api/without-second", nodes[1]));
        Assert.Contains($"{nodes[1]} is out", await Tell(1, "down", nodes[0]), StringComparison.Ordinal);
        Assert.Contains("usage", await Tell(2, "down", "127.0.0.4:1"), StringComparison.Ordinal);

        await Tell(0, "up", nodes[1]);
        await Tell(0, "down", nodes[0]);
        Assert.Equal(HttpStatusCode.BadGateway, await Status("/api/without-first"));

        // Files of more than one, made by hand
        await File.WriteAllTextAsync(Path.Combine(_directory, "out", nodes[1]), "", Ct);
        Assert.Equal(HttpStatusCode.NotFound, await Status("/api/without-two"));
        await Tell(0, "up", nodes[1]);
        await Tell(0, "up", nodes[0]);
        Assert.Equal(HttpStatusCode.NotFound, await Status("/api/all-again"));
        Assert.Equal(before, connections);

        async Task<HttpStatusCode> Status(string path)
        {
            using var answer = await http.GetAsync(path, Ct);
            return answer.StatusCode;
        }

        bool Asked(string path, string node) => File.ReadLines(Path.Combine(_directory, "esoz.log"))
            .Any(line => line.Contains($" {path} ", StringComparison.Ordinal) && line.Contains(node, StringComparison.Ordinal));

        async Task<string> Tell(int exit, string what, string node)
        {
            var script = new ForeignClient(SourceTree.PathOf("deploy", "nginx", "node"),
                ("CONF", Path.Combine(_directory, "nginx")), ("OUT", Path.Combine(_directory, "out")));
            var (actual, _, errors) = await script.Run(what, node);
            Assert.True(actual == exit, errors);
            return errors;
        }
    }

    public void Dispose()
    {
        if (_proxy is { HasExited: false })
        {
            // SIGTERM: the master of nginx stops its workers as well.
            using var kill = Process.Start("kill", ["-TERM", $"{_proxy.Id}"]);
            kill.WaitForExit();
            _proxy.WaitForExit();
        }
        _proxy?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string Log() => string.Concat(Directory.GetFiles(_directory, "*.log").Select(File.ReadAllText));

    /// <summary>The first request waits until the proxy listens.</summary>
    private static async Task<HttpResponseMessage> Answered(Func<Task<HttpResponseMessage>> send)
    {
        HttpResponseMessage? answer = null;
        await Eventually.Holds(async () =>
        {
            try
            {
                answer = await send();
                return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, () => $"The proxy does not answer: {answer?.StatusCode}");
        return answer!;
    }

    /// <summary>It trusts the certificate of the proxy alone.</summary>
    private HttpClient Client(string publicUrl, Action? connected = null)
    {
        var trusted = File.ReadAllText(Path.Combine(_directory, "tls.crt"));
        return new(new SocketsHttpHandler
        {
            SslOptions =
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    connected?.Invoke();
                    return certificate is X509Certificate2 theirs && theirs.ExportCertificatePem() == trusted.Trim();
                },
            },
        })
        { BaseAddress = new Uri(publicUrl) };
    }

    /// <summary>Starts the proxy in front of these three nodes and returns its public URL.</summary>
    private async Task<string> Start(string program, string[] nodes)
    {
        var port = FreePort();
        var path = new[] { "/usr/sbin", "/usr/local/sbin", "/usr/bin" }.Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"needs {program}");
        var (certificate, secret) = (Path.Combine(_directory, "tls.crt"), Path.Combine(_directory, "tls.key"));
        await new ForeignClient("openssl").Succeeds("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
            "-keyout", secret, "-out", certificate);
        await File.WriteAllTextAsync(Path.Combine(_directory, "tls.pem"),
            await File.ReadAllTextAsync(certificate, Ct) + await File.ReadAllTextAsync(secret, Ct), Ct);
        var example = SourceTree.Read(program == "nginx" ? "deploy/nginx/nginx.conf" : "deploy/haproxy/haproxy.cfg");
        example = Replace(example, [.. nodes.Select((node, i) => ($"10.0.0.{11 + i}:5080", node))]);
        var configuration = program == "nginx"
            ? Replace(example, ("listen 443", $"listen 127.0.0.1:{port}"), ("api.example.ua;", "localhost;"),
                ("/etc/nginx/tls/api.example.ua", Path.Combine(_directory, "tls")), ("/var/log/nginx/", $"{_directory}/"),
                ("/run/esoz-nginx/", $"{_directory}/out/"))
            : Replace(example, (" port 9464", ""), (":443", $"127.0.0.1:{port}"),
                ("/etc/haproxy/tls/api.example.ua", Path.Combine(_directory, "tls")));
        var file = Path.Combine(_directory, program);
        await File.WriteAllTextAsync(file, program == "nginx" ? await WholeFile(configuration) : configuration, Ct);
        var start = new ProcessStartInfo(path!, program == "nginx" ? ["-p", _directory, "-c", file] : ["-db", "-f", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _proxy = Process.Start(start)!;
        _ = Keep(_proxy.StandardOutput);
        _ = Keep(_proxy.StandardError);
        return $"https://localhost:{port}";
    }

    private async Task Keep(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_directory)
                File.AppendAllText(Path.Combine(_directory, "output.log"), line + '\n');
        }
    }

    /// <summary>
    /// The rest of a configuration of nginx. If root starts it, its workers switch to another user, as those of an installed one do.
    /// </summary>
    private async Task<string> WholeFile(string configuration)
    {
        var user = "";
        if (Environment.IsPrivilegedProcess)
        {
            user = $"user nobody {(await new ForeignClient("id").Succeeds("-gn", "nobody")).Trim()};";
            await new ForeignClient("chmod").Succeeds("711", _directory);
        }
        return $$"""
        {{user}}
        daemon off;
        pid nginx.pid;
        error_log stderr warn;
        events { worker_connections 256; }
        http {
          client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
          {{configuration}}
        }
        """;
    }

    /// <summary>A text that is not in the example would leave the test without its subject.</summary>
    private static string Replace(string example, params (string Old, string New)[] changes) => changes.Aggregate(example, (text, change) =>
        text.Contains(change.Old, StringComparison.Ordinal) ? text.Replace(change.Old, change.New, StringComparison.Ordinal)
            : throw new InvalidOperationException($"The example has no {change.Old}."));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public sealed class BehindProxy(TestCluster cluster, RadosGateway gateway) : BulkRegistry(cluster, gateway)
    {
        protected override Dictionary<string, string> Configuration => new(base.Configuration)
        {
            ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1",
            ["MEDIA_STORAGE_MAX_OBJECT_BYTES"] = $"{Limit}",
        };

        public new async Task Build()
        {
            await SomeEmployees(new Random(1), 20);
            await base.Build();
        }
    }
}
