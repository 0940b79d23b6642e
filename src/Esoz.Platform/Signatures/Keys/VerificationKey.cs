using System.Formats.Asn1;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>In what form a signature value stands.</summary>
internal enum SignatureForm
{
    /// <summary>As in a CMS signer: for DSTU 4145 the bytes of r and s.</summary>
    Bare,
    /// <summary>
    /// As in a certificate or revocation list: for DSTU 4145 an OCTET STRING around them. The same as <see cref="Bare"/> for all others.
    /// </summary>
    Wrapped,
}

/// <summary>A public key of a kind that is accepted (compositions §14): DSTU 4145, RSA, ECDSA.</summary>
internal abstract class VerificationKey
{
    /// <summary>Kind and size, for people.</summary>
    public abstract string Name { get; }

    /// <summary>The substitution that GOST 34.311 is used with for signers who have this key.</summary>
    public virtual SubstitutionBox Box => SubstitutionBox.First;

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <exception cref="AsnContentException">It is malformed, or a key that is not accepted; the message says why.</exception>
    public static VerificationKey Read(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var sequence = AsnReading.ReadWholeSequence(subjectPublicKeyInfo);
        var algorithm = AlgorithmIdentifier.Read(sequence);
        var key = sequence.ReadWholeBytes();
        sequence.ThrowIfNotEmpty();
        return DstuAlgorithm.ByOid(algorithm.Oid) is { } dstu ? DstuVerificationKey.Read(dstu, algorithm.Parameters, key)
            : algorithm.Oid == RsaVerificationKey.Oid ? RsaVerificationKey.Read(subjectPublicKeyInfo)
            : algorithm.Oid == EcdsaVerificationKey.Oid ? EcdsaVerificationKey.Read(algorithm.Parameters, subjectPublicKeyInfo)
            : throw new AsnContentException($"the kind of key {algorithm.Oid} is not accepted");
    }

    /// <summary>
    /// Whether <paramref name="signature"/> is this key's over <paramref name="data"/>. An algorithm that is unknown, too weak or not the
    /// key's is a signature that is not good.
    /// </summary>
    /// <param name="digest">The signer's digest algorithm, for signature algorithms that name none; null in certificates.</param>
    public abstract bool Verifies(
        AlgorithmIdentifier algorithm, DigestAlgorithm? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureForm form);
}
