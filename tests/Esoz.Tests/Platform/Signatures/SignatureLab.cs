using System.Text;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Sandbox.Signatures;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>A test authority in its own directory, with keys of persons, and a check that trusts it.</summary>
public sealed class SignatureLab : IDisposable
{
    public const string Drfo = "3126509816";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("esoz-signatures-");
    private int _keys;

    public SignatureLab()
    {
        Authority = new TestAuthority(Path.Combine(_directory.FullName, "keys"), TrustPath, Clock);
        Authority.Create();
        Dstu = Issue(LabAlgorithm.Dstu);
        Ecdsa = Issue(LabAlgorithm.Ecdsa);
        Trust = new TrustDirectory(TrustPath, Clock);
        Check = new SignatureCheck(Options, Trust, Clock);
    }

    public static byte[] Content { get; } = Encoding.UTF8.GetBytes(
        """{"id":"71d0c4e2-5b6f-4a38-92e7-0f1a2b3c4d5e","title":"Медичний висновок"}""");

    public TestClock Clock { get; } = new();

    public string TrustPath => Path.Combine(_directory.FullName, "trust");

    public TestAuthority Authority { get; }

    public TrustDirectory Trust { get; }

    public SignatureCheck Check { get; }

    /// <summary>Files of private keys with their certificates.</summary>
    public string Dstu { get; }

    public string Ecdsa { get; }

    public SignatureOptions Options => new()
    {
        Enabled = true,
        RequireTimestamp = true,
        Revocation = RevocationMode.Crl,
        Delta = DeltaMode.Warn,
        Qualified = QualifiedMode.Any,
        TrustPath = TrustPath,
    };

    public string NewFile() => Path.Combine(_directory.FullName, $"key-{_keys++}.pem");

    public string Issue(LabAlgorithm algorithm, bool isExpired = false, bool isRevoked = false)
    {
        var path = NewFile();
        Authority.Issue(algorithm, "Шевченко Тарас Григорович", Drfo, "12345678", isExpired, isRevoked, path);
        return path;
    }

    public byte[] Sign(string key) => Authority.Sign(Content, key);

    internal KeyPair AuthorityPair(LabAlgorithm algorithm) =>
        KeyPair.Read(Path.Combine(_directory.FullName, "keys", $"authority-{algorithm.ToString().ToLowerInvariant()}.pem"));

    internal KeyPair TimestampPair(LabAlgorithm algorithm) =>
        KeyPair.Read(Path.Combine(_directory.FullName, "keys", $"timestamps-{algorithm.ToString().ToLowerInvariant()}.pem"));

    /// <summary>A person's certificate that differs from the usual one as given.</summary>
    internal KeyPair IssueBy(KeyPair authority, Func<CertificateRequest, CertificateRequest> vary)
    {
        var key = SigningKey.Create(LabAlgorithm.Dstu);
        var now = Clock.GetUtcNow();
        return new(key, CertificateIssuer.Of(authority).Issue(vary(new CertificateRequest
        {
            Kind = CertificateKind.Signer,
            CommonName = "Шевченко Тарас Григорович",
            Drfo = Drfo,
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            NotBefore = now.AddDays(-1),
            NotAfter = now.AddDays(1),
        })));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
