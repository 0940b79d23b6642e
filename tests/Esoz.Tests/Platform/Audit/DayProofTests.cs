using System.Text;
using System.Text.Json;
using Esoz.Platform.Audit;
using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Tests.Cli;
using Esoz.Tests.Platform.Signatures;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Time stamps and signatures of operators on days (docs/adr/0042).</summary>
public sealed class DayProofTests(TestCluster cluster)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Each day is stamped once by openssl ts, the token is kept, copied and checked; openssl accepts it for the text of the day")]
    public async Task Stamped()
    {
        await using var authority = await OpenSslTimestamps.Start();
        await using var registry = await Trusting(authority);
        await Seal(registry, authority, days: 3);

        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal((2, 2, 2), (verdict.Days, verdict.Stamps, authority.Asked));
        Assert.Equal(verdict.Logs.Sum(it => it.Seals) + 4, verdict.Anchored);
        Assert.Equal(2, Copies(registry).Count(line => line.Contains("esoz audit proof 1", StringComparison.Ordinal)));
        var day = Copies(registry).First(line => line.Contains("esoz audit day 1", StringComparison.Ordinal));
        await authority.Verify(await registry.Scalar<byte[]>("SELECT content FROM audit_proofs WHERE number = 1"),
            JsonElement.Parse(day).GetProperty("text").GetString()!);
    }

    [Theory(DisplayName = "An address of an authority that is none, or has a password in it, is refused")]
    [InlineData("ftp://ca.example.com/tsp")]
    [InlineData("ca.example.com/tsp")]
    [InlineData("http://user:password@ca.example.com/tsp")]
    public void Address(string url)
    {
        var refused = Assert.Throws<SettingsException>(() => Settings.Read(new Dictionary<string, string> { ["AUDIT_TIMESTAMP_URL"] = url }));
        Assert.Contains("time-stamping authority", refused.Message, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "An authority that is away, sends no end, stamps other data or refuses delays neither seals nor days; later it is made up for")]
    [InlineData(TimestampMood.Away)]
    [InlineData(TimestampMood.Endless)]
    [InlineData(TimestampMood.OtherData)]
    [InlineData(TimestampMood.Refuses)]
    public async Task Outage(TimestampMood mood)
    {
        await using var authority = await OpenSslTimestamps.Start();
        await using var registry = await Trusting(authority);
        authority.Mood = mood;
        await Seal(registry, authority, days: 4);
        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal((3, 0), (verdict.Days, verdict.Stamps));
        Assert.Equal(verdict.Logs.Sum(it => it.Seals) + 3, verdict.Anchored);
        Assert.Equal(0, verdict.Logs.Sum(it => it.Unsealed));

        authority.Mood = TimestampMood.Stamps;
        await Sealer(registry, authority, 3).Run(Ct);
        verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal((3, 3), (verdict.Days, verdict.Stamps));
    }

    [Fact(DisplayName = "No stamp of an authority that is not trusted is kept")]
    public async Task Untrusted()
    {
        await using var authority = await OpenSslTimestamps.Start();
        await using var registry = await SealedRegistry.Started(cluster);
        await Seal(registry, authority, days: 2);

        Assert.Equal((1, 0), (await registry.Verify()) switch { var it => (it.Days, it.Stamps) });
        Assert.Equal(1, authority.Asked);
    }

    [Theory(DisplayName = "A stamp that was changed, put on another day or removed is found, by the anchors where the seals do not tell")]
    [InlineData("UPDATE audit_proofs SET content = overlay(content PLACING '\\x00' FROM length(content) - 5) WHERE number = 1", "was changed")]
    [InlineData("UPDATE audit_proofs SET day = (SELECT max(day) FROM audit_days) WHERE number = 1", "proves nothing: it is a stamp of other data")]
    [InlineData("DELETE FROM audit_proofs WHERE number = 1", "the proofs 1 to 1 are gone")]
    [InlineData("DELETE FROM audit_proofs WHERE number = 2", "proof 2 was anchored, but is not in the database")]
    public async Task Tampered(string sql, string found)
    {
        await using var authority = await OpenSslTimestamps.Start();
        await using var registry = await Trusting(authority);
        await Seal(registry, authority, days: 3);
        await registry.Tamper(sql);
        Assert.Contains((await registry.Verify()).Findings, it => it.Found.Contains(found, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "doctor says which day has no stamp for an hour, and when all have one")]
    public async Task Doctor()
    {
        await using var authority = await OpenSslTimestamps.Start();
        await using var registry = await Trusting(authority);
        registry.Extra["AUDIT_TIMESTAMP_URL"] = authority.Url.ToString();
        authority.Mood = TimestampMood.Away;
        await Seal(registry, authority, days: 2, first: -2);
        Assert.Matches("audit time stamps.*days since 20.* have no time stamp", (await Command(registry, "doctor")).Output);

        authority.Mood = TimestampMood.Stamps;
        Assert.Equal(0, (await Command(registry, "audit", "seal")).Exit);
        Assert.Matches("audit time stamps.*every day has one", (await Command(registry, "doctor")).Output);
        Assert.Matches("[12] days, [12] time stamps, 0 signatures", (await Command(registry, "audit", "verify")).Output);
    }

    [Fact(DisplayName = "audit sign prints what is to be signed, takes the container of exactly that with a time stamp, and audit verify checks it")]
    public async Task Signed()
    {
        using var lab = new SignatureLab();
        await using var registry = await SealedRegistry.Started(cluster, ("SIGNATURE_TRUST_DIR", lab.TrustPath));
        await SealedRegistry.Sealer(registry, -Day).Run(Ct);
        await registry.Given.LegalEntity();
        await registry.Seal();
        var day = await registry.Scalar<string>("SELECT max(day)::text FROM audit_days");

        var (exit, text, errors) = await Command(registry, "audit", "sign", "--day", day);
        Assert.True(exit == 0, errors);
        Assert.Matches($$"""^\{"audit_day":"{{day}}","head":"[0-9a-f]{64}"\}$""", text);
        await Refused(text.Replace("\"head\":\"", "\"head\":\"0", StringComparison.Ordinal), "something else is signed");
        await Refused("no JSON", "content: it is not JSON");
        await File.WriteAllTextAsync(lab.NewFile(), "", Ct);
        Assert.Contains("is not sealed", (await Command(registry, "audit", "sign", "--day", "2026-01-01")).Errors, StringComparison.Ordinal);

        Assert.Equal(0, (await Give(lab.Authority.Sign(Encoding.UTF8.GetBytes(text), lab.Dstu))).Exit);

        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(1, verdict.Signatures);
        Assert.Single(Copies(registry), line => line.Contains("\\nSIGNATURE\\n", StringComparison.Ordinal));
        await registry.Tamper("UPDATE audit_days SET head = set_byte(head, 0, 255 - get_byte(head, 0)), seals = seals + 1");
        Assert.Contains((await registry.Verify()).Findings,
            it => it.Found.Contains("the signature of", StringComparison.Ordinal) && it.Found.Contains("proves nothing", StringComparison.Ordinal));

        async Task Refused(string content, string reason)
        {
            var given = await Give(lab.Authority.Sign(Encoding.UTF8.GetBytes(content), lab.Dstu));
            Assert.Equal(1, given.Exit);
            Assert.Contains(reason, given.Errors, StringComparison.Ordinal);
        }

        async Task<(int Exit, string Output, string Errors)> Give(byte[] container)
        {
            var file = lab.NewFile();
            await File.WriteAllBytesAsync(file, container, Ct);
            return await Command(registry, "audit", "sign", "--day", day, "--container", file);
        }
    }

    /// <summary>Seals on each of so many days, each with a change; all but the last have ended then.</summary>
    private static async Task Seal(SealedRegistry registry, OpenSslTimestamps authority, int days, int first = 0)
    {
        for (var day = first; day < first + days; day++)
        {
            await registry.Given.LegalEntity();
            await Sealer(registry, authority, day).Run(Ct);
        }
    }

    private static SealAudit Sealer(SealedRegistry registry, OpenSslTimestamps authority, int day) =>
        SealedRegistry.Sealer(registry, day * Day, authority: authority.Url);

    private async Task<SealedRegistry> Trusting(OpenSslTimestamps authority)
    {
        var registry = await SealedRegistry.Started(cluster);
        var anchors = Directory.CreateDirectory(Path.Combine(registry.Settings.Signatures.TrustPath, TrustStore.AnchorsFolder)).FullName;
        File.Copy(authority.Certificate, Path.Combine(anchors, "tsa.pem"));
        return registry;
    }

    private static IEnumerable<string> Copies(SealedRegistry registry) =>
        Directory.GetFiles(registry.Anchors, "*.ndjson").Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines);

    private static Task<(int Exit, string Output, string Errors)> Command(SealedRegistry registry, params string[] arguments) =>
        EsozProgram.Run(registry.ProcessSettings, arguments);
}
