using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Sandbox.Signatures;

/// <summary>
/// A certification authority for tests: for each kind of key an authority, a time-stamping authority and a revocation list. Public files
/// are written to the trust directory, where checks read them; private keys to a separate directory. Anyone who can read those can sign
/// as any person, so keep all of this away from a registry with real data.
/// </summary>
/// <param name="keys">Directory of the private keys.</param>
/// <param name="trust">The trust directory.</param>
public sealed class TestAuthority(string keys, string trust, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(3650);
    private static readonly TimeSpan SignerLife = TimeSpan.FromDays(730);
    private static readonly TimeSpan ExpiredSince = TimeSpan.FromDays(365);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Files of the trust directory that make the authority trusted: per kind of key an anchor, the certificate of the time-stamping
    /// authority, a revocation list.
    /// </summary>
    public IReadOnlyList<string> PublicFiles => [.. Enum.GetValues<LabAlgorithm>().SelectMany(Public)];

    /// <summary>Whether an authority exists that can issue and sign.</summary>
    public bool IsThere =>
        Enum.GetValues<LabAlgorithm>().All(it => File.Exists(KeyPath(it)) && File.Exists(StampKeyPath(it)) && Public(it).All(File.Exists));

    /// <summary>Creates what is missing; never replaces a key.</summary>
    public void Create()
    {
        Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var folder in new[] { TrustStore.AnchorsFolder, TrustStore.CertificatesFolder, TrustStore.ListsFolder })
            Directory.CreateDirectory(Path.Combine(trust, folder));
        foreach (var algorithm in Enum.GetValues<LabAlgorithm>())
            Create(algorithm);
    }

    /// <summary>Writes a key with a certificate for a person to a file (see docs/operations.md, Signature lab).</summary>
    /// <param name="isExpired">The certificate expired a year ago.</param>
    /// <param name="isRevoked">Put the certificate on the revocation list.</param>
    /// <param name="path">The file.</param>
    /// <param name="qualification">What the certificate states about itself.</param>
    /// <returns>Serial number of the certificate, hexadecimal.</returns>
    /// <exception cref="IOException">The file already exists, or there is no authority yet.</exception>
    public string Issue(LabAlgorithm algorithm, string name, string drfo, string? edrpou, bool isExpired, bool isRevoked, string path,
        LabQualification qualification = LabQualification.Device)
    {
        using var authority = KeyPair.Read(KeyPath(algorithm));
        var now = clock.GetUtcNow();
        var notAfter = isExpired ? now - ExpiredSince : now + SignerLife;
        using var key = SigningKey.Create(algorithm);
        var pair = new KeyPair(key, CertificateIssuer.Of(authority).Issue(new CertificateRequest
        {
            Kind = CertificateKind.Signer,
            CommonName = name,
            Drfo = drfo,
            Edrpou = edrpou,
            Qualification = qualification,
            SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
            NotBefore = notAfter - SignerLife - ClockTolerance,
            NotAfter = notAfter,
        }));
        pair.Write(path);
        if (isRevoked)
            WriteList(algorithm, authority, [.. Revoked(algorithm), (pair.Certificate.SerialNumber, now)], now);
        return pair.Certificate.Number;
    }

    /// <summary>An attached container with time stamps of this authority.</summary>
    /// <param name="path">File that <see cref="Issue"/> created.</param>
    /// <param name="stamps">Which time stamps it has.</param>
    /// <exception cref="InvalidDataException">The file is not a key with its certificate.</exception>
    public byte[] Sign(ReadOnlyMemory<byte> content, string path, LabStamps stamps = LabStamps.Signature)
    {
        using var signer = KeyPair.Read(path);
        using var stamp = KeyPair.Read(StampKeyPath(signer.Key is DstuSigningKey ? LabAlgorithm.Dstu : LabAlgorithm.Ecdsa));
        return ContainerWriter.Sign(content, signer, new ContainerForm
        {
            SignatureStamps = stamps is LabStamps.Signature or LabStamps.Both ? [stamp] : [],
            ContentStamps = stamps is LabStamps.Content or LabStamps.Both ? [stamp] : [],
        }, clock.GetUtcNow());
    }

    private void Create(LabAlgorithm algorithm)
    {
        var now = clock.GetUtcNow();
        if (!File.Exists(KeyPath(algorithm)))
        {
            using var key = SigningKey.Create(algorithm);
            CertificateIssuer.SelfSigned(key, Request(CertificateKind.Authority, "authority", algorithm, key)).Write(KeyPath(algorithm));
        }
        using var authority = KeyPair.Read(KeyPath(algorithm));
        if (!File.Exists(StampKeyPath(algorithm)))
        {
            using var key = SigningKey.Create(algorithm);
            var certificate = CertificateIssuer.Of(authority)
                .Issue(Request(CertificateKind.TimestampAuthority, "time-stamping authority", algorithm, key));
            new KeyPair(key, certificate).Write(StampKeyPath(algorithm));
        }
        using var stamp = KeyPair.Read(StampKeyPath(algorithm));
        Publish(AnchorPath(algorithm), authority.Certificate.Encoded);
        Publish(StampPath(algorithm), stamp.Certificate.Encoded);
        if (!File.Exists(ListPath(algorithm)))
            WriteList(algorithm, authority, [], now);
    }

    private CertificateRequest Request(CertificateKind kind, string name, LabAlgorithm algorithm, SigningKey key) => new()
    {
        Kind = kind,
        CommonName = $"Esoz test {name} ({algorithm.ToString().ToLowerInvariant()})",
        SubjectPublicKeyInfo = key.SubjectPublicKeyInfo,
        NotBefore = clock.GetUtcNow() - Life,
        NotAfter = clock.GetUtcNow() + Life,
    };

    private void WriteList(
        LabAlgorithm algorithm, KeyPair authority, IEnumerable<(ReadOnlyMemory<byte>, DateTimeOffset)> revoked, DateTimeOffset now) =>
        Publish(ListPath(algorithm), CertificateIssuer.Of(authority).IssueList(revoked, now, now + Life));

    private IEnumerable<(ReadOnlyMemory<byte>, DateTimeOffset)> Revoked(LabAlgorithm algorithm) =>
        RevocationList.Read(File.ReadAllBytes(ListPath(algorithm))).Revoked
            .Select(entry => ((ReadOnlyMemory<byte>)Convert.FromHexString(entry.Key), entry.Value.At));

    /// <summary>Publishes atomically, because a check may be reading the directory.</summary>
    private void Publish(string path, ReadOnlyMemory<byte> content)
    {
        var unfinished = Path.Combine(trust, $".{Guid.NewGuid():n}");
        File.WriteAllBytes(unfinished, content.Span);
        File.Move(unfinished, path, overwrite: true);
    }

    private string[] Public(LabAlgorithm algorithm) => [AnchorPath(algorithm), StampPath(algorithm), ListPath(algorithm)];

    private string KeyPath(LabAlgorithm algorithm) => Path.Combine(keys, $"authority-{Word(algorithm)}.pem");

    private string StampKeyPath(LabAlgorithm algorithm) => Path.Combine(keys, $"timestamps-{Word(algorithm)}.pem");

    private string AnchorPath(LabAlgorithm algorithm) =>
        Path.Combine(trust, TrustStore.AnchorsFolder, $"test-authority-{Word(algorithm)}.cer");

    private string StampPath(LabAlgorithm algorithm) =>
        Path.Combine(trust, TrustStore.CertificatesFolder, $"test-timestamps-{Word(algorithm)}.cer");

    private string ListPath(LabAlgorithm algorithm) => Path.Combine(trust, TrustStore.ListsFolder, $"test-authority-{Word(algorithm)}.crl");

    private static string Word(LabAlgorithm algorithm) => algorithm.ToString().ToLowerInvariant();
}

/// <summary>Which time stamps a container gets.</summary>
public enum LabStamps
{
    /// <summary>Of the signature value: CAdES-T.</summary>
    Signature,
    /// <summary>Of the content, as the usual Ukrainian libraries do.</summary>
    Content,
    Both,
    None,
}
