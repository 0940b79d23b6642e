using System.Diagnostics;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>RSA and ECDSA: what OpenSSL signs is accepted, and what we sign is accepted by OpenSSL.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly TemporaryTrust _trust = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "Containers of OpenSSL are accepted: RSA by PKCS #1 and by PSS, ECDSA on three curves, SHA-2")]
    [InlineData("rsa:2048", "-md sha256")]
    [InlineData("rsa:3072", "-md sha512 -cades")]
    [InlineData("rsa:2048", "-md sha256 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:32")]
    [InlineData("ec:P-256", "-md sha256 -cades")]
    [InlineData("ec:P-384", "-md sha384")]
    [InlineData("ec:P-521", "-md sha512 -keyid")]
    [InlineData("rsa:2048", "-md sha256 -stream")]
    public async Task Accepted(string key, string options)
    {
        var verdict = await Check(key, options);

        Assert.True(verdict.IsAccepted, verdict.Steps[^1].Explanation);
        Assert.Equal("{\"by\":\"OpenSSL\"}\n", System.Text.Encoding.UTF8.GetString(verdict.Text.Span));
    }

    [Theory(DisplayName = "Weak hashes, short keys, other curves, other salt lengths and missing signed attributes are refused")]
    [InlineData("rsa:2048", "-md sha1")]
    [InlineData("rsa:1024", "-md sha256")]
    [InlineData("ec:secp256k1", "-md sha256")]
    [InlineData("ec:P-256", "-md sha1")]
    [InlineData("rsa:2048", "-md sha256 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20")]
    [InlineData("rsa:2048", "-md sha256 -noattr")]
    public async Task Refused(string key, string options) =>
        Assert.Equal(SignatureOutcome.SignatureInvalid, (await Check(key, options)).Outcome);

    [Fact(DisplayName = "OpenSSL accepts our containers, certificates and revocation lists of ECDSA keys")]
    public async Task Ours()
    {
        using var lab = new SignatureLab();
        var anchor = Path.Combine(lab.TrustPath, "anchors", "test-authority-ecdsa.cer");
        var pem = await Run("x509", "-inform", "DER", "-in", anchor);
        await File.WriteAllTextAsync(PathOf("anchor.pem"), pem, Ct);
        await File.WriteAllBytesAsync(PathOf("ours.p7s"), lab.Sign(lab.Ecdsa), Ct);

        Assert.Equal(SignatureLab.Content, System.Text.Encoding.UTF8.GetBytes(
            await Run("cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", PathOf("ours.p7s"), "-CAfile", PathOf("anchor.pem"),
                "-purpose", "any")));
        Assert.Contains(
            "BEGIN X509 CRL", await Run("crl", "-inform", "DER", "-in", Path.Combine(lab.TrustPath, "crls", "test-authority-ecdsa.crl"),
                "-CAfile", PathOf("anchor.pem")),
            StringComparison.Ordinal);
    }

    public void Dispose() => _trust.Dispose();

    /// <summary>Checks a container against a self-signed certificate, which is the anchor.</summary>
    private async Task<SignatureVerdict> Check(string key, string options)
    {
        string[] kind = key.StartsWith("ec:", StringComparison.Ordinal) ? ["-newkey", "ec", "-pkeyopt", $"ec_paramgen_curve:{key[3..]}"]
            : ["-newkey", key];
        var anchors = Directory.CreateDirectory(Path.Combine(_trust.Path, TrustStore.AnchorsFolder)).FullName;
        await Run(
            ["req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=OpenSSL", .. kind, "-keyout", PathOf("key.pem"), "-out",
                Path.Combine(anchors, "signer.pem")]);
        await File.WriteAllTextAsync(PathOf("content.json"), "{\"by\":\"OpenSSL\"}\n", Ct);
        await Run(
            ["cms", "-sign", "-binary", "-nodetach", "-in", PathOf("content.json"), "-outform", "DER", "-out", PathOf("container.p7s"),
            "-signer", Path.Combine(anchors, "signer.pem"), "-inkey", PathOf("key.pem"), .. options.Split(' ')]);
        var settings = new SignatureOptions
        {
            Enabled = true,
            RequireTimestamp = false,
            Revocation = RevocationMode.Crl,
            Delta = DeltaMode.Warn,
            Qualified = QualifiedMode.Any,
            TrustPath = _trust.Path,
        };
        return new SignatureCheck(settings, new(_trust.Path, TimeProvider.System), TimeProvider.System)
            .Check(await File.ReadAllBytesAsync(PathOf("container.p7s"), Ct));
    }

    private string PathOf(string name) => Path.Combine(_trust.Path, name);

    private static async Task<string> Run(params string[] arguments)
    {
        using var openssl =
            Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = openssl.StandardError.ReadToEndAsync(Ct);
        var output = await openssl.StandardOutput.ReadToEndAsync(Ct);
        await openssl.WaitForExitAsync(Ct);
        Assert.True(openssl.ExitCode == 0, await errors);
        return output;
    }
}
