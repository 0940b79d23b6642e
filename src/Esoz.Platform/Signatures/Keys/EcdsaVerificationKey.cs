using System.Formats.Asn1;
using System.Security.Cryptography;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>An ECDSA key on P-256, P-384 or P-521, as a named curve, not with explicit parameters.</summary>
public sealed class EcdsaVerificationKey : VerificationKey
{
    public const string Oid = "1.2.840.10045.2.1";

    private readonly ReadOnlyMemory<byte> _subjectPublicKeyInfo;

    private EcdsaVerificationKey(ReadOnlyMemory<byte> subjectPublicKeyInfo, string name) =>
        (_subjectPublicKeyInfo, Name) = (subjectPublicKeyInfo, name);

    public override string Name { get; }

    public static EcdsaVerificationKey Read(ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var curve = AsnReading.Open(parameters).ReadOid() switch
        {
            "1.2.840.10045.3.1.7" => "P-256",
            "1.3.132.0.34" => "P-384",
            "1.3.132.0.35" => "P-521",
            var other => throw new AsnContentException($"the curve {other} is not accepted"),
        };
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out _);
            return new(subjectPublicKeyInfo, $"ECDSA, {curve}");
        }
        catch (CryptographicException)
        {
            throw new AsnContentException("the ECDSA key is not a point of its curve");
        }
    }

    public override bool Verifies(
        AlgorithmIdentifier algorithm, DigestAlgorithm? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureForm form)
    {
        var hash = algorithm.Oid switch
        {
            "1.2.840.10045.4.3.2" => DigestAlgorithm.Sha256,
            "1.2.840.10045.4.3.3" => DigestAlgorithm.Sha384,
            "1.2.840.10045.4.3.4" => DigestAlgorithm.Sha512,
            _ => null,
        };
        if (hash is null)
            return false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(_subjectPublicKeyInfo.Span, out _);
            return key.VerifyHash(hash.Hash(data, SubstitutionBox.First), signature, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
