using System.Text.Json;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>doctor</c>, in its own process: its output, its exit code, and that it changes nothing.</summary>
public sealed class DoctorCommandTests(TestCluster cluster, RadosGateway ceph) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-doctor-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "On a fresh machine it reports that there is no database yet, and creates none")]
    public async Task Fresh()
    {
        var data = Path.Combine(_directory, "not-there");

        var (exit, output) = await Doctor(("ESOZ_DATA_DIR", data));

        Assert.Equal(0, exit);
        Assert.Contains("warning  database: no local database", output, StringComparison.Ordinal);
        Assert.Contains("esoz serve", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact(DisplayName = "A migrated database is good; fsync = off is broken, because confirmed changes can be lost")]
    public async Task Server()
    {
        var (exit, findings) = await Findings(("ESOZ_DATABASE", await cluster.CreateDatabase()));

        Assert.Equal("good", findings["database"].Severity);
        Assert.Equal(("good", "the schema is up to date"), findings["migrations"]);
        Assert.Equal("good", findings["clock"].Severity);
        Assert.Equal(("good", "PostgreSQL and this machine know Europe/Kyiv"), findings["time zone"]);
        Assert.DoesNotContain(findings.Keys, subject => subject.Contains("time zone", StringComparison.Ordinal) && subject != "time zone");
        Assert.Equal("good", findings["database synchronous_standby_names"].Severity);
        Assert.Equal(("broken", "off"), findings["database fsync"]);
        Assert.Equal(1, exit);
    }

    [Fact(DisplayName = "On a new database nothing waits and no snapshot is there; no standby is expected")]
    public async Task NewDatabase()
    {
        var (_, findings) = await Findings(("ESOZ_DATABASE", await cluster.CreateDatabase()));

        Assert.Equal(("good", "no task is due"), findings["queue"]);
        Assert.Equal(("good", "no task waits for one"), findings["workers"]);
        Assert.Equal(("good", "none"), findings["dead tasks"]);
        Assert.Equal("warning", findings["missing snapshots"].Severity);
        Assert.Contains("employees, ", findings["missing snapshots"].Found, StringComparison.Ordinal);
        Assert.Equal(("good", "0 api-keys and 0 long-lived tokens expire within 14 days"), findings["credentials"]);
        Assert.False(findings.ContainsKey("demo data"));
        Assert.Equal(("good", "empty, and no standby is connected"), findings["database synchronous_standby_names"]);
    }

    [Fact(DisplayName = "Tasks that wait for a worker, dead tasks, late snapshots, credentials that end soon and demo data in production are found")]
    public async Task Neglected()
    {
        var database = await cluster.CreateDatabase();
        await using var source = Npgsql.NpgsqlDataSource.Create($"{database};Pooling=false");
        await using (var neglect = source.CreateCommand($"""
            INSERT INTO background_tasks (type, key, payload, status, run_at)
            VALUES ('SIGN_COMPOSITION', gen_random_uuid(), '{"{}"}', 'QUEUED', now() - interval '5 minutes'),
                   ('SIGN_COMPOSITION', gen_random_uuid(), '{"{}"}', 'DEAD', now());
            INSERT INTO legal_entities (id, type, status, edrpou, name, addresses, inserted_by)
            VALUES ('{DemoIds.Clinic}', 'PRIMARY_CARE', 'ACTIVE', '99000001', 'КНП', '[]', gen_random_uuid());
            INSERT INTO users (id, email) VALUES ('{DemoIds.DoctorUser}', 'doctor@users.invalid');
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, inserted_at)
            SELECT gen_random_uuid(), 'access_token', encode(sha256(life::text::bytea), 'hex'), '{DemoIds.DoctorUser}',
                   extract(epoch FROM now() + interval '1 hour')::bigint, '{"{}"}', now() - life
              FROM (VALUES (interval '30 days'), (interval '1 hour')) AS lives (life);
            INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, started_at)
            VALUES (gen_random_uuid(), 'employees', now() - interval '3 days', 'READY', 30, 'employees/old', now() - interval '3 days');
            """))
            await neglect.ExecuteNonQueryAsync(Ct);

        var (exit, findings) = await Findings([.. Production, ("ESOZ_DATABASE", database)]);

        Assert.Equal(1, exit);
        Assert.Equal("warning", findings["queue"].Severity);
        Assert.Matches("^1 tasks are due, the oldest for 3[0-9]{2} s$", findings["queue"].Found);
        Assert.Equal(("broken", "no worker holds a task while tasks are due"), findings["workers"]);
        Assert.Equal(("warning", "1 tasks failed for the last time"), findings["dead tasks"]);
        Assert.StartsWith("older than their schedules: employees of ", findings["late snapshots"].Found, StringComparison.Ordinal);
        Assert.Equal(("warning", "0 api-keys and 1 long-lived tokens expire within 14 days"), findings["credentials"]);
        Assert.Equal("broken", findings["demo data"].Severity);
        Assert.Equal(DemoIds.Clinic, Esoz.Diagnosis.ProductionFindings.DemoLegalEntity);
    }

    [Fact(DisplayName = "Pending migrations are named and not applied")]
    public async Task Pending()
    {
        var database = await cluster.CreateEmptyDatabase();

        var (_, findings) = await Findings(("ESOZ_DATABASE", database));

        Assert.Equal("warning", findings["migrations"].Severity);
        Assert.Contains("0001-access-control.sql", findings["migrations"].Found, StringComparison.Ordinal);
        await using var source = Npgsql.NpgsqlDataSource.Create($"{database};Pooling=false");
        await using var schemas = source.CreateCommand("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'esoz'");
        Assert.Equal(0L, await schemas.ExecuteScalarAsync(Ct));
    }

    [Fact(DisplayName = "A database that does not answer is broken, and the password is not repeated")]
    public async Task Unreachable()
    {
        var (exit, output) = await Doctor(("ESOZ_DATABASE", "postgresql://somebody:s3cret@127.0.0.1:1/registry"));

        Assert.Equal(1, exit);
        Assert.Contains("broken   database: does not answer", output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The embedded object store is checked at MEDIA_STORAGE_ROOT, and not created")]
    public async Task EmbeddedStore()
    {
        var root = Path.Combine(_directory, "objects-elsewhere");

        var (_, findings) = await Findings(("MEDIA_STORAGE_ROOT", root));

        Assert.Equal(("good", $"{root} (not there yet)"), findings["object store"]);
        Assert.False(Directory.Exists(root));
    }

    [Fact(DisplayName = "An S3 store that does not answer is broken, bucket by bucket, and the secret is not repeated")]
    public async Task UnreachableStore()
    {
        var (exit, output) = await Doctor(Store("http://127.0.0.1:1", "AKIATEST", "s3cret"));

        Assert.Equal(1, exit);
        foreach (var bucket in new[] { "ambulatory-contracts", "bulk-actions", "compositions" })
            Assert.Contains($"broken   bucket {bucket}: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "On a real S3 store existing buckets are good, missing ones are broken")]
    public async Task Buckets()
    {
        var s3 = await ceph.Required();

        // Other tests may have made one with the usual name.
        var missing = $"missing-{Guid.NewGuid():n}";

        var (exit, findings) = await Findings([.. Store(s3.Endpoint, s3.AccessKeyId, s3.SecretAccessKey)[..^1],
            ("OBJECT_STORAGE_BUCKET_MAP", $"ambulatory_contracts-dev=ambulatory-contracts,bulk-actions={missing}")]);

        Assert.Equal(("good", "answers"), findings[$"bucket {ceph.Bucket.Physical}"]);
        Assert.Equal("broken", findings[$"bucket {missing}"].Severity);
        Assert.Equal(1, exit);
    }

    [Fact(DisplayName = "On S3 the buckets of contract files and of audit anchors must keep versions: a warning until storage create-buckets has run")]
    public async Task Versions()
    {
        var s3 = await ceph.Required();
        var (files, anchors) = ($"files-{Guid.NewGuid():n}", $"anchors-{Guid.NewGuid():n}");
        (string, string)[] settings =
        [
            .. Store(s3.Endpoint, s3.AccessKeyId, s3.SecretAccessKey)[..^1], ("AUDIT_ANCHOR_BUCKET", anchors),
            ("OBJECT_STORAGE_BUCKET_MAP", $"ambulatory_contracts-dev={files},bulk-actions={files}-2,compositions={files}-3"),
        ];
        await ceph.CreateBucket(files);
        await ceph.CreateBucket(anchors);

        var (_, before) = await Findings(settings);
        await Run(["storage", "create-buckets"], settings);
        var (_, after) = await Findings(settings);

        foreach (var bucket in new[] { files, anchors })
        {
            Assert.Equal(("good", "answers"), before[$"bucket {bucket}"]);
            Assert.Equal(("warning", "keeps no former versions of its objects"), before[$"versions of {bucket}"]);
            Assert.Equal(("good", "are kept"), after[$"versions of {bucket}"]);
        }
    }

    [Theory(DisplayName =
        "Without a usable trust anchor nothing can be signed: broken in production; so is plain JSON instead of signatures")]
    [InlineData("", "no usable trust anchor in ")]
    [InlineData("true", "no usable trust anchor in ")]
    [InlineData("false", "plain JSON is accepted as signed content, no signature is verified")]
    public async Task NoTrust(string enabled, string found)
    {
        (string, string)[] settings = enabled.Length > 0 ? [("DIGITAL_SIGNATURE_ENABLED", enabled)] : [];

        var (exit, sandbox) = await Findings(settings);
        var (_, production) = await Findings([.. settings, .. Production]);

        Assert.Equal(("warning", "broken", 0), (sandbox["signatures"].Severity, production["signatures"].Severity, exit));
        Assert.StartsWith(found, sandbox["signatures"].Found, StringComparison.Ordinal);
        Assert.StartsWith(found, production["signatures"].Found, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "Expired anchors, missing or expired revocation lists and unreadable files are named; without revocation checking no list is missing")]
    public async Task Trust()
    {
        var trust = Path.Combine(_directory, "signatures");
        var authority = Authority(TimeProvider.System);
        authority.Create();
        var anchors = authority.PublicFiles.Where(file => file.Contains("/anchors/", StringComparison.Ordinal))
            .Select(file => Certificate.Read(File.ReadAllBytes(file)).Subject.Label).ToArray();
        var lists = authority.PublicFiles.Where(file => file.EndsWith(".crl", StringComparison.Ordinal)).ToArray();
        Assert.Equal(("good", "trust anchors: 2"), (await Findings()).Findings["signatures"]);

        // The first list has expired, the second is missing.
        Array.ForEach(lists, File.Delete);
        Authority(new FixedClock(DateTimeOffset.UtcNow.AddYears(-11))).Create();
        File.Delete(lists[1]);
        await File.WriteAllTextAsync(Path.Combine(trust, "anchors", "broken.cer"), "", Ct);
        var (_, findings) = await Findings(Laboratory);
        Assert.Equal("broken", findings["signatures"].Severity);
        foreach (var anchor in anchors)
        {
            Assert.Equal("warning", findings[$"trust anchor {anchor}"].Severity);
            Assert.StartsWith($"signatures by certificates that it issued are refused: no revocation list of '{anchor}' is current at ",
                findings[$"trust anchor {anchor}"].Found, StringComparison.Ordinal);
        }
        Assert.Equal("not used: anchors/broken.cer: it is an empty file, not a certificate or a revocation list", findings["trust directory"].Found);
        Assert.Contains("Esoz test time-stamping authority (dstu), Esoz test time-stamping authority (ecdsa)",
            findings["2 authorities: no current revocation list"].Found, StringComparison.Ordinal);
        Assert.Equal(("good", "qualified certificates may sign"), findings["signers"]);
        Assert.Equal(("good", "2 anchors, 2 other certificates, 1 revocation lists"), findings["trust files"]);
        (_, findings) = await Findings([.. Laboratory, ("SIGNATURE_REVOCATION_MODE", "none"), ("SIGNATURE_QUALIFIED", "any")]);
        Assert.Equal(("good", "trust anchors: 2"), findings["signatures"]);
        Assert.Equal("warning", findings["signers"].Severity);

        Directory.Delete(trust, recursive: true);
        Directory.Delete(Path.Combine(_directory, "signature-lab"), recursive: true);
        Authority(new FixedClock(DateTimeOffset.UtcNow.AddYears(-11))).Create();
        (_, findings) = await Findings([.. Laboratory, ("SIGNATURE_REVOCATION_MODE", "none")]);
        Assert.Equal("broken", findings["signatures"].Severity);
        Assert.Equal(
            2, findings.Count(finding => finding.Key.StartsWith("trust anchor ", StringComparison.Ordinal)
                && finding.Value.Found.Contains(" is valid from ", StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "Every fault of the settings is a finding")]
    public async Task Settings()
    {
        var (exit, output) = await Doctor(("ESOZ_MOED", "sandbox"), ("AUTH_CACHE_TTL_SECONDS", "6"));

        Assert.Equal(1, exit);
        Assert.Contains("ESOZ_MOED is not a setting. Did you mean ESOZ_MODE?", output, StringComparison.Ordinal);
        Assert.Contains("AUTH_CACHE_TTL_SECONDS must be a whole number from 0 to 5", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<(int Exit, Dictionary<string, (string Severity, string Found)> Findings)> Findings(
        params (string, string)[] settings)
    {
        var (exit, output) = await Run(["doctor", "--json"], settings);
        return (exit, JsonElement.Parse(output).EnumerateArray().ToDictionary(
            finding => finding.GetProperty("subject").GetString()!,
            finding => (finding.GetProperty("severity").GetString()!, finding.GetProperty("found").GetString()!)));
    }

    private static (string, string)[] Production =>
        [("ESOZ_MODE", "production"), ("ESOZ_DATABASE", "postgresql://somebody@127.0.0.1:1/registry"),
            ("MEDIA_STORAGE_SIGNING_KEY", Processes.EsozProcess.SigningKey)];

    private static (string, string)[] Laboratory => [.. Production, ("ESOZ_ALLOW_INSECURE", "test-anchors")];

    private TestAuthority Authority(TimeProvider clock) =>
        new(Path.Combine(_directory, "signature-lab"), Path.Combine(_directory, "signatures"), clock);

    private static (string, string)[] Store(string endpoint, string keyId, string secret) =>
    [
        ("OBJECT_STORAGE_BACKEND", "s3"), ("OBJECT_STORAGE_S3_ENDPOINT", endpoint), ("OBJECT_STORAGE_S3_ACCESS_KEY_ID", keyId),
        ("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", secret), ("OBJECT_STORAGE_BUCKET_MAP", "ambulatory_contracts-dev=ambulatory-contracts"),
    ];

    private Task<(int Exit, string Output)> Doctor(params (string, string)[] settings) => Run(["doctor"], settings);

    private async Task<(int Exit, string Output)> Run(string[] arguments, (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory };
        foreach (var (name, value) in settings)
            environment[name] = value;
        var (exit, output, _) = await EsozProgram.Run(environment, arguments);
        return (exit, output);
    }
}
