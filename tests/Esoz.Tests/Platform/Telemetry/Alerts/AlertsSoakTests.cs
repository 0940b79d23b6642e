using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Tests.Cli;
using Esoz.Tests.Platform.Mail;
using Esoz.Tests.Platform.Storage;
using Esoz.Tests.Processes;
using Npgsql;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>The alerts that <see cref="AlertsTests"/> leaves out, each with a node of its own.</summary>
public sealed class AlertsSoakTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new();
    private readonly HttpClient _http = new();
    private readonly Registry _registry;
    private readonly string _probes = AlertsTests.FreeUrl();

    public AlertsSoakTests() => _registry = new(_cluster);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Dictionary<string, string> Settings => new(EsozProcess.Production(_registry.ConnectionString, _registry.DataDirectory))
    {
        ["ESOZ_PROBE_URLS"] = _probes,
    };

    public async ValueTask InitializeAsync()
    {
        Prometheus.Program();
        await _registry.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _registry.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact(DisplayName = "Soak: a table that is locked: requests wait for the pool and are slow", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Pool()
    {
        var token = await _registry.Given.Token(await _registry.Given.Provider(), "employee:read");
        using var node = await ServerProcess.Serve(
            new Dictionary<string, string>(Settings)
            {
                ["ESOZ_DATABASE"] = $"{_registry.ConnectionString};Maximum Pool Size=2;Timeout=60",
                ["ESOZ_LOCK_TIMEOUT_SECONDS"] = "60",
                ["ESOZ_STATEMENT_TIMEOUT_SECONDS"] = "60",
            }, "--roles", "api");
        await using var prometheus = await Prometheus.Start(new Uri(_probes));
        await Ask(node, token);
        List<Task> reads;
        await using (var holder = await _registry.Database.OpenSession(Ct))
        {
            await holder.Execute("BEGIN", Ct);
            await holder.Execute("LOCK TABLE employees", Ct);
            reads = [.. Enumerable.Range(0, 30).Select(_ => Ask(node, token))];
            await prometheus.Fires("EsozPoolUsedUp");
            // What the runbook says about a session that holds a lock.
            await _registry.Execute("SELECT pg_terminate_backend($1)", holder.ProcessID);
        }
        await Task.WhenAll(reads);
        await prometheus.Fires("EsozSlow");
        Assert.Contains("Slow request: ", node.Errors, StringComparison.Ordinal);
        await prometheus.Resolves("EsozPoolUsedUp", "EsozSlow");
    }

    [Fact(DisplayName = "Soak: an open transaction, then a place that cannot be written: seals and their copies stop, and go on", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Seals()
    {
        var anchors = Path.Combine(_registry.DataDirectory, "anchors");
        using var node = await ServerProcess.Serve(
            new Dictionary<string, string>(Settings) { ["AUDIT_ANCHOR_DIRECTORY"] = anchors }, "--roles", "scheduler");
        await using var prometheus = await Prometheus.Start(new Uri(_probes));
        await using (var holder = await _registry.Database.OpenSession(Ct))
        {
            await holder.Execute("BEGIN", Ct);
            await holder.Execute("SELECT pg_current_xact_id()", Ct);
            await prometheus.Fires("EsozAuditNotSealed");
            await _registry.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid = $1", holder.ProcessID);
        }
        await prometheus.Resolves("EsozAuditNotSealed");

        Directory.Move(anchors, $"{anchors}-away");
        await File.WriteAllTextAsync(anchors, "", Ct);
        // Without a change there is nothing to seal.
        await _registry.Given.Provider();
        await prometheus.Fires("EsozScheduleFailed", "EsozAnchorsBehind");
        File.Delete(anchors);
        Directory.Move($"{anchors}-away", anchors);
        await prometheus.Resolves("EsozScheduleFailed", "EsozAnchorsBehind");
        var (exit, output, errors) = await EsozProgram.Run(
            new Dictionary<string, string>(Settings) { ["AUDIT_ANCHOR_DIRECTORY"] = anchors }, ["audit", "verify"]);
        Assert.True(exit == 0, output + errors);
    }

    [Fact(DisplayName = "Soak: a standby that commits wait for is missing; a standby that does not replay is behind", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Standbys()
    {
        await using var superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_registry.ConnectionString) { Username = "postgres" });
        await Run("GRANT pg_read_all_stats TO CURRENT_USER");
        await Run($"GRANT pg_read_all_stats TO \"{new NpgsqlConnectionStringBuilder(_registry.ConnectionString).Username}\"");
        using var node = await ServerProcess.Serve(Settings, "--roles", "api");
        await using var prometheus = await Prometheus.Start(new Uri(_probes));

        await Run("ALTER SYSTEM SET synchronous_standby_names = 'absent'");
        await Run("SELECT pg_reload_conf()");
        await prometheus.Fires("EsozStandbyMissing");
        await Run("ALTER SYSTEM RESET synchronous_standby_names");
        await Run("SELECT pg_reload_conf()");
        await prometheus.Resolves("EsozStandbyMissing");

        var access = (await superuser.CreateCommand("SELECT current_setting('hba_file')").ReadValue<string>(Ct))!;
        await File.AppendAllTextAsync(access, "local replication postgres trust\n", Ct);
        await Run("SELECT pg_reload_conf()");
        await using var standby = await Standby.Start(superuser.ConnectionString);
        await standby.Run("SELECT pg_wal_replay_pause()");
        await Run("SELECT pg_logical_emit_message(false, 'esoz', repeat('x', 1000000)) FROM generate_series(1, 300)");
        await prometheus.Fires("EsozReplicationLag");
        await standby.Run("SELECT pg_wal_replay_resume()");
        await prometheus.Resolves("EsozReplicationLag");

        async Task Run(string sql) => await superuser.CreateCommand(sql).Execute(Ct);
    }

    [Fact(DisplayName = "Soak: a mail server that is away, then refuses; mails go after it is mended", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Mails()
    {
        await using var smtp = await SmtpServer.Start();
        var settings = new Dictionary<string, string>(Settings);
        foreach (var (name, value) in smtp.Settings())
            settings[name] = value;
        await smtp.Stop();
        var links = new OneTimeLinks(_registry.Database, Esoz.Settings.Read(smtp.Settings()).Links);
        foreach (var name in new[] { "waits", "failed" })
        {
            var user = (await new Users(_registry.Database).Register(new(null, $"{name}@example.ua", null, null), Ct)).Id!.Value;
            await links.Mail(user, LinkPurpose.Invitation, Ct);
        }
        using var node = await ServerProcess.Serve(settings, "--roles", "worker");
        await using var prometheus = await Prometheus.Start(new Uri(_probes));
        await Eventually.Holds(async () => await _registry.Scalar<long>("SELECT count(*) FROM mails WHERE attempts > 0") == 2);
        await _registry.Execute("UPDATE mails SET queued_at = now() - interval '2 hours'");
        await _registry.Execute("UPDATE mails SET status = 'FAILED' WHERE id = (SELECT max(id) FROM mails)");
        await prometheus.Fires("EsozMailStuck", "EsozMailFailed");

        await smtp.Run();
        foreach (var mail in await _registry.Rows("SELECT id FROM mails"))
        {
            var (exit, output, errors) = await EsozProgram.Run(settings, ["mail", "retry", string.Create(CultureInfo.InvariantCulture, $"{mail["id"]}")]);
            Assert.True(exit == 0, output + errors);
        }
        await prometheus.Resolves("EsozMailStuck", "EsozMailFailed");
        Assert.Equal(2, smtp.Mails.Count);
    }

    [Fact(DisplayName = "Soak: a certificate that expires soon, until it is renewed; a node that is being stopped", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task CertificateAndDraining()
    {
        var (certificate, key) = (Path.Combine(_registry.DataDirectory, "server.pem"), Path.Combine(_registry.DataDirectory, "key.pem"));
        Issue(days: 3);
        var secured = AlertsTests.FreeUrl();
        await using var tls = new Secured(_cluster, new()
        {
            ["ESOZ_TLS_CERTIFICATE"] = certificate,
            ["ESOZ_TLS_KEY"] = key,
            ["ESOZ_PROBE_URLS"] = secured,
        });
        await tls.InitializeAsync();
        using var node = await ServerProcess.Serve(
            new Dictionary<string, string>(Settings) { ["ESOZ_DRAIN_DELAY_SECONDS"] = "600" }, "--roles", "api");
        await using var prometheus = await Prometheus.Start(new Uri(secured), new Uri(_probes));
        await prometheus.Fires("EsozCertificateExpires");
        Issue(days: 90);
        await prometheus.Resolves("EsozCertificateExpires");

        node.Signal(ServerProcess.Terminate);
        await prometheus.Fires("EsozNodeDraining");
        Assert.DoesNotContain("EsozNodeNotReady", await prometheus.Firing());
        // The second signal of the runbook.
        node.Signal(ServerProcess.Terminate);
        await node.EndsWell();
        await prometheus.Resolves("EsozNodeDraining");

        void Issue(int days)
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=127.0.0.1", pair, HashAlgorithmName.SHA256);
            using var issued = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
            File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(certificate, issued.ExportCertificatePem());
        }
    }

    [Fact(DisplayName = "Soak: an object store that is away, until it is back", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Store()
    {
        await using var store = new RadosGateway();
        var options = await store.Required();
        await using var road = new Road(new Uri(options.Endpoint));
        var settings = new Dictionary<string, string>(Settings)
        {
            ["OBJECT_STORAGE_BACKEND"] = "s3",
            ["OBJECT_STORAGE_S3_ENDPOINT"] = road.Url,
            ["OBJECT_STORAGE_S3_ACCESS_KEY_ID"] = options.AccessKeyId,
            ["OBJECT_STORAGE_S3_SECRET_ACCESS_KEY"] = options.SecretAccessKey,
            ["OBJECT_STORAGE_BUCKET_MAP"] = "ambulatory_contracts-dev=ambulatory-contracts,ambulatory_contracts=ambulatory-contracts",
        };
        var (exit, output, errors) = await EsozProgram.Run(settings, ["storage", "create-buckets"]);
        Assert.True(exit == 0, output + errors);
        using var node = await ServerProcess.Serve(settings, "--roles", "web");
        await using var prometheus = await Prometheus.Start(new Uri(_probes));
        await Eventually.Holds(async () => (await _http.GetStringAsync($"{_probes}/metrics", Ct))
            .Contains("esoz_dependency_up{dependency=\"object_store\"} 1", StringComparison.Ordinal), () => node.Errors);

        road.Close();
        await prometheus.Fires("EsozStoreAway");
        Assert.DoesNotContain("EsozNodeNotReady", await prometheus.Firing());
        road.Open();
        await prometheus.Resolves("EsozStoreAway");
    }

    private async Task Ask(ServerProcess node, Credential token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Url, "/api/employees"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        using var answer = await _http.SendAsync(request, Ct);
    }

    /// <summary>A node that shows a certificate.</summary>
    private sealed class Secured(TestCluster cluster, Dictionary<string, string> settings) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => settings;

        protected override string Listener => "https://127.0.0.1:0";
    }

    /// <summary>A standby of the cluster, made by pg_basebackup.</summary>
    private sealed class Standby : IAsyncDisposable
    {
        private readonly DirectoryInfo _directory;
        private readonly string _owner;
        private readonly NpgsqlDataSource _source;

        private Standby(DirectoryInfo directory, string owner, NpgsqlDataSource source) =>
            (_directory, _owner, _source) = (directory, owner, source);

        public static async Task<Standby> Start(string primary)
        {
            var server = new NpgsqlConnectionStringBuilder(primary);
            var directory = Directory.CreateTempSubdirectory("esoz-standby-");
            var owner = (await Shell(null, $"stat -c %U '{server.Host}'")).Trim();
            await Shell(null, $"chown {owner} {directory.FullName}");
            await Shell(owner, $"pg_basebackup -h '{server.Host}' -p {server.Port} -U postgres -D {directory.FullName}/data -R -X stream -c fast");
            await Shell(owner, $"pg_ctl -D {directory.FullName}/data -w -l {directory.FullName}/log -o \"-c listen_addresses='' "
                + $"-c unix_socket_directories={directory.FullName} -p {server.Port}\" start");
            return new(directory, owner, NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(primary) { Host = directory.FullName }));
        }

        public async Task Run(string sql) => await _source.CreateCommand(sql).Execute(Ct);

        public async ValueTask DisposeAsync()
        {
            await _source.DisposeAsync();
            await Shell(_owner, $"pg_ctl -D {_directory.FullName}/data -m immediate stop");
            _directory.Delete(recursive: true);
        }

        private static async Task<string> Shell(string? user, string command)
        {
            var programs = Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().First();
            var script = $"PATH={programs}/bin:$PATH; {command}";
            using var process = Process.Start(new ProcessStartInfo(user is null ? "sh" : "runuser", user is null ? ["-c", script] : ["-u", user, "--", "sh", "-c", script])
            {
                RedirectStandardOutput = true,
            })!;
            // A server that was started keeps the output open.
            await process.WaitForExitAsync(CancellationToken.None);
            Assert.True(process.ExitCode == 0, command);
            return user is null ? await process.StandardOutput.ReadToEndAsync(CancellationToken.None) : "";
        }
    }
}
