using System.Formats.Asn1;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Cms;

/// <summary>Attributes of a CMS signer by object identifier.</summary>
public sealed class AttributeTable
{
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string SigningCertificate = "1.2.840.113549.1.9.16.2.47";

    /// <summary>Time stamp of the signature value, unsigned (CAdES-T).</summary>
    public const string SignatureTimestamp = "1.2.840.113549.1.9.16.2.14";

    /// <summary>Time stamp of the content, signed.</summary>
    public const string ContentTimestamp = "1.2.840.113549.1.9.16.2.20";

    /// <summary>Certificates of the chains, unsigned (CAdES-X Long).</summary>
    public const string CertificateValues = "1.2.840.113549.1.9.16.2.23";

    private readonly List<(string Oid, ReadOnlyMemory<byte> Value)> _values = [];

    /// <param name="attributes">The content of a SET OF Attribute.</param>
    public static AttributeTable Read(AsnReader attributes)
    {
        var table = new AttributeTable();
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadOid();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            attribute.ThrowIfNotEmpty();
            while (values.HasData)
                table._values.Add((oid, values.ReadEncodedValue()));
        }
        return table;
    }

    public bool Has(string oid) => _values.Exists(value => value.Oid == oid);

    /// <summary>All values of an attribute, which may also occur more than once.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> All(string oid) =>
        [.. _values.Where(value => value.Oid == oid).Select(value => value.Value)];

    /// <summary>The single value of an attribute; null when it has none or more than one.</summary>
    public ReadOnlyMemory<byte>? Single(string oid)
    {
        var found = _values.FindAll(value => value.Oid == oid);
        return found.Count == 1 ? found[0].Value : default(ReadOnlyMemory<byte>?);
    }
}
