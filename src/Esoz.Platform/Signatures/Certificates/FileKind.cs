using System.Formats.Asn1;
using System.Text;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>What a file is, for explanations: people send containers in many wrappings, and other files in their place.</summary>
/// <param name="Name">The kind, to follow "it is".</param>
/// <param name="Inside">The CMS within a wrapping; empty when there is none.</param>
/// <param name="IsBase64">The wrapping is plain base64, as in <c>data</c> of a request.</param>
public sealed record FileKind(string Name, ReadOnlyMemory<byte> Inside = default, bool IsBase64 = false)
{
    public const string Json = "plain JSON without a signature";

    /// <summary>How far a name that identifies the kind may be from the beginning.</summary>
    private const int Head = 4096;

    private const int MaxTransportHeader = 64;

    /// <summary>Object identifiers of the content types of CMS and PKCS #7 begin with this; SignedData has 2.</summary>
    private const string CmsPrefix = "1.2.840.113549.1.7.";

    internal const string SignedOid = CmsPrefix + "2";

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    public static FileKind Of(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var start = bytes.StartsWith(Utf8Mark) ? bytes[Utf8Mark.Length..] : bytes;
        var text = start.TrimStart(" \t\r\n"u8);
        return bytes.IsEmpty ? new("an empty file")
            : bytes.StartsWith("UA1_SIGN"u8) ? new("a UA1_SIGN container: a header of its own before the CMS", FindCms(file))
            : bytes.StartsWith("UA1_CRYPT"u8) ? new("a UA1_CRYPT container: encrypted")
            : bytes.StartsWith("TRANSPORTABLE"u8) || bytes.StartsWith("CERTCRYPT"u8) ? new("a transport container of tax reports")
            : bytes.StartsWith("PK\x03\x04"u8) ? new(IsAsic(bytes) ? "an ASiC container (ZIP)" : "a ZIP archive")
            : bytes.StartsWith("%PDF-"u8) ? new("a PDF document")
            : bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? new("gzip")
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xED, 0xFE, 0xED]) ? new("a Java key store")
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? new("text in UTF-16")
            : bytes.IndexOf("-----BEGIN "u8) is >= 0 and < Head ? OfPem(bytes)
            : text.StartsWith("<"u8) ? new(text.IndexOf("Signature"u8) >= 0 ? "a signed XML document" : "an XML document")
            : text.StartsWith("{"u8) || text.StartsWith("["u8) ? new(Json)
            : bytes[0] == 0x30 ? new(NameOfDer(file))
            : OfBase64(bytes) ?? new(IsText(start) ? "plain text" : "a file of an unknown kind");
    }

    private static FileKind OfPem(ReadOnlySpan<byte> bytes)
    {
        var block = PemBlock.ReadAll(bytes).FirstOrDefault();
        return block is null ? new("damaged PEM")
            : new($"PEM of {block.Label}", block.Content is { } content && IsCms(content) ? content : default(ReadOnlyMemory<byte>));
    }

    private static FileKind? OfBase64(ReadOnlySpan<byte> bytes)
    {
        if (!IsText(bytes))
            return null;
        var text = Encoding.ASCII.GetString(bytes).Replace('-', '+').Replace('_', '/');
        var decoded = new byte[text.Length];
        if (!Convert.TryFromBase64String(Padded(text), decoded, out var length) || length == 0)
            return null;
        var inside = decoded.AsMemory(0, length);
        return decoded[0] == 0x30 && IsCms(inside) ? new("base64 of a CMS", inside, IsBase64: true)
            : length > 16 ? new($"base64 of {Of(inside).Name}")
            : null;
    }

    private static string Padded(string text)
    {
        var compact = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
        return compact.PadRight((compact.Length + 3) / 4 * 4, '=');
    }

    private static string NameOfDer(ReadOnlyMemory<byte> file)
    {
        try
        {
            var reader = AsnReading.Open(file);
            var outer = reader.ReadSequence();
            var isCut = reader.HasData ? ", and more bytes follow" : "";
            if (outer.NextIs(Asn1Tag.ObjectIdentifier))
                return NameOfCms(outer.ReadOid()) + isCut;
            if (outer.NextIs(Asn1Tag.Integer))
                return (outer.ReadSmallNumber() == 3 ? "a key store (PKCS #12)" : "a private key") + isCut;
            var inner = outer.ReadSequence();
            return (inner.NextIs(Asn1Tag.Integer) && outer.NextIs(new Asn1Tag(TagClass.ContextSpecific, 0)) ? "an encrypted key"
                : TrustFile.IsList(inner) ? "a revocation list" : "a certificate or another structure of ASN.1") + isCut;
        }
        catch (AsnContentException)
        {
            return "damaged or incomplete ASN.1";
        }
    }

    private static string NameOfCms(string oid) => oid switch
    {
        SignedOid => "a CMS SignedData",
        CmsPrefix + "1" => "a CMS of plain data, not signed",
        CmsPrefix + "3" => "a CMS EnvelopedData: encrypted, not signed",
        CmsPrefix + "5" => "a CMS DigestedData, not signed",
        CmsPrefix + "6" => "a CMS EncryptedData: encrypted, not signed",
        _ => $"ASN.1 of the type {oid}",
    };

    private static bool IsCms(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = AsnReading.Open(bytes);
            return reader.NextIs(Asn1Tag.Sequence) && reader.ReadSequence() is var outer && outer.NextIs(Asn1Tag.ObjectIdentifier)
                && outer.ReadOid() == SignedOid;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> FindCms(ReadOnlyMemory<byte> file)
    {
        for (var at = 0; at < Math.Min(MaxTransportHeader, file.Length); at++)
        {
            if (file.Span[at] == 0x30 && IsCms(file[at..]))
                return file[at..];
        }
        return default;
    }

    private static bool IsAsic(ReadOnlySpan<byte> zip) =>
        zip.IndexOf("application/vnd.etsi.asic"u8) >= 0 || zip.IndexOf("META-INF/signature"u8) >= 0;

    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && bytes.IndexOfAnyInRange((byte)0, (byte)8) < 0;
}
