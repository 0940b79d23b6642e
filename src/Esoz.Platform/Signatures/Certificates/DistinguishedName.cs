using System.Globalization;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>A name in a certificate. Two names are equal when their encodings are equal: authorities copy names byte for byte.</summary>
public sealed class DistinguishedName(ReadOnlyMemory<byte> encoded) : IEquatable<DistinguishedName>
{
    public const string ByCommonName = "2.5.4.3";
    public const string BySurname = "2.5.4.4";
    public const string ByGivenName = "2.5.4.42";
    public const string ByOrganization = "2.5.4.10";
    public const string ByTitle = "2.5.4.12";
    public const string BySerialNumber = "2.5.4.5";
    public const string ByCountry = "2.5.4.6";

    private const int MaxLabel = 100;

    public ReadOnlyMemory<byte> Encoded { get; } = encoded;

    /// <summary>The first value of an attribute; null when there is none or it is not text.</summary>
    public string? Find(string oid)
    {
        var name = AsnReading.ReadWholeSequence(Encoded);
        while (name.HasData)
        {
            var parts = name.ReadSetOf(skipSortOrderValidation: true);
            while (parts.HasData)
            {
                var part = parts.ReadSequence();
                if (part.ReadOid() == oid)
                    return part.ReadAnyText();
            }
        }
        return null;
    }

    /// <summary>The common name or the organisation, for people: one line of at most 100 characters; null when there is neither.</summary>
    public string? Label
    {
        get
        {
            var name = Find(ByCommonName) ?? Find(ByOrganization);
            return name is null ? null
                : string.Concat(name.Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) != UnicodeCategory.Format)
                    .Take(MaxLabel));
        }
    }

    public bool Equals(DistinguishedName? other) => other is not null && Encoded.Span.SequenceEqual(other.Encoded.Span);

    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Encoded.Span);
        return hash.ToHashCode();
    }
}
