using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Tests.Platform.Mail;
using Esoz.Tests.Platform.Signatures.Certificates;
using Esoz.Tests.Platform.Storage;
using Esoz.Tests.Processes;
using Npgsql;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>The alerts that <see cref="AlertsTests"/> leaves out, each with a node of its own.</summary>
public sealed class AlertsSoakTests : WatchedRegistry
{
    [Fact(DisplayName = "Soak: a table that is locked: requests wait for the pool and are slow", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Pool()
    {
        var token = await Registry.Given.Token(await Registry.Given.Provider(), "employee:read");
        using var node = await ServerProcess.Serve(
            new Dictionary<string, string>(Settings)
            {
                ["ESOZ_DATABASE"] = $"{Registry.ConnectionString};Maximum Pool Size=2;Timeout=60",
                ["ESOZ_LOCK_TIMEOUT_SECONDS"] = "60",
                ["ESOZ_STATEMENT_TIMEOUT_SECONDS"] = "60",
            }, "--roles", "api");
        await using var prometheus = await Prometheus.Start(new Uri(Probes));
        await Ask(node.Url, token, "GET", "/api/employees");
        List<Task> reads;
        await using (var holder = await Registry.Database.OpenSession(Ct))
        {
            await holder.Execute("BEGIN", Ct);
            await holder.Execute("LOCK TABLE employees", Ct);
            reads = [.. Enumerable.Range(0, 30).Select(_ => Ask(node.Url, token, "GET", "/api/employees"))];
            await prometheus.Fires("EsozPoolUsedUp");
            // What the runbook says about a session that holds a lock.
            await Registry.Execute("SELECT pg_terminate_backend($1)", holder.ProcessID);
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
        var anchors = Path.Combine(Registry.DataDirectory, "anchors");
        using var node = await ServerProcess.Serve(
            new Dictionary<string, string>(Settings) { ["AUDIT_ANCHOR_DIRECTORY"] = anchors }, "--roles", "scheduler");
        await using var prometheus = await Prometheus.Start(new Uri(Probes));
        await using (var holder = await Registry.Database.OpenSession(Ct))
        {
            await holder.Execute("BEGIN", Ct);
            await holder.Execute("SELECT pg_current_xact_id()", Ct);
            await prometheus.Fires("EsozAuditNotSealed");
            await Registry.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid = $1", holder.ProcessID);
        }
        await prometheus.Resolves("EsozAuditNotSealed");

        Directory.Move(anchors, $"{anchors}-away");
        await File.WriteAllTextAsync(anchors, "", Ct);
        // Without a change there is nothing to seal.
        await Registry.Given.Provider();
        await prometheus.Fires("EsozScheduleFailed", "EsozAnchorsBehind");
        File.Delete(anchors);
        Directory.Move($"{anchors}-away", anchors);
        await prometheus.Resolves("EsozScheduleFailed", "EsozAnchorsBehind");
        await Done(new Dictionary<string, string>(Settings) { ["AUDIT_ANCHOR_DIRECTORY"] = anchors }, "audit", "verify");
    }

    [Fact(DisplayName = "Soak: a standby that commits wait for is missing; a standby that does not replay is behind, and lists are read from the primary", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task Standbys()
    {
        await using var superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Registry.ConnectionString) { Username = "postgres" });
        await Run("GRANT pg_read_all_stats TO CURRENT_USER");
        await Run($"GRANT pg_read_all_stats TO \"{new NpgsqlConnectionStringBuilder(Registry.ConnectionString).Username}\"");
        var reader = new Dictionary<string, string>(Settings) { ["ESOZ_PROBE_URLS"] = FreeUrl(), ["ESOZ_READ_MAX_LAG_SECONDS"] = "2" };
        var token = await Registry.Given.Token(await Registry.Given.Provider(), "division:read");
        using var node = await ServerProcess.Serve(Settings, "--roles", "api");
        await using var prometheus = await Prometheus.Start(new(Probes), new(reader["ESOZ_PROBE_URLS"]));

        await Run("ALTER SYSTEM SET synchronous_standby_names = 'absent'");
        await Run("SELECT pg_reload_conf()");
        await prometheus.Fires("EsozStandbyMissing");
        await Run("ALTER SYSTEM RESET synchronous_standby_names");
        await Run("SELECT pg_reload_conf()");
        await prometheus.Resolves("EsozStandbyMissing");

        await using var standby = await Cluster.StartStandby();
        reader["ESOZ_READ_DATABASE"] = standby.ConnectionString(Registry.ConnectionString);
        using var reading = await ServerProcess.Serve(reader, "--roles", "api");
        await using var lists = new Repetition(() => Ask(reading.Url, token, "GET", "/api/divisions"));
        await Eventually.Holds(async () => (await Http.GetStringAsync($"{reader["ESOZ_PROBE_URLS"]}/metrics", Ct))
            .Contains("esoz_replica_reads_total{database=\"replica\"", StringComparison.Ordinal), () => reading.Errors);
        await standby.Pause();
        await Run("SELECT pg_logical_emit_message(false, 'esoz', repeat('x', 1000000)) FROM generate_series(1, 300)");
        await prometheus.Fires("EsozReplicationLag", "EsozReplicaUnused");
        await standby.Resume();
        await prometheus.Resolves("EsozReplicationLag", "EsozReplicaUnused");

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
        var links = new OneTimeLinks(Registry.Database, Esoz.Settings.Read(smtp.Settings()).Links);
        foreach (var name in new[] { "waits", "failed" })
        {
            var user = (await new Users(Registry.Database).Register(new(null, $"{name}@example.ua", null, null), Ct)).Id!.Value;
            await links.Mail(user, LinkPurpose.Invitation, Ct);
        }
        using var node = await ServerProcess.Serve(settings, "--roles", "worker");
        await using var prometheus = await Prometheus.Start(new Uri(Probes));
        await Eventually.Holds(async () => await Registry.Scalar<long>("SELECT count(*) FROM mails WHERE attempts > 0") == 2);
        await Registry.Execute("UPDATE mails SET queued_at = now() - interval '2 hours'");
        await Registry.Execute("UPDATE mails SET status = 'FAILED' WHERE id = (SELECT max(id) FROM mails)");
        await prometheus.Fires("EsozMailStuck", "EsozMailFailed");

        await smtp.Run();
        foreach (var mail in await Registry.Rows("SELECT id FROM mails"))
            await Done(settings, "mail", "retry", string.Create(CultureInfo.InvariantCulture, $"{mail["id"]}"));
        await prometheus.Resolves("EsozMailStuck", "EsozMailFailed");
        Assert.Equal(2, smtp.Mails.Count);
    }

    [Fact(DisplayName = "Soak: a certificate that expires soon, until it is renewed; a node that is being stopped", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task CertificateAndDraining()
    {
        var (certificate, key) = (Path.Combine(Registry.DataDirectory, "server.pem"), Path.Combine(Registry.DataDirectory, "key.pem"));
        Issue(days: 3);
        var secured = FreeUrl();
        await using var tls = new Secured(Cluster, new()
        {
            ["ESOZ_TLS_CERTIFICATE"] = certificate,
            ["ESOZ_TLS_KEY"] = key,
            ["ESOZ_PROBE_URLS"] = secured,
        });
        await tls.InitializeAsync();
        using var node = await ServerProcess.Serve(
            new Dictionary<string, string>(Settings) { ["ESOZ_DRAIN_DELAY_SECONDS"] = "600" }, "--roles", "api");
        await using var prometheus = await Prometheus.Start(new Uri(secured), new Uri(Probes));
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
        await Done(settings, "storage", "create-buckets");
        using var node = await ServerProcess.Serve(settings, "--roles", "web");
        await using var prometheus = await Prometheus.Start(new Uri(Probes));
        await Eventually.Holds(async () => (await Http.GetStringAsync($"{Probes}/metrics", Ct))
            .Contains("esoz_dependency_up{dependency=\"object_store\"} 1", StringComparison.Ordinal), () => node.Errors);

        road.Close();
        await prometheus.Fires("EsozStoreAway");
        Assert.DoesNotContain("EsozNodeNotReady", await prometheus.Firing());
        road.Open();
        await prometheus.Resolves("EsozStoreAway");
    }

    [Fact(DisplayName = "Soak: no trust anchor, until a bundle is imported", Explicit = true)]
    [Trait("Soak", "alerts")]
    public async Task TrustAnchor()
    {
        using var node = await ServerProcess.Serve(Settings, "--roles", "worker");
        await using var prometheus = await Prometheus.Start(new Uri(Probes));
        await prometheus.Fires("EsozNoTrustAnchor");

        // Not by the sandbox, whose authorities production does not trust.
        var now = DateTimeOffset.UtcNow;
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Корінь", pair, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var root = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        var file = Path.Combine(Registry.DataDirectory, "bundle.p7b");
        await File.WriteAllBytesAsync(file, TrustFileTests.Bundle(
            [root.RawData], [new CertificateRevocationListBuilder().Build(root, 1, now.AddDays(1), HashAlgorithmName.SHA256)]), Ct);
        await Done(Settings, "trust", "import", file);
        await prometheus.Resolves("EsozNoTrustAnchor");
    }

    /// <summary>A node that shows a certificate.</summary>
    private sealed class Secured(TestCluster cluster, Dictionary<string, string> settings) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => settings;

        protected override string Listener => "https://127.0.0.1:0";
    }
}
