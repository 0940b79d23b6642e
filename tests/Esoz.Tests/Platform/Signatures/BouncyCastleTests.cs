using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Dstu;
using Esoz.Platform.Signatures.Keys;
using Esoz.Sandbox.Signatures;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>Our signatures checked by Bouncy Castle and the reverse, in one run of Bouncy Castle.</summary>
public sealed class BouncyCastleTests(SignatureLab lab, BouncyCastle oracle) : IClassFixture<SignatureLab>, IClassFixture<BouncyCastle>
{
    [Fact(DisplayName =
        "Bouncy Castle and our code agree on hashes and verify each other's signatures: on all curves, in both byte orders, as certificates and containers")]
    public async Task Agree()
    {
        var random = new Random(5);
        int[] lengths = [0, 1, 31, 32, 33, 51, 52, 63, 64, 65, 115, 116, 127, 128, 129, 1000, 5000];
        foreach (var length in lengths)
        {
            var data = new byte[length];
            random.NextBytes(data);
            oracle.Write($"hash-{length}.data", data);
        }
        foreach (var curve in DstuCurve.All)
        {
            foreach (var algorithm in new[] { DstuAlgorithm.LittleEndian, DstuAlgorithm.BigEndian })
                WriteSigned($"ours-{curve.M}-{(algorithm.IsBigEndian ? "big" : "little")}", algorithm, curve, isBad: false);
        }
        WriteSigned("bad", DstuAlgorithm.LittleEndian, DstuCurve.Usual, isBad: true);
        oracle.Write("container.cms", lab.Sign(lab.Dstu));

        await oracle.Run(TestContext.Current.CancellationToken);

        foreach (var length in lengths)
        {
            var data = oracle.Read($"hash-{length}.data");
            Assert.Equal(oracle.Read($"hash-{length}.gost"), Gost34311.Hash(data, SubstitutionBox.First));
            foreach (var bits in new[] { 256, 384, 512 })
                Assert.Equal(oracle.Read($"hash-{length}.kupyna{bits}"), Kupyna.Hash(data, bits / 8));
        }
        foreach (var curve in DstuCurve.All)
            Assert.Equal(
                ("good", "good"), (oracle.ReadText($"ours-{curve.M}-little.verdict"), oracle.ReadText($"ours-{curve.M}-big.verdict")));
        Assert.Equal("bad", oracle.ReadText("bad.verdict"));
        Assert.Equal("good", oracle.ReadText("container.verdict"));

        for (var curve = 0; curve < 10; curve++)
        {
            AssertGood($"their-{curve}-little", DstuAlgorithm.LittleEndian);
            AssertGood($"their-{curve}-big", DstuAlgorithm.BigEndian);
        }
        AssertContainers();
    }

    private void WriteSigned(string name, DstuAlgorithm algorithm, DstuCurve curve, bool isBad)
    {
        using var key = new DstuSigningKey(algorithm, new(curve, SubstitutionBox.First), DstuSecret.Random(curve));
        var data = System.Text.Encoding.UTF8.GetBytes(name);
        var signature = key.Sign(data, SignatureForm.Bare);
        if (isBad)
            signature[^1] ^= 1;
        oracle.Write($"{name}.key", key.SubjectPublicKeyInfo);
        oracle.Write($"{name}.data", data);
        oracle.Write($"{name}.signature", signature);
        oracle.Write($"{name}.algorithm", System.Text.Encoding.ASCII.GetBytes(algorithm.Oid));
    }

    private void AssertGood(string name, DstuAlgorithm algorithm)
    {
        var key = VerificationKey.Read(oracle.Read($"{name}.key"));
        var (data, signature) = (oracle.Read($"{name}.data"), oracle.Read($"{name}.theirs"));
        Assert.True(key.Verifies(new(algorithm.Oid, default), null, data, signature, SignatureForm.Bare), name);
        Assert.False(key.Verifies(new(algorithm.Oid, default), null, [.. data, 0], signature, SignatureForm.Bare), name);
    }

    private void AssertContainers()
    {
        using var trust = new TemporaryTrust();
        trust.Add(TrustStore.AnchorsFolder, "theirs.cer", oracle.Read("their-certificate.theirs"));
        var certificate = Certificate.Read(oracle.Read("their-certificate.theirs"));
        Assert.True(certificate.IsSignedBy(certificate));
        var options = lab.Options with { RequireTimestamp = false };
        var check = new SignatureCheck(options, new(trust.Path, TimeProvider.System), TimeProvider.System);
        foreach (var container in new[] { "their-ber-container.theirs", "their-der-container.theirs" })
        {
            var verdict = check.Check(oracle.Read(container));
            Assert.True(verdict.IsAccepted, $"{container}: {verdict.Steps[^1].Explanation}");
            Assert.Equal("Bouncy Castle", verdict.Json.GetProperty("by").GetString());
        }
    }
}
