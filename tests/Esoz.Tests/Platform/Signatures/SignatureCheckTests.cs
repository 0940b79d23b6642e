using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Cms;

namespace Esoz.Tests.Platform.Signatures;

public sealed class SignatureCheckTests
{
    [Theory]
    [InlineData("message.p7")]
    [InlineData("test_cms.p7s")]
    public void Real(string file)
    {
        var data = SignedData.Read(OfficialData.Read(file));
        var signer = new SignerInfo(data.Signers[0]);
        var certificate = Assert.Single(data.Certificates);
        Assert.True(signer.Names(certificate));
        TestContext.Current.SendDiagnosticMessage(Signer.Of(certificate).ToString());
        Console.WriteLine(Signer.Of(certificate) + " " + signer.SigningTime + " unsigned:" + (signer.Unsigned is not null));
        Assert.Null(signer.Fault(data.ContentType, data.Content, certificate));
        if (signer.Unsigned?.Has(AttributeTable.Timestamp) == true)
        {
            var token = TimestampToken.Read(signer.Unsigned.Single(AttributeTable.Timestamp)!.Value);
            Console.WriteLine(token.Time);
            Assert.Equal("", token.Fault(signer.Signature, [], new TrustStore([], [], [], []), RevocationMode.None, DateTimeOffset.UtcNow));
        }
    }

    [Fact]
    public void Lists()
    {
        var root = OfficialData.ReadPkiCertificate("root_certificate.cer");
        foreach (var name in new[] { "full.crl", "delta.crl" })
        {
            var list = RevocationList.Read(OfficialData.ReadPki(name));
            Console.WriteLine($"{list.Count} {list.IsDelta} {list.ThisUpdate} {list.NextUpdate}");
            Assert.True(list.IsSignedBy(root));
        }
    }

    [Fact]
    public void Speed()
    {
        var root = OfficialData.ReadPkiCertificate("root_certificate.cer");
        var user = OfficialData.ReadPkiCertificate("userfiz_certificate.cer");
        _ = user.IsSignedBy(root);
        for (var turn = 0; turn < 4; turn++)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            for (var i = 0; i < 1000; i++)
                user.IsSignedBy(root);
            Console.WriteLine("verify ms " + System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds / 1000);
            started = System.Diagnostics.Stopwatch.GetTimestamp();
            for (var i = 0; i < 1000; i++)
                _ = Certificate.Read(user.Encoded).Key;
            Console.WriteLine("read key ms " + System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds / 1000);
            var data = new byte[1 << 20];
            started = System.Diagnostics.Stopwatch.GetTimestamp();
            _ = Esoz.Platform.Signatures.Dstu.Gost34311.Hash(data, Esoz.Platform.Signatures.Dstu.SubstitutionBox.First);
            Console.WriteLine("hash 1MB ms " + System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}
