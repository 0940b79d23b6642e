using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Dstu;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Sandbox.Signatures;

/// <summary>Kinds of keys that the test authority creates.</summary>
public enum LabAlgorithm
{
    /// <summary>DSTU 4145, m = 257, with GOST 34.311.</summary>
    Dstu,
    /// <summary>ECDSA, P-256, with SHA-256.</summary>
    Ecdsa,
}

/// <summary>
/// A private key of the test authority, for tests only: the time of a DSTU 4145 signature depends on the key. In PKCS #8 the
/// private value of a DSTU 4145 key is an OCTET STRING, little-endian.
/// </summary>
internal abstract class SigningKey : IDisposable
{
    /// <summary>For both certificates and containers.</summary>
    public abstract AlgorithmIdentifier Algorithm { get; }

    public abstract DigestAlgorithm Digest { get; }

    public abstract byte[] SubjectPublicKeyInfo { get; }

    public abstract byte[] Pkcs8 { get; }

    public abstract byte[] Sign(ReadOnlySpan<byte> data, SignatureForm form);

    public static SigningKey Create(LabAlgorithm algorithm) => algorithm switch
    {
        LabAlgorithm.Dstu => new DstuSigningKey(
            DstuAlgorithm.LittleEndian, new(DstuCurve.Usual, SubstitutionBox.First), DstuSecret.Random(DstuCurve.Usual)),
        LabAlgorithm.Ecdsa => new EcdsaSigningKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)),
    };

    /// <exception cref="AsnContentException">It is not a key of a kind that the test authority creates.</exception>
    /// <exception cref="CryptographicException">The same.</exception>
    public static SigningKey Read(ReadOnlyMemory<byte> pkcs8)
    {
        var info = AsnReading.ReadWholeSequence(pkcs8);
        info.ReadSmallNumber();
        var algorithm = AlgorithmIdentifier.Read(info);
        if (DstuAlgorithm.ByOid(algorithm.Oid) is { } dstu)
        {
            var parameters = DstuParameters.Read(dstu, algorithm.Parameters);
            return new DstuSigningKey(dstu, parameters, DstuSecret.Read(parameters.Curve, info.ReadOctetString()));
        }
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8.Span, out _);
        return new EcdsaSigningKey(key);
    }

    public abstract void Dispose();
}

/// <inheritdoc/>
internal sealed class DstuSigningKey(DstuAlgorithm algorithm, DstuParameters parameters, DstuSecret secret) : SigningKey
{
    public override AlgorithmIdentifier Algorithm { get; } = new(algorithm.Oid, default);

    public override DigestAlgorithm Digest => algorithm.Digest;

    public override byte[] SubjectPublicKeyInfo
    {
        get
        {
            var key = new AsnWriter(AsnEncodingRules.DER);
            key.WriteOctetString(algorithm.Ordered(secret.PublicKey));
            var info = new AsnWriter(AsnEncodingRules.DER);
            using (info.PushSequence())
            {
                KeyAlgorithm.Write(info);
                info.WriteBitString(key.Encode());
            }
            return info.Encode();
        }
    }

    public override byte[] Pkcs8
    {
        get
        {
            var info = new AsnWriter(AsnEncodingRules.DER);
            using (info.PushSequence())
            {
                info.WriteInteger(0);
                KeyAlgorithm.Write(info);
                info.WriteOctetString(secret.Bytes);
            }
            return info.Encode();
        }
    }

    private AlgorithmIdentifier KeyAlgorithm => new(algorithm.Oid, parameters.Encode());

    public override byte[] Sign(ReadOnlySpan<byte> data, SignatureForm form)
    {
        var value = algorithm.Ordered(secret.Sign(algorithm.Digest.Hash(data, parameters.Box)));
        if (form == SignatureForm.Bare)
            return value;
        var wrapped = new AsnWriter(AsnEncodingRules.DER);
        wrapped.WriteOctetString(value);
        return wrapped.Encode();
    }

    public override void Dispose()
    {
        // It holds only numbers.
    }
}

/// <inheritdoc/>
internal sealed class EcdsaSigningKey(ECDsa key) : SigningKey
{
    public override AlgorithmIdentifier Algorithm { get; } = new("1.2.840.10045.4.3.2", default);

    public override DigestAlgorithm Digest => DigestAlgorithm.Sha256;

    public override byte[] SubjectPublicKeyInfo => key.ExportSubjectPublicKeyInfo();

    public override byte[] Pkcs8 => key.ExportPkcs8PrivateKey();

    public override byte[] Sign(ReadOnlySpan<byte> data, SignatureForm form) =>
        key.SignData(data.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public override void Dispose() => key.Dispose();
}
