using System.Formats.Asn1;

namespace Esoz.Sandbox.Signatures;

/// <summary>An extension of a certificate or of a revocation list (RFC 5280 §4.1).</summary>
internal static class CertificateExtension
{
    /// <param name="write">Writes the value.</param>
    public static void Write(AsnWriter writer, string oid, bool isCritical, Action<AsnWriter> write)
    {
        var value = new AsnWriter(AsnEncodingRules.DER);
        write(value);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (isCritical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(value.Encode());
        }
    }
}
