using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Cms;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Sandbox.Signatures;

/// <summary>
/// Forms of a container beyond the usual one, each of which a real program writes.
/// </summary>
internal sealed record ContainerForm
{
    /// <summary>Authorities that stamp the signature value: CAdES-T.</summary>
    public IReadOnlyList<KeyPair> SignatureStamps { get; init; } = [];

    /// <summary>Authorities that stamp the content.</summary>
    public IReadOnlyList<KeyPair> ContentStamps { get; init; } = [];

    /// <summary>What content time stamps are made of; null for the content.</summary>
    public byte[]? StampedContent { get; init; }

    /// <summary>What signature time stamps are made of; null for the signature value.</summary>
    public byte[]? StampedSignature { get; init; }

    /// <summary>The time of the time stamps; null for that of the signature.</summary>
    public DateTimeOffset? StampedAt { get; init; }

    /// <summary>Time stamps leave the certificate of their authority out.</summary>
    public bool OmitsStampCertificate { get; init; }

    /// <summary>The signed attributes are not sorted, but signed over their DER.</summary>
    public bool IsUnsorted { get; init; }

    /// <summary>Certificates of the attribute certificate-values: CAdES-X Long.</summary>
    public IReadOnlyList<Certificate> CertificateValues { get; init; } = [];
}

/// <summary>Writes attached CMS containers with one signer: CAdES-BES, CAdES-T, or another <see cref="ContainerForm"/>.</summary>
internal static class ContainerWriter
{
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag One = new(TagClass.ContextSpecific, 1, isConstructed: true);

    public static byte[] Sign(ReadOnlyMemory<byte> content, KeyPair signer, KeyPair timestampAuthority, DateTimeOffset at) =>
        Sign(content, signer, new ContainerForm { SignatureStamps = [timestampAuthority] }, at);

    public static byte[] Sign(ReadOnlyMemory<byte> content, KeyPair signer, ContainerForm form, DateTimeOffset at) =>
        Write(SignedData.Data, content, signer, form, at);

    /// <summary>A time-stamp token for a signature value or a content (RFC 3161).</summary>
    public static byte[] Stamp(ReadOnlyMemory<byte> stamped, KeyPair authority, DateTimeOffset at, bool omitsCertificate = false)
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
                info.WriteOctetString(authority.Key.Digest.Hash(stamped.Span));
            }
            info.WriteIntegerUnsigned(PositiveNumber());
            info.WriteGeneralizedTime(at, omitFractionalSeconds: true);
        }
        return Write(TimestampToken.ContentType, info.Encode(), authority, new(), at, omitsCertificate);
    }

    private static byte[] Write(
        string contentType, ReadOnlyMemory<byte> content, KeyPair signer, ContainerForm form, DateTimeOffset at,
        bool omitsCertificate = false)
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
                if (!omitsCertificate)
                {
                    using (writer.PushSetOf(Zero))
                        writer.WriteEncodedValue(signer.Certificate.Encoded.Span);
                }
                using (writer.PushSetOf())
                    WriteSigner(writer, digest, SignedAttributes(contentType, content, signer, form, at), signer, form, at);
            }
        }
        return writer.Encode();
    }

    private static void WriteSigner(
        AsnWriter writer, AlgorithmIdentifier digest, byte[] attributes, KeyPair signer, ContainerForm form, DateTimeOffset at)
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
            var written = form.IsUnsorted ? Reversed(attributes) : attributes;
            written[0] = 0xA0;
            writer.WriteEncodedValue(written);
            signer.Key.Algorithm.Write(writer);
            writer.WriteOctetString(signature);
            if (form.SignatureStamps.Count > 0 || form.CertificateValues.Count > 0)
            {
                using (writer.PushSetOf(One))
                    WriteUnsigned(writer, signature, form, at);
            }
        }
    }

    private static void WriteUnsigned(AsnWriter writer, byte[] signature, ContainerForm form, DateTimeOffset at)
    {
        if (form.SignatureStamps.Count > 0)
            WriteStamps(writer, AttributeTable.SignatureTimestamp, form.SignatureStamps, form.StampedSignature ?? signature, form, at);
        if (form.CertificateValues.Count > 0)
            WriteAttribute(writer, AttributeTable.CertificateValues, value =>
            {
                using (value.PushSequence())
                {
                    foreach (var certificate in form.CertificateValues)
                        value.WriteEncodedValue(certificate.Encoded.Span);
                }
            });
    }

    private static void WriteStamps(
        AsnWriter writer, string oid, IReadOnlyList<KeyPair> authorities, ReadOnlyMemory<byte> stamped, ContainerForm form,
        DateTimeOffset at) => WriteAttribute(writer, oid, value =>
        {
            foreach (var authority in authorities)
                value.WriteEncodedValue(Stamp(stamped, authority, form.StampedAt ?? at, form.OmitsStampCertificate));
        });

    /// <summary>The attributes in the opposite order, which is never that of DER.</summary>
    private static byte[] Reversed(byte[] attributes)
    {
        var reader = new AsnReader(attributes, AsnEncodingRules.DER).ReadSetOf();
        var parts = new List<ReadOnlyMemory<byte>>();
        while (reader.HasData)
            parts.Insert(0, reader.ReadEncodedValue());
        var length = parts.Sum(part => part.Length);
        return [.. attributes.AsSpan(0, attributes.Length - length), .. parts.SelectMany(part => part.ToArray())];
    }

    private static byte[] SignedAttributes(
        string contentType, ReadOnlyMemory<byte> content, KeyPair signer, ContainerForm form, DateTimeOffset at)
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
            if (form.ContentStamps.Count > 0)
                WriteStamps(writer, AttributeTable.ContentTimestamp, form.ContentStamps, form.StampedContent ?? content, form, at);
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
