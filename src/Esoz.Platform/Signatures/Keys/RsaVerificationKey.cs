using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>An RSA key of 2048 to 8192 bits; signatures by PKCS #1 v1.5, or by PSS whose mask and salt match its hash.</summary>
public sealed class RsaVerificationKey : VerificationKey
{
    public const string Oid = "1.2.840.113549.1.1.1";

    private const string Pss = "1.2.840.113549.1.1.10";
    private const string Mask1 = "1.2.840.113549.1.1.8";

    private readonly ReadOnlyMemory<byte> _subjectPublicKeyInfo;
    private readonly int _bits;

    private RsaVerificationKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, int bits) =>
        (_subjectPublicKeyInfo, _bits) = (subjectPublicKeyInfo, bits);

    public override string Name => $"RSA, {_bits} bits";

    public static new RsaVerificationKey Read(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out _);
            return rsa.KeySize is >= 2048 and <= 8192
                ? new RsaVerificationKey(subjectPublicKeyInfo, rsa.KeySize)
                : throw new AsnContentException("an RSA key must have 2048 to 8192 bits");
        }
        catch (CryptographicException)
        {
            throw new AsnContentException("the RSA key is malformed");
        }
    }

    public override bool Verifies(
        AlgorithmIdentifier algorithm, DigestAlgorithm? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureForm form)
    {
        try
        {
            var (hash, padding) = Scheme(algorithm, digest);
            if (hash?.FrameworkName.Name is null)
                return false;
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo.Span, out _);
            return rsa.VerifyHash(hash.Hash(data, SubstitutionBox.First), signature, hash.FrameworkName, padding);
        }
        catch (Exception malformed) when (malformed is CryptographicException or AsnContentException)
        {
            return false;
        }
    }

    private static (DigestAlgorithm? Hash, RSASignaturePadding Padding) Scheme(AlgorithmIdentifier algorithm, DigestAlgorithm? digest) =>
        algorithm.Oid switch
        {
            Oid => (digest, RSASignaturePadding.Pkcs1),
            "1.2.840.113549.1.1.11" => (DigestAlgorithm.Sha256, RSASignaturePadding.Pkcs1),
            "1.2.840.113549.1.1.12" => (DigestAlgorithm.Sha384, RSASignaturePadding.Pkcs1),
            "1.2.840.113549.1.1.13" => (DigestAlgorithm.Sha512, RSASignaturePadding.Pkcs1),
            Pss => (PssHash(algorithm.Parameters), RSASignaturePadding.Pss),
            _ => (null, RSASignaturePadding.Pkcs1),
        };

    /// <summary>
    /// The hash of PSS parameters (RFC 4055); null unless the mask uses the same hash and the salt has its length. Omitted members mean
    /// SHA-1.
    /// </summary>
    private static DigestAlgorithm? PssHash(ReadOnlyMemory<byte> parameters)
    {
        var sequence = AsnReading.ReadWholeSequence(parameters);
        if (!sequence.NextIs(Member(0)))
            return null;
        var hash = DigestAlgorithm.ByOid(AlgorithmIdentifier.Read(sequence.ReadSequence(Member(0))).Oid);
        if (!sequence.NextIs(Member(1)))
            return null;
        var mask = AlgorithmIdentifier.Read(sequence.ReadSequence(Member(1)));
        if (mask.Oid != Mask1 || AlgorithmIdentifier.Read(AsnReading.Open(mask.Parameters)).Oid != hash?.Oid)
            return null;
        var salt = sequence.NextIs(Member(2)) ? sequence.ReadSequence(Member(2)).ReadSmallNumber() : 20;
        return salt == hash.Hash([]).Length ? hash : null;
    }

    private static Asn1Tag Member(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
}
