using System.Formats.Asn1;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>
/// Parsing of untrusted ASN.1. Unexpected data throws <see cref="AsnContentException"/>, which only the entry points convert to an outcome.
/// </summary>
public static class AsnReading
{
    /// <summary>Maximum length of an object identifier in bytes: decoding time is quadratic in the length.</summary>
    private const int MaxOidLength = 64;

    public static AsnReader Open(ReadOnlyMemory<byte> encoded) => new(encoded, AsnEncodingRules.BER);

    public static string ReadOid(this AsnReader reader) =>
        reader.PeekEncodedValue().Length <= MaxOidLength ? reader.ReadObjectIdentifier()
            : throw new AsnContentException("an object identifier is too long");

    /// <summary>The content of a file or field that must be exactly one sequence.</summary>
    public static AsnReader ReadWholeSequence(ReadOnlyMemory<byte> encoded)
    {
        var reader = Open(encoded);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        return sequence;
    }

    public static bool NextIs(this AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);

    /// <summary>A whole number from 0 to 2^31 − 1.</summary>
    public static int ReadSmallNumber(this AsnReader reader) =>
        reader.TryReadInt32(out var number) && number >= 0 ? number : throw new AsnContentException("a whole number is out of range");

    /// <summary>UTCTime or GeneralizedTime, as in certificates.</summary>
    public static DateTimeOffset ReadTime(this AsnReader reader) =>
        reader.NextIs(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    /// <summary>A bit string of whole bytes.</summary>
    public static byte[] ReadWholeBytes(this AsnReader reader)
    {
        var bytes = reader.ReadBitString(out var unused);
        return unused == 0 ? bytes : throw new AsnContentException("a bit string does not end on a byte border");
    }

    /// <summary>A character string of any kind; null for any other type.</summary>
    public static string? ReadAnyText(this AsnReader reader)
    {
        var tag = reader.PeekTag();
        return tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue is
            UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.BMPString
            or UniversalTagNumber.IA5String or UniversalTagNumber.T61String or UniversalTagNumber.NumericString
            ? reader.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : null;
    }
}
