using System.Formats.Asn1;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Cms;

/// <summary>One signer of a CMS (RFC 5652 §5.3). Parsing checks only the structure.</summary>
public sealed class SignerInfo
{
    private static readonly Asn1Tag SignedSet = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag UnsignedSet = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag KeyId = new(TagClass.ContextSpecific, 0);

    private const byte SetTag = (byte)UniversalTagNumber.SetOf | 0x20;

    private readonly DistinguishedName? _issuer;
    private readonly ReadOnlyMemory<byte> _serialNumber;
    private readonly byte[]? _subjectKey;
    private readonly byte[] _signedBytes = [];

    public SignerInfo(ReadOnlyMemory<byte> encoded)
    {
        var signer = AsnReading.ReadWholeSequence(encoded);
        signer.ReadSmallNumber();
        if (signer.NextIs(KeyId))
            _subjectKey = signer.ReadOctetString(KeyId);
        else
        {
            var issuerAndNumber = signer.ReadSequence();
            _issuer = new(issuerAndNumber.ReadEncodedValue());
            _serialNumber = issuerAndNumber.ReadIntegerBytes();
            issuerAndNumber.ThrowIfNotEmpty();
        }
        Digest = AlgorithmIdentifier.Read(signer);
        if (signer.NextIs(SignedSet))
        {
            _signedBytes = signer.PeekEncodedValue().ToArray();
            // The signature covers the SET encoding, regardless of the tag here.
            _signedBytes[0] = SetTag;
            Signed = AttributeTable.Read(signer.ReadSetOf(skipSortOrderValidation: true, SignedSet));
        }
        Algorithm = AlgorithmIdentifier.Read(signer);
        Signature = signer.ReadOctetString();
        if (signer.HasData)
            Unsigned = AttributeTable.Read(signer.ReadSetOf(skipSortOrderValidation: true, UnsignedSet));
        signer.ThrowIfNotEmpty();
    }

    public AlgorithmIdentifier Digest { get; }

    public AlgorithmIdentifier Algorithm { get; }

    public AttributeTable? Signed { get; }

    public AttributeTable? Unsigned { get; }

    public byte[] Signature { get; }

    /// <summary>Signing time claimed by the signer; null when there is none.</summary>
    public DateTimeOffset? SigningTime => Signed?.Single(AttributeTable.SigningTime) is { } time ? AsnReading.Open(time).ReadTime() : null;

    /// <summary>Certificates that CAdES-X Long adds to those of the container.</summary>
    /// <exception cref="AsnContentException">The attribute is malformed, or there are too many.</exception>
    public IReadOnlyList<Certificate> CertificateValues => Unsigned?.Single(AttributeTable.CertificateValues) is { } values
        ? SignedData.ReadCertificates(AsnReading.Open(values).ReadSequence()) : [];

    public bool Names(Certificate certificate) => _subjectKey is not null
        ? certificate.SubjectKey?.AsSpan().SequenceEqual(_subjectKey) == true
        : certificate.Issuer.Equals(_issuer) && certificate.SerialNumber.Span.SequenceEqual(_serialNumber.Span);

    /// <summary>
    /// The reason why this is not a signature of the content by the certificate's key; null when it is. The attributes content-type and
    /// message-digest are mandatory, as CAdES requires; an attribute that identifies the certificate must identify this one.
    /// </summary>
    public string? Fault(string contentType, ReadOnlySpan<byte> content, Certificate certificate)
    {
        if (Signed is null)
            return "there are no signed attributes";
        if (DigestAlgorithm.ByOid(Digest.Oid) is not { } digest)
            return $"the digest {Digest.Oid} is not accepted";
        if (Signed.Single(AttributeTable.ContentType) is not { } type || AsnReading.Open(type).ReadOid() != contentType)
            return "the signed attribute content-type does not name the type of the content";
        var key = certificate.Key;
        if (Signed.Single(AttributeTable.MessageDigest) is not { } hash
            || !AsnReading.Open(hash).ReadOctetString().AsSpan().SequenceEqual(digest.Hash(content, key.Box)))
            return "the signed attribute message-digest is not the digest of the content";
        if (Signed.Has(AttributeTable.SigningCertificate) && !NamesByHash(certificate))
            return "the signed attribute signing-certificate-v2 names another certificate";
        return key.Verifies(Algorithm, digest, _signedBytes, Signature, SignatureForm.Bare) || IsOverSorted(key, digest)
            ? null
            : $"the signature value is wrong ({key.Name}, {digest.Name})";
    }

    /// <summary>
    /// Whether the signature covers the DER of the attributes (RFC 5652 §5.4), where the container has them in another order or with
    /// another form of length.
    /// </summary>
    private bool IsOverSorted(VerificationKey key, DigestAlgorithm digest)
    {
        var sorted = Sorted(_signedBytes);
        return !sorted.AsSpan().SequenceEqual(_signedBytes) && key.Verifies(Algorithm, digest, sorted, Signature, SignatureForm.Bare);
    }

    private static byte[] Sorted(ReadOnlyMemory<byte> set)
    {
        var attributes = new List<ReadOnlyMemory<byte>>();
        for (var reader = AsnReading.Open(set).ReadSetOf(skipSortOrderValidation: true); reader.HasData;)
            attributes.Add(reader.ReadEncodedValue());
        attributes.Sort((left, right) => left.Span.SequenceCompareTo(right.Span));
        var length = new AsnWriter(AsnEncodingRules.DER);
        length.WriteOctetString(new byte[attributes.Sum(attribute => attribute.Length)]);
        var encoded = length.Encode();
        var at = encoded.Length - attributes.Sum(attribute => attribute.Length);
        foreach (var attribute in attributes)
        {
            attribute.CopyTo(encoded.AsMemory(at));
            at += attribute.Length;
        }
        encoded[0] = SetTag;
        return encoded;
    }

    /// <summary>The first certificate of ESSCertIDv2 (RFC 5035) is the signer's.</summary>
    private bool NamesByHash(Certificate certificate)
    {
        if (Signed!.Single(AttributeTable.SigningCertificate) is not { } value)
            return false;
        var first = AsnReading.Open(value).ReadSequence().ReadSequence().ReadSequence();
        var digest = first.NextIs(Asn1Tag.Sequence) ? DigestAlgorithm.ByOid(AlgorithmIdentifier.Read(first).Oid) : DigestAlgorithm.Sha256;
        return digest?.Hash(certificate.Encoded.Span).AsSpan().SequenceEqual(first.ReadOctetString()) == true;
    }
}
