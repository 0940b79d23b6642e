using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Sandbox.Signatures;

/// <summary>Signs certificates and revocation lists.</summary>
/// <param name="key">Key of the issuer.</param>
/// <param name="name">Name of the issuer, encoded.</param>
internal sealed class CertificateIssuer(SigningKey key, ReadOnlyMemory<byte> name)
{
    private const int SerialNumberLength = 16;

    /// <summary>A self-signed certificate.</summary>
    public static KeyPair SelfSigned(SigningKey key, CertificateRequest request) =>
        new(key, new CertificateIssuer(key, request.Subject).Issue(request));

    public static CertificateIssuer Of(KeyPair authority) => new(authority.Key, authority.Certificate.Subject.Encoded);

    public Certificate Issue(CertificateRequest request)
    {
        var body = new AsnWriter(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                body.WriteInteger(2);
            body.WriteIntegerUnsigned(NewSerialNumber());
            key.Algorithm.Write(body);
            body.WriteEncodedValue(name.Span);
            using (body.PushSequence())
            {
                WriteTime(body, request.NotBefore);
                WriteTime(body, request.NotAfter);
            }
            body.WriteEncodedValue(request.Subject);
            body.WriteEncodedValue(request.SubjectPublicKeyInfo);
            using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                request.WriteExtensions(body, KeyId(request.SubjectPublicKeyInfo), KeyId(key.SubjectPublicKeyInfo));
        }
        return Certificate.Read(Sign(body.Encode()));
    }

    /// <summary>A revocation list.</summary>
    /// <param name="revoked">Serial numbers, each with the time of its revocation.</param>
    /// <param name="form">Complete or delta; null for a complete list without a number.</param>
    public byte[] IssueList(
        IEnumerable<(ReadOnlyMemory<byte> SerialNumber, DateTimeOffset At)> revoked, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate,
        ListForm? form = null)
    {
        var entries = revoked.ToList();
        var body = new AsnWriter(AsnEncodingRules.DER);
        using (body.PushSequence())
        {
            body.WriteInteger(1);
            key.Algorithm.Write(body);
            body.WriteEncodedValue(name.Span);
            WriteTime(body, thisUpdate);
            WriteTime(body, nextUpdate);
            if (entries.Count > 0)
            {
                using (body.PushSequence())
                {
                    foreach (var (serialNumber, at) in entries)
                    {
                        using (body.PushSequence())
                        {
                            body.WriteInteger(serialNumber.Span);
                            WriteTime(body, at);
                        }
                    }
                }
            }
            if (form is not null)
            {
                using (body.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                using (body.PushSequence())
                    form.Write(body);
            }
        }
        return Sign(body.Encode());
    }

    private byte[] Sign(byte[] body)
    {
        var signed = new AsnWriter(AsnEncodingRules.DER);
        using (signed.PushSequence())
        {
            signed.WriteEncodedValue(body);
            key.Algorithm.Write(signed);
            signed.WriteBitString(key.Sign(body, SignatureForm.Wrapped));
        }
        return signed.Encode();
    }

    private static byte[] NewSerialNumber()
    {
        var number = RandomNumberGenerator.GetBytes(SerialNumberLength);
        number[0] = (byte)((number[0] & 0x3F) | 0x40);
        return number;
    }

    /// <summary>Any identifier is valid if it is always the same for a key.</summary>
    private static byte[] KeyId(byte[] subjectPublicKeyInfo) => SHA256.HashData(subjectPublicKeyInfo)[..20];

    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.Year < 2050)
            writer.WriteUtcTime(time);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }
}
