using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Contracts;
using Esoz.EmployeeRoles;
using Esoz.Platform.Access;
using Esoz.Platform.Configuration;
using Esoz.Tests.Platform.Journal;

namespace Esoz.Tests.Platform.Http;

/// <summary>Api-keys that are bound to client certificates (platform §2, checks 5c and 6d), in real TLS handshakes.</summary>
public sealed class ClientCertificateTests(ClientCertificateTests.Asking registry) : IClassFixture<ClientCertificateTests.Asking>
{
    private const string Invalid = "Invalid api key";

    private Given Given => registry.Given;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "A certificate of the key opens what the key opens, whoever issued it, over every version of HTTP and TLS")]
    [InlineData("1.1", SslProtocols.Tls12)]
    [InlineData("1.1", SslProtocols.Tls13)]
    [InlineData("2.0", SslProtocols.Tls12)]
    [InlineData("2.0", SslProtocols.Tls13)]
    public async Task Opens(string version, SslProtocols protocol)
    {
        using var self = SelfSigned();
        using var authority = SelfSigned(isAuthority: true);
        using var issued = IssuedBy(authority);
        var credential = await Given.Nhs(certificates: [Thumbprint.Of(self), Thumbprint.Of(issued)]);

        foreach (var certificate in new[] { self, issued })
        {
            using var http = Client(certificate, version, protocol);
            (await Contracts(http, credential)).Succeeded();
            (await Contracts(http, credential)).Succeeded();
        }
    }

    [Fact(DisplayName = "Without one of its certificates a key is refused as an unknown one is; log and journal have check 5c and the reason")]
    public async Task Refuses()
    {
        using var right = SelfSigned();
        using var other = SelfSigned();
        using var early = SelfSigned(from: 1, until: 2);
        using var late = SelfSigned(from: -2, until: -1);
        var credential = await Given.Nhs(certificates: [Thumbprint.Of(right), Thumbprint.Of(early), Thumbprint.Of(late)]);
        var owner = await registry.Scalar<Guid>(
            "SELECT client_id FROM connections WHERE secret_hash = $1::bpchar", SecretHash.Of(credential.ApiKey!).Hex);

        await IsRefused(null, "the connection shows no client certificate");
        await IsRefused(other, $"the client certificate {Thumbprint.Of(other)} is not one of the key's");
        await IsRefused(early, $"the client certificate {Thumbprint.Of(early)} is not in force yet");
        await IsRefused(late, $"the client certificate {Thumbprint.Of(late)} has expired");

        async Task IsRefused(X509Certificate2? certificate, string reason)
        {
            using var http = Client(certificate);
            var answer = await Contracts(http, credential);
            answer.IsIlRefusal(401, "access_denied", Invalid);
            Assert.Equal("ApiKey", answer.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Contains(registry.Log.Lines, line => line.Contains(
                $"Refused {GetContracts.Card.Id} by rule 5c with 401, client {owner}, user ", StringComparison.Ordinal));
            var entry = await registry.Entry(answer);
            Assert.Equal(("platform 5c", owner, 401), (entry.Rule, entry.ConnectionClientId, entry.Status));
            Assert.EndsWith($", bound to 3 client certificates: {reason}", entry.Seen, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "A certificate that expires ends its connection's access too")]
    public async Task Expires()
    {
        using var certificate = SelfSigned(from: -1, until: 1);
        var credential = await Given.Nhs(certificates: Thumbprint.Of(certificate));
        using var http = Client(certificate);
        (await Contracts(http, credential)).Succeeded();

        registry.Clock.Advance(TimeSpan.FromMinutes(61));
        try
        {
            // The token has expired as well; the key is checked before it.
            (await Contracts(http, credential)).IsIlRefusal(401, "access_denied", Invalid);
        }
        finally
        {
            registry.Clock.Advance(-TimeSpan.FromMinutes(61));
        }
    }

    [Fact(DisplayName = "A key that is bound to nothing opens the same with any certificate and without one")]
    public async Task NotBound()
    {
        using var any = SelfSigned(from: -2, until: -1);
        var credential = await Given.Nhs();

        foreach (var certificate in new[] { null, any })
        {
            using var http = Client(certificate);
            (await Contracts(http, credential)).Succeeded();
        }
    }

    [Fact(DisplayName = "A bound key opens nothing alone, and nothing with a broker's token, without its certificate")]
    public async Task EveryFamily()
    {
        using var certificate = SelfSigned();
        var thumbprint = Thumbprint.Of(certificate);
        var broker = await Given.Token(await Given.Provider(access: "BROKER"), "employee_role:read");
        using var with = Client(certificate);
        using var without = Client(null);
        (string Path, string Rule, Credential Credential)[] calls =
        [
            (GetEmployeeRoles.Card.Path, "platform 6d",
                broker with { ApiKey = await Given.ApiKey("MIS", brokerScope: "employee_role:read", certificates: thumbprint) }),
            ("/api/pis/bulk/employees", "platform 5c", new(ApiKey: await Given.ApiKey("PIS", certificates: thumbprint))),
            ("/api/events", "platform 5c", new(ApiKey: await Given.ApiKey("PIS", "event:read", certificates: thumbprint))),
        ];

        foreach (var (path, rule, credential) in calls)
        {
            var refused = await Get(without, path, credential);
            refused.IsIlRefusal(401, "access_denied", Invalid);
            Assert.Equal(rule, (await registry.Entry(refused)).Rule);
            Assert.DoesNotContain((await Get(with, path, credential)).Status, (int[])[401, 403]);
        }
    }

    [Fact(DisplayName = "What a key is bound to is remembered with it: no request asks the database, a change is known within 5 s")]
    public async Task Remembered()
    {
        using var certificate = SelfSigned();
        var credential = await Given.Nhs(certificates: Thumbprint.Of(certificate));
        using var with = Client(certificate);
        using var without = Client(null);
        (await Contracts(with, credential)).Succeeded();

        await registry.Execute("UPDATE connections SET certificate_thumbprints = NULL WHERE secret_hash = $1::bpchar",
            SecretHash.Of(credential.ApiKey!).Hex);
        (await Contracts(without, credential)).IsIlRefusal(401, "access_denied", Invalid);
        (await Contracts(with, credential)).Succeeded();
        registry.Clock.Age(TimeSpan.FromSeconds(5));

        (await Contracts(without, credential)).Succeeded();
    }

    [Theory(DisplayName = "A TLS session that is resumed has the certificate of its beginning, and one without has none")]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Resumed(string version)
    {
        using var certificate = SelfSigned();
        var credential = await Given.Nhs(certificates: Thumbprint.Of(certificate));
        var pem = Path.Combine(registry.DataDirectory, $"client{version}.pem");
        await File.WriteAllTextAsync(
            pem, $"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n", Ct);

        foreach (var (cert, status) in new[] { ((string[])["-cert", pem, "-key", pem], "HTTP/1.1 200 OK"), ([], "HTTP/1.1 401 Unauthorized") })
        {
            var session = Path.Combine(registry.DataDirectory, $"session{version}{cert.Length}");
            Assert.Contains(status, await Ask([.. cert, "-sess_out", session]), StringComparison.Ordinal);
            // Without the key: only the session may bring the certificate.
            var resumed = await Ask("-sess_in", session);
            Assert.Contains(status, resumed, StringComparison.Ordinal);
            Assert.True(resumed.Contains("Reused, TLS", StringComparison.Ordinal), resumed);
        }

        async Task<string> Ask(params string[] options)
        {
            var start = new System.Diagnostics.ProcessStartInfo("openssl",
                ["s_client", "-connect", registry.Url.Authority, version, "-CAfile", registry.Root, "-ign_eof", .. options])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = System.Diagnostics.Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
            await process.StandardInput.WriteAsync(
                $"GET {GetContracts.Card.Path} HTTP/1.1\r\nHost: {registry.Url.Authority}\r\nConnection: close\r\n"
                + $"api-key: {credential.ApiKey}\r\nAuthorization: Bearer {credential.Token}\r\n\r\n");
            await process.StandardInput.FlushAsync(Ct);
            await process.WaitForExitAsync(Ct);
            return await output + await errors;
        }
    }

    [Fact(DisplayName = "A certificate in a header is no certificate")]
    public async Task Header()
    {
        using var certificate = SelfSigned();
        var credential = await Given.Nhs(certificates: Thumbprint.Of(certificate));
        using var http = Client(null);
        var der = Convert.ToBase64String(certificate.RawData);
        foreach (var (name, value) in new[] { ("Client-Cert", $":{der}:"), ("X-ARR-ClientCert", der), ("X-SSL-Client-Cert", der) })
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);

        (await Contracts(http, credential)).IsIlRefusal(401, "access_denied", Invalid);
    }

    [Fact(DisplayName = "The binding is on record, and the database takes nothing that is no thumbprint")]
    public async Task Stored()
    {
        var thumbprint = new string('c', 64);
        var hash = SecretHash.Of(await Given.ApiKey("PIS", certificates: thumbprint)).Hex;
        var changeset = await registry.Scalar<string>(
            "SELECT changeset::text FROM audit_log WHERE resource = 'connections' AND resource_id = (SELECT id::text FROM connections WHERE secret_hash = $1::bpchar)",
            hash);
        Assert.Contains($"\"certificate_thumbprints\": [\"{thumbprint}\"]", changeset, StringComparison.Ordinal);

        foreach (var wrong in new string?[][] { [], [null], [""], [thumbprint.ToUpperInvariant()], [thumbprint, null], [$"{thumbprint} {thumbprint}x"] })
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => registry.Execute(
                "UPDATE connections SET certificate_thumbprints = $2 WHERE secret_hash = $1::bpchar", hash, wrong));
            Assert.Equal("23514", refused.SqlState);
        }
    }

    [Fact(DisplayName = "ESOZ_TLS_CLIENT_CERTIFICATES needs TLS")]
    public void NeedsTls() => Assert.Equal(
        ["ESOZ_TLS_CLIENT_CERTIFICATES=optional needs ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY: clients are asked in the TLS handshake."],
        Assert.Throws<SettingsException>(() => Settings.Read(
            new Dictionary<string, string> { ["ESOZ_TLS_CLIENT_CERTIFICATES"] = "optional" })).Faults);

    private static Task<Answer> Contracts(HttpClient http, Credential credential) => Get(http, GetContracts.Card.Path, credential);

    private static async Task<Answer> Get(HttpClient http, string path, Credential credential)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Version = http.DefaultRequestVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (credential.Token is { } token)
            request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("api-key", credential.ApiKey);
        using var response = await http.SendAsync(request, Ct);
        return await Answer.Of(response);
    }

    /// <summary>Shows the certificate, or none, when it is asked for one.</summary>
    private HttpClient Client(X509Certificate2? certificate, string version = "2.0", SslProtocols protocols = SslProtocols.None)
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust.CustomTrustStore.ImportFromPemFile(registry.Root);
        var options = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = trust,
            EnabledSslProtocols = protocols,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
        };
        return new HttpClient(new SocketsHttpHandler { SslOptions = options, UseCookies = false })
        {
            BaseAddress = registry.Url,
            DefaultRequestVersion = new(version),
        };
    }

    /// <param name="from">Hours from now.</param>
    /// <param name="until">Hours from now.</param>
    private static X509Certificate2 SelfSigned(int from = -1, int until = 24, bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(key, isAuthority).CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(from), DateTimeOffset.UtcNow.AddHours(until));
    }

    private static X509Certificate2 IssuedBy(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request(key, isAuthority: false).Create(
            authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(23), Guid.NewGuid().ToByteArray());
        return issued.CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN=client {Guid.NewGuid()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        return request;
    }

    /// <summary>A server that asks its clients for a certificate.</summary>
    public sealed class Asking(TestCluster cluster) : TlsTests.Secured(cluster)
    {
        protected override Dictionary<string, string> Configuration =>
            new(base.Configuration) { ["ESOZ_TLS_CLIENT_CERTIFICATES"] = "optional" };
    }
}
