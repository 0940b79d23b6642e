using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Esoz.Platform.Mail;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Storage;
using Npgsql;

namespace Esoz.Diagnosis;

/// <summary>
/// What is safe in a sandbox and not in production. <c>serve</c> does not start with a finding that has a name in <see cref="Insecure"/>,
/// <c>doctor</c> shows the same (docs/adr/0033-production-refuses-to-start.md).
/// </summary>
public static class ProductionFindings
{
    /// <summary>A legal entity of the demo registry.</summary>
    internal static readonly Guid DemoLegalEntity = new("1e000000-0000-4000-8000-000000000001");

    /// <param name="urls">Listeners of the server.</param>
    /// <param name="hasSandbox">The program was built with the sandbox.</param>
    /// <returns>Empty in a sandbox.</returns>
    public static IReadOnlyList<Finding> Of(Settings settings, IReadOnlyList<string> urls, bool hasSandbox) =>
        settings.Mode == Mode.Sandbox ? [] :
        [
            .. Signatures(settings),
            Keys(settings),
            settings.SignIn.Key.Length == 0 && settings.MediaStorage.SigningKey.Length == 0
                ? Finding.Warning("sign-in key", "each node has its own, in its data directory, and cannot check codes and devices of the others",
                    "set AUTH_SIGNING_KEY, the same on every node; make one with: openssl rand -hex 32")
                : Finding.Good("sign-in key", "set"),
            Hosts(settings, urls),
            Probes(settings, urls),
            Environment.IsPrivilegedProcess
                ? Finding.Warning("system user", "the server runs as root", "start it as a user of its own: User= of systemd, runAsUser of Kubernetes, or esoz serve --user NAME")
                : Finding.Good("system user", Environment.UserName),
            urls.Where(url => !Listener.IsTls(url) && !Listener.IsLocal(url)).ToList() is { Count: > 0 } plain
                ? Finding.Warning("listeners", $"{string.Join(" ", plain)} sends tokens and personal data as plain text",
                    "listen on 127.0.0.1 behind a proxy with TLS, or on https:// with ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY")
                : Finding.Good("listeners", string.Join(" ", urls)),
            DatabaseTls(settings),
            Outgoing(settings),
            settings.SecondFactor.IsOfNewUsers ? Finding.Good("second factor", "new users have one")
                : Finding.Warning("second factor", "a password alone signs new users in", "set USER_2FA_ENABLED=true, with an SMS gateway (OTP_DELIVERY=http)"),
            settings.RateLimits.Count == 0
                ? Finding.Warning("rate limits", "none: one credential can use the whole server", "remove the RATE_LIMIT_… that are 0")
                : Finding.Good("rate limits", $"{settings.RateLimits.Count}"),
            settings.MaxClientRequests == 0
                ? Finding.Warning("concurrent requests", "no limit: one client can use all connections to the database",
                    "remove ESOZ_MAX_CLIENT_REQUESTS=0")
                : Finding.Good("concurrent requests", $"at most {settings.MaxClientRequests} of one client"),
            hasSandbox
                ? Finding.Warning("build", "the program has the commands of the sandbox, which refuse to work in production",
                    "dotnet publish src/Esoz.Cli -c Release -p:EsozSandbox=false leaves them out")
                : Finding.Good("build", "without the sandbox"),
        ];

    /// <summary>Whether a sandbox has run on the database. Works before the migrations, too.</summary>
    public static async Task<Finding> DemoData(Settings settings, PostgresDatabase database, CancellationToken ct)
    {
        const string subject = "demo data";
        if (!await database.Command("SELECT to_regclass('esoz.legal_entities') IS NOT NULL").ReadValue<bool>(ct))
            return Finding.Good(subject, "none");
        return await database.Command("SELECT EXISTS (SELECT FROM esoz.legal_entities WHERE id = $1)", DemoLegalEntity).ReadValue<bool>(ct)
            ? Refused(settings, Insecure.DemoData, subject,
                "the database has the demo registry of a sandbox, with its users and clients",
                "set ESOZ_DATABASE to a database that no sandbox has run on")
            : Finding.Good(subject, "none");
    }

    /// <summary>One line for each finding that stops the start.</summary>
    public static IReadOnlyList<string> Refusals(IEnumerable<Finding> findings) =>
        [.. findings.Where(finding => finding is { Insecure: not null, Severity: Severity.Broken }).Select(finding => finding.Text)];

    private static IEnumerable<Finding> Signatures(Settings settings)
    {
        var options = settings.Signatures;
        if (!options.Enabled)
            yield return Refused(settings, Insecure.DisabledSignatures, SignatureFindings.Subject, SignatureFindings.Disabled,
                SignatureFindings.EnableThem);
        yield return options.Revocation == RevocationMode.None
            ? Refused(settings, Insecure.DisabledRevocation, "revocation", "revoked certificates may sign",
                "SIGNATURE_REVOCATION_MODE=none is for tests only: set it to crl")
            : Finding.Good("revocation", "lists are checked");
        var test = TestAnchors.Of(settings);
        yield return test.Count > 0
            ? Refused(settings, Insecure.TestAnchors, "test anchors",
                $"SIGNATURE_TRUST_DIR trusts test authorities, with whose keys anybody signs as anybody: {string.Join(", ", test)}",
                $"delete them from {Path.Combine(options.TrustPath, TrustStore.AnchorsFolder)}")
            : Finding.Good("test anchors", "none");
    }

    private static Finding Keys(Settings settings)
    {
        const string subject = "signing keys";
        (string Name, string? Key)[] keys =
        [
            ("MEDIA_STORAGE_SIGNING_KEY", settings.MediaStorage.SigningKey),
            ("MEDIA_STORAGE_SIGNING_KEY_PREVIOUS", settings.MediaStorage.PreviousSigningKey),
            ("AUTH_SIGNING_KEY", settings.SignIn.Key),
            ("AUTH_SIGNING_KEY_PREVIOUS", settings.SignIn.PreviousKey),
        ];
        string[] weak = [.. keys.Where(it => it.Key is { Length: > 0 } key && KeyStrength.IsWeak(key)).Select(it => it.Name)];
        return weak.Length > 0
            ? Refused(settings, Insecure.WeakKeys, subject, $"{string.Join(" and ", weak)} can be guessed: a few characters are repeated",
                "make one with: openssl rand -hex 32")
            : Finding.Good(subject, "set");
    }

    private static Finding Hosts(Settings settings, IReadOnlyList<string> urls)
    {
        const string subject = "public address";
        return settings.PublicBaseUrl.Length > 0 ? Finding.Good(subject, settings.PublicBaseUrl)
            : settings.AllowedHosts.Count > 0 ? Finding.Good(subject, string.Join(", ", settings.AllowedHosts))
            : !IsReachable(settings, urls) ? Finding.Good(subject, "this machine only")
            : Refused(settings, Insecure.AnyHost, subject, "whatever Host a client sends stands in meta.url and in links",
                "set PUBLIC_BASE_URL, or ESOZ_ALLOWED_HOSTS to the hosts of this server");
    }

    private static Finding Probes(Settings settings, IReadOnlyList<string> urls)
    {
        const string subject = "probes";
        return settings.ProbeUrls.Count > 0 ? Finding.Good(subject, string.Join(" ", settings.ProbeUrls))
            : !IsReachable(settings, urls) ? Finding.Good(subject, "on the main listener, this machine only")
            : Refused(settings, Insecure.PublicProbes, subject, "/healthz and /metrics answer everybody on the main listener",
                "set ESOZ_PROBE_URLS to a listener of their own, such as http://127.0.0.1:9464");
    }

    /// <summary>Whether other machines reach the listeners, directly or through a proxy.</summary>
    private static bool IsReachable(Settings settings, IReadOnlyList<string> urls) =>
        settings.TrustedProxies.Count > 0 || !urls.All(Listener.IsLocal);

    private static Finding DatabaseTls(Settings settings)
    {
        const string subject = "database TLS";
        (string Name, string? ConnectionString)[] ways =
        [
            ("ESOZ_DATABASE", settings.Database), ("ESOZ_DATABASE_OWNER", settings.OwnerDatabase),
            ("ESOZ_DATABASE_DIRECT", settings.DatabaseOptions.Direct),
        ];
        List<(string Name, NpgsqlConnectionStringBuilder Way)> remote =
        [
            .. ways.Where(way => way.ConnectionString is { Length: > 0 })
                .Select(way => (way.Name, Way: new NpgsqlConnectionStringBuilder(way.ConnectionString)))
                .Where(way => !(way.Way.Host ?? "").Split(',').All(IsLocal)),
        ];
        return remote.Where(way => way.Way.SslMode != SslMode.VerifyFull).ToList() is { Count: > 0 } trusting
            ? Finding.Warning(subject,
                $"{string.Join(", ", trusting.Select(way => $"sslmode={way.Way.SslMode} in {way.Name}"))}: whoever answers in place of the database is believed",
                $"add sslmode=VerifyFull (and sslrootcert=FILE) to {string.Join(" and ", trusting.Select(way => way.Name))}")
            : Finding.Good(subject, remote.Count > 0 ? "verified" : "not needed on this machine");
    }

    /// <summary>Everything else that the server connects to.</summary>
    private static Finding Outgoing(Settings settings)
    {
        const string subject = "outgoing connections";
        (string Name, Uri? Url)[] ways =
        [
            ("OBJECT_STORAGE_S3_ENDPOINT", settings.Storage.Backend == StorageBackend.S3 ? new(settings.Storage.S3.Endpoint) : null),
            ("OTP_GATEWAY_URL", settings.SecondFactor.GatewayUrl),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", settings.Telemetry.Endpoint),
        ];
        List<string> plain = [.. ways.Where(way => way.Url is { Scheme: "http", Host: var host } && !IsLocal(host)).Select(way => way.Name)];
        if (settings.Mail is { Tls: MailTls.None } mail && !IsLocal(mail.Host))
            plain.Add("MAIL_SMTP_TLS=none");
        return plain.Count > 0
            ? Finding.Warning(subject, $"{string.Join(", ", plain)}: secrets and personal data leave this machine as plain text",
                "use https:// addresses, and starttls or tls for mails")
            : Finding.Good(subject, "encrypted, or on this machine");
    }

    private static bool IsLocal(string host) => host.Length == 0 || host[0] is '/' or '@' || Listener.IsLocalHost(host.Split(':')[0])
        || Listener.IsLocalHost(host);

    private static Finding Refused(Settings settings, string insecure, string subject, string found, string advice) =>
        settings.AllowInsecure.Contains(insecure)
            ? new(Severity.Warning, subject, $"{found} (allowed: {insecure})", advice) { Insecure = insecure }
            : new(Severity.Broken, subject, found, advice) { Insecure = insecure };
}
