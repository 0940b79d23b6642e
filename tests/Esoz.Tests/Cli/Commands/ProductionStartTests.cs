using System.Text.Json;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Guards;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Cli.Commands;

/// <summary>What production refuses to start with, in its own process (docs/adr/0033).</summary>
public sealed class ProductionStartTests(TestCluster cluster) : IDisposable
{
    private static readonly string[] Everything =
        ["disabled-signatures", "disabled-revocation", "test-anchors", "weak-keys", "any-host", "public-probes", "demo-data"];

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-production-start-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Trust => Path.Combine(_directory, "signatures");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName =
        "On what was a sandbox it says everything at once, a sentence each with the setting and the way round, and ends as for wrong settings")]
    public async Task Refuses()
    {
        var settings = await Sandboxed();

        var (exit, output, errors) = await EsozProgram.Run(settings, ["serve", "--urls", "http://0.0.0.0:0"]);

        Assert.Equal((2, ""), (exit, output));
        var lines = errors.TrimEnd('\n').Split('\n');
        Assert.Equal("Production does not start like this:", lines[0]);
        Assert.Equal(Everything, lines[1..].Select(line => line[(line.LastIndexOf(' ') + 1)..]));
        string[] named = ["DIGITAL_SIGNATURE_ENABLED", "SIGNATURE_REVOCATION_MODE", "SIGNATURE_TRUST_DIR", "MEDIA_STORAGE_SIGNING_KEY",
            "PUBLIC_BASE_URL", "ESOZ_PROBE_URLS", "ESOZ_DATABASE"];
        Assert.All(named.Zip(lines[1..]), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.DoesNotContain("aaaa", errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What has to be mended is said at once while the database is away: it is not waited for")]
    public async Task WithoutDatabase()
    {
        var settings = new Dictionary<string, string>(EsozProcess.Production("Host=127.0.0.1;Port=1;Username=esoz", _directory))
        {
            ["DIGITAL_SIGNATURE_ENABLED"] = "false",
            ["ESOZ_START_WAIT_SECONDS"] = "20",
        };

        var (exit, _, errors) = await EsozProgram.Run(settings, ["serve", "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(2, exit);
        Assert.StartsWith("Production does not start like this:", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting for it", errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "doctor finds the same, and each is broken")]
    public async Task Doctor()
    {
        var settings = await Sandboxed();

        var (exit, output, _) = await EsozProgram.Run(settings, ["doctor", "--json", "--urls", "http://0.0.0.0:0"]);

        Assert.Equal(1, exit);
        Assert.Equal(Everything.Order(), JsonElement.Parse(output).EnumerateArray()
            .Where(finding => finding.GetProperty("severity").GetString() == "broken" && finding.GetProperty("insecure").ValueKind == JsonValueKind.String)
            .Select(finding => finding.GetProperty("insecure").GetString()!).Order());
    }

    [Fact(DisplayName = "--allow-insecure, or ESOZ_ALLOW_INSECURE, lets each pass, and each is warned of; an unknown name is refused")]
    public async Task Allowed()
    {
        var settings = await Sandboxed();
        settings["ESOZ_ALLOW_INSECURE"] = string.Join(", ", Everything[..3]);

        using (var server = await ServerProcess.Serve(settings, Everything[3..].SelectMany(name => new[] { "--allow-insecure", name }).ToArray()))
        {
            // The listener of the tests is local.
            foreach (var name in Everything.Except(["any-host", "public-probes"]))
                Assert.Contains($"(allowed: {name})", server.Errors, StringComparison.Ordinal);
            server.Signal(ServerProcess.Terminate);
            await server.EndsWell();
        }

        var (exit, _, errors) = await EsozProgram.Run(settings, ["serve", "--allow-insecure", "weak-key"]);
        Assert.Equal(2, exit);
        Assert.Contains("but has 'weak-key'. Did you mean weak-keys?", errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A proxy on the same machine makes a local listener public")]
    public async Task BehindProxy()
    {
        var settings = EsozProcess.Production(await cluster.CreateDatabase(), _directory);
        settings["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1";

        var (exit, _, errors) = await EsozProgram.Run(settings, ["serve", "--urls", "http://127.0.0.1:0"]);

        Assert.Equal(2, exit);
        Assert.Contains("--allow-insecure any-host", errors, StringComparison.Ordinal);
        Assert.Contains("--allow-insecure public-probes", errors, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Before it refuses it changes nothing: the database has no schema yet")]
    public async Task ChangesNothing()
    {
        var database = await cluster.CreateEmptyDatabase();
        var settings = EsozProcess.Production(database, _directory);
        settings["MEDIA_STORAGE_SIGNING_KEY"] = new string('a', 40);

        Assert.Equal(2, (await EsozProgram.Run(settings, ["serve", "--urls", "http://127.0.0.1:0"])).Exit);

        await using var source = Npgsql.NpgsqlDataSource.Create($"{database};Pooling=false");
        await using var schemas = source.CreateCommand("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'esoz'");
        Assert.Equal(0L, await schemas.ExecuteScalarAsync(Ct));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact(DisplayName = "It warns of a database that nobody verifies, of plain http for others, and of no rate limits")]
    public async Task Warns()
    {
        var settings = EsozProcess.Production("postgresql://somebody@db.invalid/registry?sslmode=Require", _directory);
        foreach (var group in (string[])["IL_MIS", "IL_ADM", "PIS_BULK", "MC", "EVENTS", "SIGN_IN"])
            settings[$"RATE_LIMIT_{group}_SECOND"] = "0";

        var findings = await Findings(settings);

        Assert.Equal("warning", findings["database TLS"]);
        Assert.Equal("warning", findings["listeners"]);
        Assert.Equal("warning", findings["rate limits"]);
        Assert.Equal(Environment.IsPrivilegedProcess ? "warning" : "good", findings["system user"]);
        settings["ESOZ_DATABASE"] = "postgresql://somebody@db.invalid/registry?sslmode=VerifyFull";
        settings["RATE_LIMIT_MC_MINUTE"] = "60";
        findings = await Findings(settings);
        Assert.Equal(("good", "good"), (findings["database TLS"], findings["rate limits"]));
    }

    [Fact(DisplayName = "Every key that the settings name is judged, every way to the database, and everything else that it connects to")]
    public async Task EveryKeyAndWay()
    {
        var settings = EsozProcess.Production("postgresql://somebody@db.invalid/registry?sslmode=VerifyFull", _directory);
        Assert.Equal(("good", "good", "warning"), await Judged());
        settings["AUTH_SIGNING_KEY"] = new string('a', 40);
        settings["ESOZ_DATABASE_OWNER"] = "postgresql://owner@db.invalid/registry?sslmode=Prefer";
        settings["USER_2FA_ENABLED"] = "true";
        settings["OTP_DELIVERY"] = "http";
        settings["OTP_GATEWAY_URL"] = "https://sms.invalid/send";
        Assert.Equal(("warning", "good", "good"), await Judged());
        Assert.Equal("broken", (await Findings(settings))["signing keys"]);
        settings["OTP_GATEWAY_URL"] = "http://sms.invalid/send";
        settings["ESOZ_DATABASE_OWNER"] = "postgresql://owner@db.invalid/registry?sslmode=VerifyFull";
        settings["ESOZ_DATABASE_DIRECT"] = "postgresql://somebody@10.0.0.1/registry";
        Assert.Equal(("warning", "warning", "good"), await Judged());
        settings.Remove("ESOZ_DATABASE_DIRECT");
        settings["OTP_GATEWAY_URL"] = "http://127.0.0.1:8080/send";
        Assert.Equal(("good", "good", "good"), await Judged());
        foreach (var (name, value) in new[] { ("MAIL_SMTP_HOST", "mail.invalid"), ("MAIL_FROM", "registry@example.ua"), ("MAIL_SMTP_TLS", "none"), ("PUBLIC_BASE_URL", "https://api.example.ua") })
            settings[name] = value;
        Assert.Equal(("good", "warning", "good"), await Judged());

        async Task<(string, string, string)> Judged()
        {
            var findings = await Findings(settings);
            return (findings["database TLS"], findings["outgoing connections"], findings["second factor"]);
        }
    }

    [Fact(DisplayName = "A test authority is known by its mark, by its name, or by its key in the signature lab, whatever its file is called")]
    public void Anchors()
    {
        var settings = Settings.Read(EsozProcess.Production("Host=none", _directory));
        var authority = new TestAuthority(Path.Combine(_directory, "elsewhere"), Trust, TimeProvider.System);
        authority.Create();
        var isTest = TestAnchors.Refused(settings)!;
        Assert.All(TrustStore.Load(Trust).Anchors, anchor => Assert.True(isTest(anchor)));

        // Of the published kind: neither mark nor name.
        var other = Certificate.Read(File.ReadAllBytes(SourceTree.PathOf("tests/data/signatures/root-m431.cer")));
        Assert.False(isTest(other));
        Directory.CreateDirectory(settings.SignatureLab);
        File.WriteAllText(Path.Combine(settings.SignatureLab, "somebody.pem"),
            $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(other.Encoded.Span)}\n-----END CERTIFICATE-----\n");
        Assert.True(TestAnchors.Refused(settings)!(other));
    }

    [Fact(DisplayName = "A test authority that is added while production runs is not trusted, and named")]
    public void LaterAnchor()
    {
        var settings = Settings.Read(EsozProcess.Production("Host=none", _directory));
        var clock = new TestClock();
        var trust = new TrustDirectory(Trust, clock, isTest: TestAnchors.Refused(settings));
        Assert.Equal(0, trust.Anchors);

        new TestAuthority(Path.Combine(_directory, "elsewhere"), Trust, TimeProvider.System).Create();
        clock.Age(TimeSpan.FromSeconds(10));

        Assert.Equal(0, trust.Anchors);
        Assert.Equal(2, trust.Faults.Count(fault => fault.Contains("is a test authority, which production does not trust", StringComparison.Ordinal)));
        Assert.Null(TestAnchors.Refused(settings with { AllowInsecure = ["test-anchors"] }));
    }

    [Fact(DisplayName = "Commands of the sandbox refuse to work in production")]
    public async Task Commands()
    {
        var settings = EsozProcess.Production("Host=none", _directory);
        foreach (var command in (string[][])[["demo", "curls"], ["generate", "--employees", "100"], ["sign", "ca"]])
        {
            var (exit, _, errors) = await EsozProgram.Run(settings, command);
            Assert.Equal(1, exit);
            Assert.StartsWith($"{command[0]} works in sandbox mode only: ", errors, StringComparison.Ordinal);
        }
    }

    /// <summary>Settings of production on what was a sandbox, with every switch in the wrong position.</summary>
    private async Task<Dictionary<string, string>> Sandboxed()
    {
        var database = await cluster.CreateDatabase();
        await using var source = Npgsql.NpgsqlDataSource.Create($"{database};Pooling=false");
        await using var demo = source.CreateCommand($"""
            INSERT INTO esoz.legal_entities (id, type, status, edrpou, name, addresses, inserted_by)
            VALUES ('{DemoIds.Clinic}', 'PRIMARY_CARE', 'ACTIVE', '99000001', 'КНП', '[]', gen_random_uuid())
            """);
        await demo.ExecuteNonQueryAsync(Ct);
        new TestAuthority(Path.Combine(_directory, "signature-lab"), Trust, TimeProvider.System).Create();
        return new(EsozProcess.Production(database, _directory))
        {
            ["MEDIA_STORAGE_SIGNING_KEY"] = new string('a', 40),
            ["DIGITAL_SIGNATURE_ENABLED"] = "false",
            ["SIGNATURE_REVOCATION_MODE"] = "none",
        };
    }

    private static async Task<Dictionary<string, string>> Findings(Dictionary<string, string> settings) =>
        JsonElement.Parse((await EsozProgram.Run(settings, ["doctor", "--json", "--urls", "http://0.0.0.0:0"])).Output).EnumerateArray()
            .ToDictionary(finding => finding.GetProperty("subject").GetString()!, finding => finding.GetProperty("severity").GetString()!);
}
