using System.Net;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Clients;
using Esoz.Compositions;
using Esoz.EmployeeRoles;
using Esoz.Employees;
using Esoz.Events;
using Esoz.HealthcareServices;
using Esoz.MediaStorage;
using Esoz.OperatorConsole;
using Esoz.Platform.Access;
using Esoz.Platform.Audit;
using Esoz.Platform.Configuration;
using Esoz.Platform.Jobs;
using Esoz.Platform.Journal;
using Esoz.Platform.Mail;
using Esoz.Platform.RollUp;
using Esoz.Platform.Signatures;
using Esoz.Platform.Storage;
using Esoz.Platform.Telemetry;
using Esoz.SignIn;

namespace Esoz;

/// <summary>
/// Every setting of the program (docs/operations.md), read from <see cref="SettingSources"/>.
/// </summary>
public sealed record Settings
{
    private static readonly string[] Prefixes =
    [
        "ESOZ_", "AUDIT_", "JOURNAL_", "PIS_BULK_", "OBJECT_STORAGE_", "MEDIA_STORAGE_", "RATE_LIMIT_", "EMAL_", "COMPOSITION_", "MC_READ_",
        "HEALTHCARE_SERVICE_", "EMPLOYEE_ROLE_", "EMPLOYEE_DISMISSAL_", "EVENTS_", "MAX_EVENTS", "ALLOW_LOOPBACK_", "USER_DETAILS_",
        "AUTH_", "PASSWORD_", "MAX_FAILED_LOGINS", "TOKEN_", "USER_2FA_", "USER_OTP_", "OTP_", "OAUTH_", "REFRESH_REUSE_", "TRUSTED_CLIENT_",
        "BLOCK_UNVERIFIED_", "BLOCK_DECEASED_", "UNVERIFIED_PARTY_", "DIGITAL_SIGNATURE_", "SIGNATURE_", "OTEL_EXPORTER_OTLP_", "OTEL_TRACES_",
        "MAIL_", "OIDC_",
    ];
    private static readonly string[] Suffixes = ["_BULK_UPLOAD_SCHEDULE"];

    public required Mode Mode { get; init; }
    /// <summary>Names of <see cref="Insecure"/> that do not stop the start.</summary>
    public required IReadOnlyList<string> AllowInsecure { get; init; }
    /// <summary>Directory of the local cluster, embedded object store, caches and generated keys.</summary>
    public required string DataDirectory { get; init; }
    /// <summary>Connection string; empty = the private local cluster.</summary>
    public required string Database { get; init; }
    /// <summary>
    /// Connection string of the role that owns the schema, for migrations and commands; empty = that of <see cref="Database"/>.
    /// </summary>
    public required string OwnerDatabase { get; init; }
    /// <summary>Connection string of a standby for reads that may lag; empty = everything is read from <see cref="Database"/>.</summary>
    public required string ReadDatabase { get; init; }
    /// <summary>The server takes no changes (docs/adr/0061).</summary>
    public required bool IsReadOnly { get; init; }
    public required ReadReplicaOptions ReadReplica { get; init; }
    /// <summary>Limits of its sessions, and the way to it for those outside the pool.</summary>
    public required DatabaseOptions DatabaseOptions { get; init; }
    /// <summary>Directory of PostgreSQL's programs for the local cluster; empty = search for the installed ones.</summary>
    public required string PostgresPrograms { get; init; }
    /// <summary>Listeners that answer only probes; empty = probes on the main listener.</summary>
    public required IReadOnlyList<string> ProbeUrls { get; init; }
    /// <summary>How long the start waits for a database that does not answer.</summary>
    public required TimeSpan StartPatience { get; init; }
    /// <summary>How long a server that is stopped answers on, so that balancers see that it is no longer ready.</summary>
    public required TimeSpan DrainDelay { get; init; }
    /// <summary>How long running requests may take to finish when the server is stopped.</summary>
    public required TimeSpan DrainTime { get; init; }
    /// <summary>The lowest level that is logged.</summary>
    public required LogLevel LogLevel { get; init; }
    public required string PublicBaseUrl { get; init; }
    /// <summary>The same of the methods and pages of sign-in; empty = <see cref="PublicBaseUrl"/>.</summary>
    public required string AuthBaseUrl { get; init; }
    /// <summary>Hosts of requests that may stand in URLs; empty = any, in production only this machine.</summary>
    public required IReadOnlyList<HostString> AllowedHosts { get; init; }
    /// <summary>Networks whose X-Forwarded-* headers are trusted.</summary>
    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }
    /// <summary>Origins whose pages may use links and read the OpenAPI document; <c>*</c> = any.</summary>
    public required IReadOnlyList<string> CorsOrigins { get; init; }
    /// <summary>How long a client may take or send no byte of a long answer or an upload.</summary>
    public required TimeSpan StalledReaderPatience { get; init; }
    /// <summary>A request that takes as long leaves a line in the log; zero = none does.</summary>
    public required TimeSpan SlowRequest { get; init; }
    /// <summary>How long lookups of tokens and keys are cached.</summary>
    public required TimeSpan CredentialCacheLifetime { get; init; }
    public required IReadOnlyList<RateLimit> RateLimits { get; init; }
    /// <summary>Requests of one client that are carried out at the same time; 0 = no limit.</summary>
    public required int MaxClientRequests { get; init; }
    public required JournalOptions Journal { get; init; }
    public required RollUpOptions RollUp { get; init; }
    public required TlsOptions Tls { get; init; }
    /// <summary>Connections that are open at the same time; more are closed at once.</summary>
    public required int MaxConnections { get; init; }
    /// <summary>How long a body may take to arrive.</summary>
    public required TimeSpan BodyPatience { get; init; }
    /// <summary>Links by which users set a password.</summary>
    public required OneTimeLinkOptions Links { get; init; }
    /// <summary>By which operators may sign in to the console.</summary>
    public required ProviderOptions Provider { get; init; }
    /// <summary>The mail server; null when no mail is sent.</summary>
    public required MailOptions? Mail { get; init; }
    public required EmployeeOptions Employees { get; init; }
    public required EmployeeRoleOptions EmployeeRoles { get; init; }
    public required HealthcareServiceOptions HealthcareServices { get; init; }
    public required EventOptions Events { get; init; }
    public required ConnectionOptions Connections { get; init; }
    /// <summary>Whether GET /oauth/user asks for the scope user:read (sign-in §11.3).</summary>
    public required bool UserDetailsRequireScope { get; init; }
    public required TokenOptions Tokens { get; init; }
    public required SignInOptions SignIn { get; init; }
    public required SecondFactorOptions SecondFactor { get; init; }
    public required AuditOptions Audit { get; init; }
    public required JobOptions Jobs { get; init; }
    public required CompositionOptions Compositions { get; init; }
    public required SignatureOptions Signatures { get; init; }

    /// <summary>Private keys of the test authority of a sandbox.</summary>
    public string SignatureLab => Path.Combine(DataDirectory, "signature-lab");

    public required StorageOptions Storage { get; init; }
    public required Buckets Buckets { get; init; }
    /// <summary>Those of <see cref="Buckets"/>, and that of the anchors of the audit log.</summary>
    public IReadOnlyList<Bucket> AllBuckets => Audit.AnchorBucket is { } anchors ? [.. Buckets.All, anchors] : Buckets.All;
    /// <summary>Those whose former contents must not be lost.</summary>
    public IReadOnlyList<Bucket> VersionedBuckets =>
        Audit.AnchorBucket is { } anchors ? [Buckets.AmbulatoryContracts, anchors] : [Buckets.AmbulatoryContracts];
    public required MediaStorageOptions MediaStorage { get; init; }
    public required BulkExportOptions Bulk { get; init; }
    public required TelemetryOptions Telemetry { get; init; }
    /// <summary>Every setting by its name, as text, with its source.</summary>
    public IReadOnlyList<Setting> ByName { get; init; } = [];

    /// <summary>Reads all settings; throws <see cref="SettingsException"/> with all errors.</summary>
    public static Settings Read(IReadOnlyDictionary<string, string> values) => Read(new SettingReader(values));

    public static Settings Read(SettingReader read)
    {
        var mode = read.Choice("ESOZ_MODE", Mode.Sandbox);
        // It was followed where the values were gathered.
        read.Text(SettingSources.FileSetting);
        var dataDirectory = Path.GetFullPath(read.Text("ESOZ_DATA_DIR", "./var"));
        var storage = StorageOptions.Read(read, dataDirectory);
        var publicBaseUrl = read.Parsed("PUBLIC_BASE_URL", "", BaseUrl);
        var authBaseUrl = read.Parsed("AUTH_BASE_URL", "", BaseUrl);
        var isReadOnly = read.Flag("ESOZ_READ_ONLY", false);
        var outage = TimeSpan.FromSeconds(read.Integer("ESOZ_READ_ONLY_OUTAGE_SECONDS", 900, 0, 86400));
        var linkBaseUrl = authBaseUrl.Length > 0 ? authBaseUrl : publicBaseUrl;
        var settings = new Settings
        {
            Mode = mode,
            AllowInsecure = read.Parsed("ESOZ_ALLOW_INSECURE", "", Insecure.Parse),
            DataDirectory = dataDirectory,
            Database = read.Secret("ESOZ_DATABASE", ConnectionStrings.Parse),
            OwnerDatabase = read.Secret("ESOZ_DATABASE_OWNER", ConnectionStrings.Parse),
            ReadDatabase = read.Secret("ESOZ_READ_DATABASE", ConnectionStrings.Parse),
            ReadReplica = new(TimeSpan.FromSeconds(read.Integer("ESOZ_READ_MAX_LAG_SECONDS", 10, 2, 3600)),
                isReadOnly ? outage : TimeSpan.Zero),
            IsReadOnly = isReadOnly,
            DatabaseOptions = DatabaseOptions.Read(read),
            PostgresPrograms = read.Text("ESOZ_POSTGRES_BIN", "") is { Length: > 0 } programs ? Path.GetFullPath(programs) : "",
            ProbeUrls = read.Parsed("ESOZ_PROBE_URLS", "", Listener.Parse),
            StartPatience = TimeSpan.FromSeconds(read.Integer("ESOZ_START_WAIT_SECONDS", 300, 0, 86400)),
            DrainDelay = TimeSpan.FromSeconds(read.Integer("ESOZ_DRAIN_DELAY_SECONDS", 0, 0, 600)),
            DrainTime = TimeSpan.FromSeconds(read.Integer("ESOZ_DRAIN_SECONDS", 30, 0, 3600)),
            LogLevel = read.Choice("ESOZ_LOG_LEVEL", LogLevel.Information),
            PublicBaseUrl = publicBaseUrl,
            AuthBaseUrl = authBaseUrl,
            AllowedHosts = read.Parsed("ESOZ_ALLOWED_HOSTS", "", Hosts),
            TrustedProxies = read.Parsed("ESOZ_TRUSTED_PROXIES", "", Networks),
            CorsOrigins = read.Parsed("ESOZ_CORS_ORIGINS", "", Origins),
            SlowRequest = TimeSpan.FromMilliseconds(read.Integer("ESOZ_SLOW_REQUEST_MS", 2000, 0, 600_000)),
            StalledReaderPatience = TimeSpan.FromSeconds(read.Integer("ESOZ_STALLED_READER_SECONDS", 300, 1, 86400)),
            CredentialCacheLifetime = TimeSpan.FromSeconds(read.Integer("AUTH_CACHE_TTL_SECONDS", 5, 0, 5)),
            RateLimits = [.. ReadRateLimits(read, mode)],
            MaxClientRequests = read.Integer("ESOZ_MAX_CLIENT_REQUESTS", mode == Mode.Production ? 16 : 0, 0, 100_000),
            Journal = JournalOptions.Read(read),
            RollUp = RollUpOptions.Read(read),
            Tls = TlsOptions.Read(read),
            MaxConnections = read.Integer("ESOZ_MAX_CONNECTIONS", 4096, 1, 1_000_000),
            BodyPatience = TimeSpan.FromSeconds(read.Integer("ESOZ_BODY_SECONDS", 120, 1, 3600)),
            Links = OneTimeLinkOptions.Read(read, linkBaseUrl),
            Provider = ProviderOptions.Read(read),
            Mail = MailOptions.Read(read, linkBaseUrl),
            Employees = EmployeeOptions.Read(read),
            EmployeeRoles = EmployeeRoleOptions.Read(read),
            HealthcareServices = HealthcareServiceOptions.Read(read),
            Events = EventOptions.Read(read),
            Connections = ConnectionOptions.Read(read),
            UserDetailsRequireScope = read.Flag("USER_DETAILS_REQUIRE_SCOPE", false),
            Tokens = TokenOptions.Read(read),
            SignIn = SignInOptions.Read(read, mode),
            SecondFactor = SecondFactorOptions.Read(read, mode),
            Audit = AuditOptions.Read(read, dataDirectory, storage),
            Jobs = JobOptions.Read(read),
            Compositions = CompositionOptions.Read(read),
            Signatures = SignatureOptions.Read(read, dataDirectory, mode),
            Storage = storage,
            Buckets = Buckets.Read(
                read, storage, read.Choice("ESOZ_ENVIRONMENT", mode == Mode.Production ? Deployment.Prod : Deployment.Dev)),
            MediaStorage = MediaStorageOptions.Read(read, storage.Backend, mode),
            Bulk = BulkExportOptions.Read(read, BulkResources.All.Select(resource => resource.ScheduleKey)),
            Telemetry = TelemetryOptions.Read(read),
        };
        if (settings.Mode == Mode.Production && settings.Database.Length == 0)
            read.Fault("ESOZ_MODE=production needs a database: set ESOZ_DATABASE (or ESOZ_DATABASE_FILE).");
        if (settings.Mode == Mode.Production)
            read.RefuseAssignedSecrets();
        if (settings.DatabaseOptions.Direct is not null && settings.Database.Length == 0)
            read.Fault("ESOZ_DATABASE_DIRECT is another way to the database of ESOZ_DATABASE, which is not set.");
        if (settings.ReadDatabase.Length > 0 && settings.Database.Length == 0)
            read.Fault("ESOZ_READ_DATABASE is a standby of the database of ESOZ_DATABASE, which is not set.");
        if (settings.IsReadOnly && settings.ReadDatabase.Length == 0)
            read.Fault("A read-only node reads from a standby: set ESOZ_READ_DATABASE (or ESOZ_READ_DATABASE_FILE).");
        if (settings.OwnerDatabase.Length > 0 && settings.Database.Length == 0)
            read.Fault("ESOZ_DATABASE_OWNER is another role in the database of ESOZ_DATABASE, which is not set.");
        read.Finish(Prefixes, Suffixes);
        return settings with { ByName = [.. read.Read] };
    }

    private static IEnumerable<RateLimit> ReadRateLimits(SettingReader read, Mode mode)
    {
        // None is published for these routes. It is far above what one credential needs, and leaves the server to the others.
        const int ofProduction = 500;
        (Family Family, string Name)[] groups = [(Family.IlMis, "IL_MIS"), (Family.IlAdmin, "IL_ADM"), (Family.PisBulk, "PIS_BULK"),
            (Family.Mc, "MC"), (Family.Events, "EVENTS"), (Family.SignIn, "SIGN_IN")];
        foreach (var (family, group) in groups)
        {
            foreach (var window in Enum.GetValues<RateWindow>())
            {
                var normal = mode == Mode.Production && window == RateWindow.Second ? ofProduction : 0;
                var requests = read.Integer($"RATE_LIMIT_{group}_{window.ToString().ToUpperInvariant()}", normal, 0, int.MaxValue);
                if (requests > 0)
                    yield return new RateLimit(family, window, requests);
            }
        }
    }

    private static string BaseUrl(string text)
    {
        if (text.Length == 0)
            return text;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.PathAndQuery == "/"
            ? url.GetLeftPart(UriPartial.Authority)
            : throw new FormatException($"must be a scheme, a host and an optional port, such as https://api.example.ua, but is '{text}'");
    }

    private static HostString[] Hosts(string text) => [.. Entries(text).Select(entry =>
        Uri.TryCreate($"http://{entry}", UriKind.Absolute, out var url) && url.PathAndQuery == "/" && url.UserInfo.Length == 0
            && url.Fragment.Length == 0 && !entry.EndsWith('/')
            ? new HostString(entry)
            : throw new FormatException($"must be hosts such as api.example.ua and 10.0.0.1:8080, separated by commas, but has '{entry}'"))];

    /// <summary>Addresses and networks; an address is a network of one.</summary>
    private static IPNetwork[] Networks(string text) => [.. Entries(text).Select(entry =>
        IPNetwork.TryParse(entry, out var network) ? network
            : IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new FormatException($"must be addresses or networks such as 10.0.0.1 and 10.1.0.0/16, but has '{entry}'"))];

    private static string[] Origins(string text)
    {
        var origins = Entries(text);
        return origins.FirstOrDefault(origin => origin != "*" && !IsOrigin(origin)) is { } wrong
            ? throw new FormatException($"must be origins such as https://portal.example.ua, separated by commas, or *, but has '{wrong}'")
            : origins;
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    private static string[] Entries(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
