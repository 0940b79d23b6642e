using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Cms;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Sandbox.Signatures;

/// <summary>Writes attached CMS containers with one signer: CAdES-BES, or CAdES-T with a time stamp.</summary>
internal static class ContainerWriter
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    /// <param name="timestampAuthority">Null for no time stamp.</param>
    public static byte[] Sign(ReadOnlyMemory<byte> content, KeyPair signer, KeyPair? timestampAuthority, DateTimeOffset at) =>
        Write(SignedData.Data, content, signer, at, signature => timestampAuthority is null ? null : Stamp(
            signature, timestampAuthority, at));

    /// <summary>A time-stamp token for a signature value (RFC 3161).</summary>
    public static byte[] Stamp(ReadOnlyMemory<byte> signature, KeyPair authority, DateTimeOffset at)
    {
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(1);
            // The policy of Ukrainian authorities.
            info.WriteObjectIdentifier("1.2.804.2.1.1.1.2.3.1");
            using (info.PushSequence())
            {
                new AlgorithmIdentifier(authority.Key.Digest.Oid, default).Write(info);
                info.WriteOctetString(authority.Key.Digest.Hash(signature.Span));
            }
            info.WriteIntegerUnsigned(PositiveNumber());
            info.WriteGeneralizedTime(at, omitFractionalSeconds: true);
        }
        return Write(TimestampToken.ContentType, info.Encode(), authority, at, _ => null);
    }

    private static byte[] Write(
        string contentType, ReadOnlyMemory<byte> content, KeyPair signer, DateTimeOffset at, Func<byte[], byte[]?> stamp)
    {
        var digest = new AlgorithmIdentifier(signer.Key.Digest.Oid, default);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(SignedData.Oid);
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteInteger(contentType == SignedData.Data ? 1 : 3);
                using (writer.PushSetOf())
                    digest.Write(writer);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(contentType);
                    using (writer.PushSequence(Zero))
                        writer.WriteOctetString(content.Span);
                }
                using (writer.PushSetOf(Zero))
                    writer.WriteEncodedValue(signer.Certificate.Encoded.Span);
                using (writer.PushSetOf())
                    WriteSigner(writer, digest, SignedAttributes(contentType, content, signer, at), signer, stamp);
            }
        }
        return writer.Encode();
    }

    private static void WriteSigner(
        AsnWriter writer, AlgorithmIdentifier digest, byte[] attributes, KeyPair signer, Func<byte[], byte[]?> stamp)
    {
        var signature = signer.Key.Sign(attributes, SignatureForm.Bare);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(signer.Certificate.Issuer.Encoded.Span);
                writer.WriteInteger(signer.Certificate.SerialNumber.Span);
            }
            digest.Write(writer);
            // The same bytes that were signed, under another tag.
            attributes[0] = 0xA0;
            writer.WriteEncodedValue(attributes);
            signer.Key.Algorithm.Write(writer);
            writer.WriteOctetString(signature);
            if (stamp(signature) is { } token)
            {
                using (writer.PushSetOf(One))
                    WriteAttribute(writer, AttributeTable.Timestamp, value => value.WriteEncodedValue(token));
            }
        }
    }

    private static byte[] SignedAttributes(string contentType, ReadOnlyMemory<byte> content, KeyPair signer, DateTimeOffset at)
    {
        var digest = signer.Key.Digest;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            WriteAttribute(writer, AttributeTable.ContentType, value => value.WriteObjectIdentifier(contentType));
            WriteAttribute(writer, AttributeTable.MessageDigest, value => value.WriteOctetString(digest.Hash(content.Span)));
            WriteAttribute(writer, AttributeTable.SigningTime, value => value.WriteUtcTime(at));
            WriteAttribute(writer, AttributeTable.SigningCertificate, value =>
            {
                using (value.PushSequence())
                using (value.PushSequence())
                using (value.PushSequence())
                {
                    new AlgorithmIdentifier(digest.Oid, default).Write(value);
                    value.WriteOctetString(digest.Hash(signer.Certificate.Encoded.Span));
                }
            });
        }
        return writer.Encode();
    }

    private static void WriteAttribute(AsnWriter writer, string oid, Action<AsnWriter> write)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
                write(writer);
        }
    }

    private static byte[] PositiveNumber()
    {
        var number = RandomNumberGenerator.GetBytes(8);
        number[0] = (byte)((number[0] & 0x3F) | 0x40);
        return number;
    }
}
