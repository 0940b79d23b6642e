using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Tests.Platform.Signatures.Certificates;

namespace Esoz.Tests.Platform.Signatures;

public sealed class TrustDirectoryTests : IDisposable
{
    private readonly TemporaryTrust _trust = new();
    private readonly StepClock _clock = new();

    [Fact(DisplayName =
        "A missing directory counts as empty; files added later are found within seconds, removed ones are dropped")]
    public void Changes()
    {
        var directory = new TrustDirectory(_trust.Path, _clock);
        Assert.Empty(directory.Current().Anchors);

        var file = _trust.Add(TrustStore.AnchorsFolder, "root.cer", SignatureVectors.Read("root-m431.cer"));
        Assert.Equal(0, directory.Anchors);
        _clock.Seconds += 5;
        Assert.Equal(1, directory.Anchors);
        var read = directory.Current();
        _clock.Seconds += 5;
        Assert.Same(read, directory.Current());

        File.WriteAllBytes(file, SignatureVectors.Read("signer.cer"));
        _clock.Seconds += 5;
        Assert.Equal(SignatureVectors.ReadCertificate("signer.cer").Number, Assert.Single(directory.Current().Anchors).Number);
        File.Delete(file);
        _clock.Seconds += 5;
        Assert.Equal(0, directory.Anchors);
    }

    [Fact(DisplayName = "Files may be DER or PEM; an unreadable one is reported and does not affect the others")]
    public void Files()
    {
        _trust.Add(
            TrustStore.AnchorsFolder, "a.pem", System.Text.Encoding.ASCII.GetBytes(
                System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", SignatureVectors.Read("root-m431.cer"))));
        _trust.Add(TrustStore.AnchorsFolder, "b.cer", [1, 2, 3]);
        _trust.Add(TrustStore.AnchorsFolder, "c.pem", "-----BEGIN nothing"u8);
        _trust.Add(TrustStore.CertificatesFolder, "d.cer", SignatureVectors.Read("authority-m257.cer"));
        _trust.Add(TrustStore.ListsFolder, "e.crl", SignatureVectors.Read("full.crl"));
        _trust.Add(TrustStore.ListsFolder, "f.crl", SignatureVectors.Read("root-m431.cer"));

        var store = new TrustDirectory(_trust.Path, _clock).Current();

        Assert.Equal((1, 1), (store.Anchors.Count, store.Certificates.Count));
        Assert.Single(store.ListsOf(SignatureVectors.ReadCertificate("persons-authority.cer").Subject));
        Assert.Equal(["anchors/b.cer", "anchors/c.pem", "crls/f.crl"],
            store.Faults.Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact(DisplayName = "Bundles and subdirectories are read; hidden files are not; the same certificate counts once; a misplaced file is reported")]
    public void Bundles()
    {
        _trust.Add("anchors/czo/2026", "bundle.p7b", TrustFileTests.Bundle([SignatureVectors.Read("root-m431.cer")], []));
        _trust.Add(TrustStore.AnchorsFolder, "again.cer", SignatureVectors.Read("root-m431.cer"));
        _trust.Add(TrustStore.AnchorsFolder, ".swap", [1, 2, 3]);
        _trust.Add(TrustStore.CertificatesFolder, "bundle.pem", System.Text.Encoding.ASCII.GetBytes(
            TrustFileTests.Block("CERTIFICATE", SignatureVectors.Read("authority-m257.cer")) + "\n"
            + TrustFileTests.Block("X509 CRL", SignatureVectors.Read("full.crl"))));
        _trust.Add(TrustStore.ListsFolder, "both.pem", System.Text.Encoding.ASCII.GetBytes(
            TrustFileTests.Block("X509 CRL", SignatureVectors.Read("full.crl")) + "\n"
            + TrustFileTests.Block("X509 CRL", SignatureVectors.Read("delta.crl"))));
        _trust.Add("", "CACertificates.p7b", [1]);

        var directory = new TrustDirectory(_trust.Path, _clock);

        Assert.Equal((1, 1, 2), (directory.Anchors, directory.Certificates, directory.Lists.Count));
        Assert.Equal(
            ["CACertificates.p7b: it is not in anchors/, certificates/ or crls/",
                $"certificates/bundle.pem: the revocation list of {directory.Lists[0].Label} belongs into crls/"],
            directory.Faults);
    }

    [Fact(DisplayName = "A fault that a change brings is logged once")]
    public void Logged()
    {
        using var lines = new LogLines();
        var directory = new TrustDirectory(_trust.Path, _clock, lines.CreateLogger("trust"));
        Assert.Empty(directory.Faults);
        for (var change = 0; change < 3; change++)
        {
            _trust.Add(TrustStore.AnchorsFolder, $"{change}.cer", change == 0 ? [1] : SignatureVectors.Read("root-m431.cer"));
            _clock.Seconds += 5;
            Assert.Single(directory.Faults);
        }
        Assert.Contains("anchors/0.cer: it is a file of an unknown kind", Assert.Single(lines.Lines), StringComparison.Ordinal);
    }

    public void Dispose() => _trust.Dispose();

    private sealed class StepClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
