using System.Formats.Asn1;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>
/// The mark of certificates of a test authority: a comment (the extension that <c>openssl x509 -text</c> shows as Netscape Comment). Their
/// private keys protect nothing, so production does not trust them.
/// </summary>
public static class TestMark
{
    public const string Extension = "2.16.840.1.113730.1.13";
    public const string Text = "Esoz test authority: not for production";

    /// <summary>Authorities made before the mark was introduced have only this beginning of their names.</summary>
    private const string NameBegin = "Esoz test ";

    public static bool IsOn(Certificate certificate) =>
        certificate.Subject.Label?.StartsWith(NameBegin, StringComparison.Ordinal) == true || HasComment(certificate);

    public static void Write(AsnWriter value) => value.WriteCharacterString(UniversalTagNumber.IA5String, Text);

    private static bool HasComment(Certificate certificate)
    {
        try
        {
            return certificate.Extensions.Find(Extension)?.ReadAnyText() == Text;
        }
        catch (AsnContentException)
        {
            // A comment of somebody else.
            return false;
        }
    }
}
