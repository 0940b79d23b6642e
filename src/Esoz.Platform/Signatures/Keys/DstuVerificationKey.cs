using System.Formats.Asn1;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>A public key of DSTU 4145: a point of order n on a known curve, which is verified when it is read.</summary>
public sealed class DstuVerificationKey : VerificationKey
{
    /// <summary>Maximum length of a signature in bytes: r and s take 54 each on the largest curve.</summary>
    private const int MaxLength = 2 * 56;

    private readonly DstuParameters _parameters;
    private readonly DstuPoint _point;

    private DstuVerificationKey(DstuParameters parameters, DstuPoint point) => (_parameters, _point) = (parameters, point);

    public override string Name => $"DSTU 4145, m = {_parameters.Curve.M}";

    public override SubstitutionBox Box => _parameters.Box;

    /// <param name="key">The content of the key's BIT STRING: an OCTET STRING of the compressed point.</param>
    public static DstuVerificationKey Read(DstuAlgorithm algorithm, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> key)
    {
        var read = DstuParameters.Read(algorithm, parameters);
        var reader = AsnReading.Open(key);
        var compressed = algorithm.Ordered(reader.ReadOctetString());
        reader.ThrowIfNotEmpty();
        return compressed.Length == read.Curve.ByteLength && read.Curve.Decompress(compressed) is { } point
            ? new DstuVerificationKey(read, point)
            : throw new AsnContentException("the public key is not a point of the curve's order");
    }

    public override bool Verifies(
        AlgorithmIdentifier algorithm, DigestAlgorithm? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureForm form)
    {
        if (DstuAlgorithm.ByOid(algorithm.Oid) is not { } dstu)
            return false;
        if (form == SignatureForm.Wrapped && !TryUnwrap(ref signature))
            return false;
        if (signature.IsEmpty || signature.Length % 2 != 0 || signature.Length > MaxLength)
            return false;
        var half = signature.Length / 2;
        var value = dstu.Ordered(signature).AsSpan();
        return _point.Verifies(dstu.Digest.Hash(data, Box), value[..half], value[half..]);
    }

    private static bool TryUnwrap(ref ReadOnlySpan<byte> signature)
    {
        try
        {
            if (!AsnDecoder.TryReadPrimitiveOctetString(signature, AsnEncodingRules.BER, out var content, out var consumed)
                || consumed != signature.Length)
                return false;
            signature = content;
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
