using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Esoz.Platform.Configuration;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Http;

/// <summary>TLS of the server itself, with certificates that OpenSSL made.</summary>
public sealed class TlsTests(TlsTests.Secured registry) : IClassFixture<TlsTests.Secured>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A client that knows only the root is served over HTTP/2, links are https, and it is told to insist on TLS")]
    public async Task Served()
    {
        using var http = Client();

        (http.DefaultRequestVersion, http.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        using var response = await http.GetAsync("/api/nothing", Ct);
        var answer = await Answer.Of(response);

        Assert.Equal((404, HttpVersion.Version20), (answer.Status, response.Version));
        Assert.Equal($"{registry.Url}api/nothing", answer.Json.GetProperty("meta").GetProperty("url").GetString());
        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory(DisplayName = "Uploads and downloads of megabytes arrive over HTTP/1.1 and HTTP/2")]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Files(string version)
    {
        using var http = Client();
        (http.DefaultRequestVersion, http.DefaultVersionPolicy) = (new(version), HttpVersionPolicy.RequestVersionExact);
        var (nhs, folder, content) = (await registry.Given.Nhs(), Guid.NewGuid(), new byte[3_000_000]);
        new Random(1).NextBytes(content);

        using var put = await http.PutAsync(await Link("PUT"), new ByteArrayContent(content), Ct);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(content, await http.GetByteArrayAsync(await Link("GET"), Ct));

        async Task<string> Link(string action)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/contracts/media_storage/generate_url")
            {
                Content = new StringContent($$"""{"action":"{{action}}","resource_id":"{{folder}}","resource_name":"x"}""", null, "application/json"),
            };
            request.Headers.Add("api-key", nhs.ApiKey);
            request.Headers.Authorization = new("Bearer", nhs.Token);
            using var response = await http.SendAsync(request, Ct);
            return (await Answer.Of(response)).Succeeded().Data.GetProperty("url").GetString()!;
        }
    }

    [Theory(DisplayName = "TLS 1.2 and 1.3 are spoken, nothing older")]
    [InlineData("-tls1_3", true)]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_1", false)]
    public async Task Versions(string version, bool isSpoken)
    {
        var (exit, output, errors) = await new ForeignClient("openssl").Run("s_client", "-connect", registry.Url.Authority, version,
            "-cipher", "ALL:@SECLEVEL=0", "-CAfile", registry.Root, "-verify_return_error", "-brief");

        Assert.True(isSpoken == (exit == 0), $"{exit} {output} {errors}");
    }

    [Fact(DisplayName = "A new certificate is shown without a restart; one that cannot be used is logged, and the former one stays")]
    public async Task Reloads()
    {
        var former = await Shown();
        await registry.Issue("second");
        await Eventually.Holds(async () => await Shown() != former);
        var second = await Shown();

        await File.WriteAllTextAsync(registry.CertificateFile, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", Ct);
        await Eventually.Holds(async () => await Shown() == second
            && registry.Log.Lines.Any(line => line.Contains("The new server certificate cannot be used", StringComparison.Ordinal)));
        Assert.Equal(second, await Shown());
        await registry.Issue("third");
        await Eventually.Holds(async () => await Shown() != second);
    }

    [Fact(DisplayName = "Half of the pair, a missing file and a key of another certificate stop the start")]
    public async Task Wrong()
    {
        var (certificate, key) = (registry.CertificateFile, registry.KeyFile);
        var other = Path.Combine(registry.DataDirectory, "other.key");
        await new ForeignClient("openssl").Succeeds("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", other);

        Assert.Equal(["ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY belong together: set both or none."], Faults(certificate, ""));
        foreach (var faults in new[] { Faults(certificate, "/nowhere.key"), Faults(certificate, other), Faults(key, key) })
            Assert.StartsWith("ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY are not a certificate and its key in PEM: ", Assert.Single(faults), StringComparison.Ordinal);

        static IReadOnlyList<string> Faults(string certificate, string key) => Assert.Throws<SettingsException>(() => Settings.Read(
            new Dictionary<string, string> { ["ESOZ_TLS_CERTIFICATE"] = certificate, ["ESOZ_TLS_KEY"] = key })).Faults;
    }

    [Fact(DisplayName = "A reader that takes nothing loses its answer over HTTP/2 too")]
    public async Task StalledReader()
    {
        using var http = Client();
        (http.DefaultRequestVersion, http.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        var link = await registry.UploadedLink(new byte[3_000_000]);

        using var reader = await http.GetAsync(link, HttpCompletionOption.ResponseHeadersRead, Ct);

        await Eventually.Holds(() => registry.Log.Lines.Any(line => line.Contains("the client took no byte for 2 s", StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "What is no HTTP is answered in the envelope over TLS too")]
    public async Task Malformed()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(registry.Url.Host, registry.Url.Port, Ct);
        await using var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Ct);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /api/%00 HTTP/1.1\r\nHost: {registry.Url.Authority}\r\n\r\n"), Ct);
        using var reader = new StreamReader(stream);

        var answer = (await reader.ReadToEndAsync(Ct)).Split("\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 404 Not Found\r\n", answer[0], StringComparison.Ordinal);
        var meta = System.Text.Json.JsonElement.Parse(answer[1]).GetProperty("meta");
        Assert.Equal((404, $"https://{registry.Url.Authority}/api/%00"), (meta.GetProperty("code").GetInt32(), meta.GetProperty("url").GetString()));
    }

    private async Task<string> Shown()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(registry.Url.Host, registry.Url.Port, Ct);
        await using var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Ct);
        return stream.RemoteCertificate!.GetSerialNumberString();
    }

    /// <summary>Trusts the root alone, so the server must show the certificates between.</summary>
    private HttpClient Client()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(registry.Root);
        return new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = policy } }) { BaseAddress = registry.Url };
    }

    /// <summary>A server with TLS: a root, an authority below it, and the server's certificate.</summary>
    public class Secured(TestCluster cluster) : Registry(cluster)
    {
        private static readonly ForeignClient OpenSsl = new("openssl");

        public string Root => In("root.pem");

        public string CertificateFile => In("server.pem");

        public string KeyFile => In("server.key");

        protected override string Listener => "https://127.0.0.1:0";

        protected override Dictionary<string, string> Configuration =>
            new() { ["ESOZ_TLS_CERTIFICATE"] = CertificateFile, ["ESOZ_TLS_KEY"] = KeyFile, ["ESOZ_STALLED_READER_SECONDS"] = "2" };

        protected override async Task BeforeStart()
        {
            await OpenSsl.Succeeds("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=test root", "-keyout", In("root.key"), "-out", Root);
            await OpenSsl.Succeeds("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=test authority", "-addext", "basicConstraints=critical,CA:TRUE", "-CA", Root, "-CAkey", In("root.key"),
                "-keyout", In("authority.key"), "-out", In("authority.pem"));
            await Issue("first");
        }

        /// <summary>Puts a new certificate and key in place, as a client of an authority does.</summary>
        public async Task Issue(string name)
        {
            await OpenSsl.Succeeds("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "20",
                "-subj", $"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-addext", "basicConstraints=CA:FALSE",
                "-CA", In("authority.pem"), "-CAkey", In("authority.key"), "-keyout", In("new.key"), "-out", In("leaf.pem"));
            await File.WriteAllTextAsync(In("new.pem"), await File.ReadAllTextAsync(In("leaf.pem")) + await File.ReadAllTextAsync(In("authority.pem")));
            File.Move(In("new.key"), KeyFile, overwrite: true);
            File.Move(In("new.pem"), CertificateFile, overwrite: true);
        }

        /// <summary>A link to a file that was put into the store.</summary>
        public async Task<string> UploadedLink(byte[] content)
        {
            var (key, bucket) = (ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("x")!), Settings.Buckets.AmbulatoryContracts);
            await Services.GetRequiredService<IObjectStore>().Write(bucket, key, new MemoryStream(content), Ct);
            return Services.GetRequiredService<ILinkSigner>()
                .Sign(new("GET", bucket, key, Clock.GetUtcNow(), TimeSpan.FromHours(1)), Url.GetLeftPart(UriPartial.Authority));
        }

        private string In(string file) => Path.Combine(DataDirectory, file);
    }
}
