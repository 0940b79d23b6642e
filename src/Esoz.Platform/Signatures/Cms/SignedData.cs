using System.Formats.Asn1;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Cms;

/// <summary>
/// A CMS SignedData (RFC 5652 §5.1, PKCS #7), BER or DER. Parsing checks only the structure; signers are parsed on
/// demand, so that their number can be checked first.
/// </summary>
public sealed class SignedData
{
    public const string Oid = "1.2.840.113549.1.7.2";

    /// <summary>Content type of plain bytes.</summary>
    public const string Data = "1.2.840.113549.1.7.1";

    private const int MaxCertificates = 16;
    private const int MaxSigners = 16;

    private static readonly Asn1Tag Inside = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag CertificateSet = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ListSet = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private SignedData(AsnReader body)
    {
        body.ReadSmallNumber();
        body.ReadSetOf(skipSortOrderValidation: true);
        var content = body.ReadSequence();
        ContentType = content.ReadOid();
        HasContent = content.HasData;
        Content = HasContent ? ReadContent(content) : [];
        Certificates = body.NextIs(CertificateSet) ? ReadCertificates(body.ReadSetOf(skipSortOrderValidation: true, CertificateSet)) : [];
        if (body.NextIs(ListSet))
            body.ReadEncodedValue();
        Signers = Encoded(body.ReadSetOf(skipSortOrderValidation: true), MaxSigners);
        body.ThrowIfNotEmpty();
    }

    public string ContentType { get; }

    /// <summary>False for a detached signature.</summary>
    public bool HasContent { get; }

    public byte[] Content { get; }

    public IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>The signers, encoded.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Signers { get; }

    /// <exception cref="AsnContentException">It is not such a structure, or there is trailing data.</exception>
    public static SignedData Read(ReadOnlyMemory<byte> encoded)
    {
        var outer = AsnReading.ReadWholeSequence(encoded);
        if (outer.ReadOid() != Oid)
            throw new AsnContentException("not a CMS SignedData");
        var explicitly = outer.ReadSequence(Inside);
        outer.ThrowIfNotEmpty();
        var body = explicitly.ReadSequence();
        explicitly.ThrowIfNotEmpty();
        return new SignedData(body);
    }

    private static byte[] ReadContent(AsnReader content)
    {
        var inside = content.ReadSequence(Inside);
        content.ThrowIfNotEmpty();
        var bytes = inside.ReadOctetString();
        inside.ThrowIfNotEmpty();
        return bytes;
    }

    /// <summary>Skips attribute certificates and other objects that the set may contain.</summary>
    internal static List<Certificate> ReadCertificates(AsnReader set) =>
        [.. Encoded(set, MaxCertificates).Where(it => AsnReading.Open(it).NextIs(Asn1Tag.Sequence)).Select(Certificate.Read)];

    private static List<ReadOnlyMemory<byte>> Encoded(AsnReader set, int max)
    {
        var values = new List<ReadOnlyMemory<byte>>();
        while (set.HasData)
        {
            values.Add(set.ReadEncodedValue());
            if (values.Count > max)
                throw new AsnContentException($"there are more than {max} certificates or signers");
        }
        return values;
    }
}
