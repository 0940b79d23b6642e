using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>
/// An X.509 certificate; the framework's own class cannot read the national keys. Parsing checks only the structure;
/// <see cref="CertificatePath"/> decides whether it is trusted.
/// </summary>
public sealed class Certificate
{
    /// <summary>Extended key usage of time-stamp authorities.</summary>
    public const string TimestampPurpose = "1.3.6.1.5.5.7.3.8";

    private const string KeyUsage = "2.5.29.15";
    private const string SubjectKeyId = "2.5.29.14";
    private const string AuthorityKeyId = "2.5.29.35";
    private const string BasicConstraints = "2.5.29.19";
    private const string ExtendedKeyUsage = "2.5.29.37";
    private const string FreshestList = "2.5.29.46";
    private const string QualifiedStatementList = "1.3.6.1.5.5.7.1.3";

    /// <summary>
    /// Extensions that may be critical: usage, constraints, extended usage, policies, qualified statements, alternative names, and CRL
    /// distribution points (lists are read from the trust directory instead).
    /// </summary>
    private static readonly string[] SupportedExtensions = [KeyUsage, BasicConstraints, ExtendedKeyUsage, "2.5.29.32", QualifiedStatementList,
        "2.5.29.17", "2.5.29.31"];

    private readonly ReadOnlyMemory<byte> _signed;
    private readonly AlgorithmIdentifier _algorithm;
    private readonly byte[] _signature;
    private readonly Lazy<VerificationKey> _key;

    private Certificate(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        var certificate = AsnReading.ReadWholeSequence(encoded);
        _signed = certificate.PeekEncodedValue();
        var body = certificate.ReadSequence();
        _algorithm = AlgorithmIdentifier.Read(certificate);
        _signature = certificate.ReadWholeBytes();
        certificate.ThrowIfNotEmpty();

        if (body.NextIs(new Asn1Tag(TagClass.ContextSpecific, 0)))
            body.ReadEncodedValue();
        SerialNumber = body.ReadIntegerBytes();
        if (AlgorithmIdentifier.Read(body).Oid != _algorithm.Oid)
            throw new AsnContentException("the certificate has two different signature algorithms");
        Issuer = new(body.ReadEncodedValue());
        var validity = body.ReadSequence();
        (NotBefore, NotAfter) = (validity.ReadTime(), validity.ReadTime());
        validity.ThrowIfNotEmpty();
        Subject = new(body.ReadEncodedValue());
        var key = body.ReadEncodedValue();
        KeyFingerprint = Convert.ToHexString(SHA256.HashData(key.Span));
        // Concurrent reads are harmless, and a failure is not cached.
        _key = new(() => VerificationKey.Read(key), LazyThreadSafetyMode.PublicationOnly);
        Extensions = ReadExtensions(body);
        SubjectKey = Extensions.Find(SubjectKeyId)?.ReadOctetString();
        AuthorityKey = ReadAuthorityKey(Extensions.Find(AuthorityKeyId));
        Usage = ReadUsage(Extensions.Find(KeyUsage));
        (IsAuthority, PathLength) = ReadConstraints(Extensions.Find(BasicConstraints));
        Purposes = ReadPurposes(Extensions.Find(ExtendedKeyUsage));
    }

    public ReadOnlyMemory<byte> Encoded { get; }
    /// <summary>Big-endian, as in the encoding.</summary>
    public ReadOnlyMemory<byte> SerialNumber { get; }
    public DistinguishedName Issuer { get; }
    public DistinguishedName Subject { get; }
    public DateTimeOffset NotBefore { get; }
    public DateTimeOffset NotAfter { get; }
    public ExtensionSet Extensions { get; }
    public byte[]? SubjectKey { get; }
    /// <summary>Identifier of the issuer's key.</summary>
    public byte[]? AuthorityKey { get; }
    /// <summary>Null when the certificate has no restriction.</summary>
    public KeyUsages? Usage { get; }
    public bool IsAuthority { get; }
    /// <summary>Maximum number of further authorities below this one.</summary>
    public int? PathLength { get; }
    /// <summary>Extended key usages; null when the certificate has no such extension.</summary>
    public IReadOnlyList<string>? Purposes { get; }

    /// <summary>SHA-256 of the key with its parameters.</summary>
    public string KeyFingerprint { get; }

    /// <exception cref="AsnContentException">The key is not of an accepted kind.</exception>
    public VerificationKey Key => _key.Value;

    /// <summary>A critical extension that is not supported; null when there is none.</summary>
    public string? UnknownCritical => Extensions.CriticalBeyond(SupportedExtensions);

    /// <summary>The serial number, for people: it identifies a certificate without identifying a person.</summary>
    public string Number => Convert.ToHexString(SerialNumber.Span);

    /// <summary>
    /// For people: the name of an authority or time-stamp authority; otherwise the number, because the name would be a person's.
    /// </summary>
    public string Label => IsAuthority || IsForTimestamps ? $"'{Subject.Label ?? Number}'" : Number;

    /// <summary>The certificate is of a time-stamp authority.</summary>
    public bool IsForTimestamps => Purposes?.Contains(TimestampPurpose) == true;

    /// <summary>The certificate says where the delta lists of its issuer are.</summary>
    public bool NamesDelta => Extensions.Has(FreshestList);

    /// <exception cref="AsnContentException">They are malformed.</exception>
    public QualifiedStatements Qualified => QualifiedStatements.Read(Extensions.Find(QualifiedStatementList));

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoded.Span));

    /// <summary>The name of the certificate is that of its issuer, and its own key has signed it.</summary>
    /// <exception cref="AsnContentException">The key is not of an accepted kind.</exception>
    public bool IsSelfSigned => Subject.Equals(Issuer) && IsSignedBy(this);

    /// <exception cref="AsnContentException">It is not a certificate.</exception>
    public static Certificate Read(ReadOnlyMemory<byte> encoded) => new(encoded);

    public bool IsSignedBy(Certificate issuer) => issuer.Key.Verifies(_algorithm, null, _signed.Span, _signature, SignatureForm.Wrapped);

    public bool IsSameAs(Certificate other) => Encoded.Span.SequenceEqual(other.Encoded.Span);

    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    private static ExtensionSet ReadExtensions(AsnReader body)
    {
        var extensions = ExtensionSet.Empty;
        while (body.HasData)
        {
            // The unique identifiers of version 2 precede the extensions and are ignored.
            if (body.NextIs(new Asn1Tag(TagClass.ContextSpecific, 3)))
                extensions = ExtensionSet.Read(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)));
            else
                body.ReadEncodedValue();
        }
        return extensions;
    }

    /// <summary>A hint to choose between several issuers; some programs write it in a non-standard form, which is ignored.</summary>
    private static byte[]? ReadAuthorityKey(AsnReader? extension)
    {
        if (extension?.NextIs(Asn1Tag.Sequence) != true)
            return null;
        var key = new Asn1Tag(TagClass.ContextSpecific, 0);
        var sequence = extension.ReadSequence();
        return sequence.NextIs(key) ? sequence.ReadOctetString(key) : null;
    }

    private static KeyUsages? ReadUsage(AsnReader? extension)
    {
        if (extension is null)
            return null;
        var bits = extension.ReadBitString(out _);
        var usage = KeyUsages.None;
        for (var bit = 0; bit < 8 && bits.Length > 0; bit++)
        {
            if ((bits[0] & (0x80 >> bit)) != 0)
                usage |= (KeyUsages)(1 << bit);
        }
        return usage;
    }

    private static (bool IsAuthority, int? PathLength) ReadConstraints(AsnReader? extension)
    {
        var sequence = extension?.ReadSequence();
        var isAuthority = sequence?.NextIs(Asn1Tag.Boolean) == true && sequence.ReadBoolean();
        return (isAuthority, sequence?.NextIs(Asn1Tag.Integer) == true ? sequence.ReadSmallNumber() : null);
    }

    private static List<string>? ReadPurposes(AsnReader? extension)
    {
        if (extension is null)
            return null;
        var purposes = new List<string>();
        for (var sequence = extension.ReadSequence(); sequence.HasData;)
            purposes.Add(sequence.ReadOid());
        return purposes;
    }
}

/// <summary>Permitted uses of a key; the value is the bit of the extension.</summary>
[Flags]
public enum KeyUsages
{
    None = 0,
    DigitalSignature = 1 << 0,
    NonRepudiation = 1 << 1,
    CertificateSigning = 1 << 5,
    RevocationListSigning = 1 << 6,
}
