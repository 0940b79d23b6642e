using System.Formats.Asn1;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>Encoding of a signature value.</summary>
public enum SignatureForm
{
    /// <summary>As in a CMS signer: for DSTU 4145 the bytes of r and s.</summary>
    Bare,
    /// <summary>
    /// As in a certificate or revocation list: for DSTU 4145 an OCTET STRING that contains them. The same as <see cref="Bare"/> for all
    /// other algorithms.
    /// </summary>
    Wrapped,
}

/// <summary>A public key of an accepted kind (compositions §14): DSTU 4145, RSA, ECDSA.</summary>
public abstract class VerificationKey
{
    /// <summary>Kind and size, for people.</summary>
    public abstract string Name { get; }

    /// <summary>The substitution box of GOST 34.311 for signers with this key.</summary>
    public virtual SubstitutionBox Box => SubstitutionBox.First;

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <exception cref="AsnContentException">It is malformed, or the key is not accepted; the message says why.</exception>
    public static VerificationKey Read(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        var sequence = AsnReading.ReadWholeSequence(subjectPublicKeyInfo);
        var algorithm = AlgorithmIdentifier.Read(sequence);
        var key = sequence.ReadWholeBytes();
        sequence.ThrowIfNotEmpty();
        return DstuAlgorithm.ByOid(algorithm.Oid) is { } dstu ? DstuVerificationKey.Read(dstu, algorithm.Parameters, key)
            : algorithm.Oid == RsaVerificationKey.Oid ? RsaVerificationKey.Read(subjectPublicKeyInfo)
            : algorithm.Oid == EcdsaVerificationKey.Oid ? EcdsaVerificationKey.Read(algorithm.Parameters, subjectPublicKeyInfo)
            : throw new AsnContentException($"the key algorithm {algorithm.Oid} is not accepted");
    }

    /// <summary>
    /// Whether <paramref name="signature"/> is a signature of <paramref name="data"/> by this key. False also when the algorithm is
    /// unknown, too weak or does not match the key.
    /// </summary>
    /// <param name="digest">The signer's digest algorithm, for signature algorithms that do not specify one; null in certificates.</param>
    public abstract bool Verifies(
        AlgorithmIdentifier algorithm, DigestAlgorithm? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureForm form);
}
