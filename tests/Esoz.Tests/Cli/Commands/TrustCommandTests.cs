using System.Text.Json;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures.Certificates;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>trust import</c> and <c>list</c>, each in its own process.</summary>
public sealed class TrustCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-trust-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "A bundle is taken: the root as anchor, what leads to it as certificates, lists of known authorities; the rest is named with the reason")]
    public async Task Import()
    {
        var now = DateTimeOffset.UtcNow;
        using var root = SelfSigned("Корінь");
        using var authority = Issue(root, CertificateKind.Authority, "Надавач", now.AddYears(1));
        using var stamps = Issue(authority, CertificateKind.TimestampAuthority, "Позначки часу", now.AddYears(1));
        using var expired = Issue(root, CertificateKind.Authority, "Колишній", now.AddDays(-1));
        using var person = Issue(authority, CertificateKind.Signer, "Особа", now.AddYears(1));
        using var other = SelfSigned("Інший корінь");
        using var orphan = Issue(other, CertificateKind.Authority, "Сирота", now.AddYears(1));
        KeyPair[] all = [root, authority, stamps, expired, person, orphan];
        var complete = CertificateIssuer.Of(authority).IssueList([], now.AddHours(-1), now.AddHours(1), new ListForm(5, NamesDelta: true));
        var foreign = CertificateIssuer.Of(other).IssueList([], now.AddHours(-1), now.AddHours(1));
        var file = Path.Combine(_directory, "bundle.p7b");
        await File.WriteAllBytesAsync(
            file, TrustFileTests.Bundle([.. all.Select(it => it.Certificate.Encoded.ToArray())], [complete, foreign]), Ct);

        var (exit, output) = await Run("trust", "import", file);
        Assert.Equal(0, exit);
        Assert.StartsWith($"Taken: 5 of 8 entries of {file}, into {Path.Combine(_directory, "signatures")}\n", output, StringComparison.Ordinal);
        Assert.Contains("  1 trust anchors: Корінь\n", output, StringComparison.Ordinal);
        Assert.Contains("  3 authorities and time-stamp authorities: Надавач, Позначки часу, Колишній (1 expired, for time stamps of the past)\n",
            output, StringComparison.Ordinal);
        Assert.Contains("  1 revocation lists: Надавач\n", output, StringComparison.Ordinal);
        Assert.Contains("Not taken: 3\n", output, StringComparison.Ordinal);
        Assert.Contains("  1: neither an authority nor for time stamps: Особа\n", output, StringComparison.Ordinal);
        Assert.Contains("  1: the issuer of certificate 'Сирота' is unknown: no chain to a trust anchor: Сирота\n", output, StringComparison.Ordinal);
        Assert.Contains("  1: no known authority has signed it: Інший корінь\n", output, StringComparison.Ordinal);
        Assert.Contains($"  {root.Certificate.Fingerprint}  Корінь, valid to ", output, StringComparison.Ordinal);

        (exit, output) = await Run("trust", "import", file, "--json");
        Assert.Equal(0, exit);
        Assert.Equal(new Dictionary<string, int> { ["present"] = 5, ["refused"] = 3 }, JsonElement.Parse(output).EnumerateArray()
            .CountBy(entry => entry.GetProperty("result").GetString()!).ToDictionary());

        (exit, output) = await Run("trust", "list", "--json");
        Assert.Equal(0, exit);
        var entries = JsonElement.Parse(output).EnumerateArray().ToDictionary(
            entry => $"{entry.GetProperty("kind").GetString()} {entry.GetProperty("name").GetString()}");
        Assert.Equal(["anchor Корінь", "authority Колишній", "authority Надавач", "crl Надавач", "timestamps Позначки часу"],
            entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("without_list", entries["anchor Корінь"].GetProperty("state").GetString());
        Assert.Equal("expired", entries["authority Колишній"].GetProperty("state").GetString());

        (_, output) = await Run("doctor");
        Assert.Contains("trust files: 1 anchors, 3 other certificates, 1 revocation lists\n", output, StringComparison.Ordinal);
        Assert.Contains("trust anchor Корінь: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(root.Certificate.Number, output, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A list that names its delta is warned about by doctor until the delta is there; an older list replaces no newer one")]
    public async Task Lists()
    {
        var now = DateTimeOffset.UtcNow;
        using var root = SelfSigned("Корінь");
        byte[] List(DateTimeOffset at, ListForm form) => CertificateIssuer.Of(root).IssueList([], at, now.AddHours(1), form);
        async Task<string> Import(params byte[][] lists)
        {
            var file = Path.Combine(_directory, "lists.pem");
            await File.WriteAllTextAsync(file, string.Concat(lists.Select(list => TrustFileTests.Block("X509 CRL", list) + "\n"))
                + TrustFileTests.Block("CERTIFICATE", root.Certificate.Encoded.Span), Ct);
            return (await Run("trust", "import", file)).Output;
        }

        await Import(List(now.AddHours(-2), new(5, NamesDelta: true)));
        Assert.Contains("delta lists: newer revocations are not noticed: no delta list of 'Корінь' is current at ", (await Run("doctor")).Output,
            StringComparison.Ordinal);
        var (_, required) = await Run("doctor", "--set", "SIGNATURE_DELTA_CRL=require");
        Assert.Contains("trust anchor Корінь: signatures by certificates that it issued are refused: no delta list of 'Корінь'", required,
            StringComparison.Ordinal);

        Assert.Contains("  1 delta lists: Корінь", await Import(List(now.AddHours(-1), new(6, 5))), StringComparison.Ordinal);
        Assert.DoesNotContain("delta lists", (await Run("doctor")).Output, StringComparison.Ordinal);
        Assert.StartsWith("Already there: 2", await Import(List(now.AddHours(-3), new(4, NamesDelta: true))), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "With --no-anchors no anchor is added; a file without certificates is refused by name, with exit code 1")]
    public async Task Refuses()
    {
        using var root = SelfSigned("Корінь");
        var file = Path.Combine(_directory, "root.cer");
        await File.WriteAllBytesAsync(file, root.Certificate.Encoded.ToArray(), Ct);

        var (exit, output) = await Run("trust", "import", file, "--no-anchors");
        Assert.Equal(1, exit);
        Assert.Contains("a self-signed authority that is not an anchor yet", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, "%PDF-1.7", Ct);
        (exit, output) = await Run("trust", "import", file);
        Assert.Equal((1, "Not taken: 1\n  1: it is a PDF document, not a certificate or a revocation list: entry 1\n"), (exit, output));
        Assert.Equal((0, "0 authorities, 0 revocation lists\n"), await Run("trust", "list"));
    }

    [Fact(DisplayName = "The published bundle of the ЦЗО: its roots become anchors, and nearly all authorities lead to one of them")]
    public async Task Official()
    {
        var file = OutsideData.Required("signatures/more/CACertificates.p7b");

        var (exit, output) = await Run("trust", "import", file, "--json");

        Assert.Equal(0, exit);
        var entries = JsonElement.Parse(output).EnumerateArray().ToList();
        Assert.Equal(440, entries.Count);
        int Count(string kind, string result) => entries.Count(
            entry => entry.GetProperty("kind").GetString() == kind && entry.GetProperty("result").GetString() == result);
        Assert.Equal((10, 205, 225), (Count("anchor", "taken"), Count("certificate", "taken"), Count("certificate", "refused")));
        Assert.Contains("trust files: 10 anchors, 205 other certificates, 0 revocation lists", (await Run("doctor")).Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static KeyPair SelfSigned(string name)
    {
        var key = SigningKey.Create(LabAlgorithm.Ecdsa);
        return CertificateIssuer.SelfSigned(key, Request(CertificateKind.Authority, name, key, DateTimeOffset.UtcNow.AddYears(5)));
    }

    private static KeyPair Issue(KeyPair authority, CertificateKind kind, string name, DateTimeOffset notAfter)
    {
        var key = SigningKey.Create(LabAlgorithm.Ecdsa);
        return new(key, CertificateIssuer.Of(authority).Issue(Request(kind, name, key, notAfter)));
    }

    private static CertificateRequest Request(CertificateKind kind, string name, SigningKey key, DateTimeOffset notAfter) => new()
    {
        Kind = kind,
        CommonName = name,
        SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
        NotBefore = notAfter.AddYears(-6),
        NotAfter = notAfter,
    };

    private async Task<(int Exit, string Output)> Run(params string[] arguments)
    {
        var (exit, output, _) = await EsozProgram.Run(new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory }, arguments);
        return (exit, output);
    }
}
