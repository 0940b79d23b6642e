using System.Formats.Asn1;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>A public key of DSTU 4145: a point of order n on a known curve, found to be one when it is read.</summary>
internal sealed class DstuVerificationKey : VerificationKey
{
    private readonly DstuParameters _parameters;
    private readonly CurvePoint _point;

    private DstuVerificationKey(DstuParameters parameters, CurvePoint point) => (_parameters, _point) = (parameters, point);

    public override string Name => $"DSTU 4145, m = {_parameters.Curve.Field.M}";

    public override SubstitutionBox Box => _parameters.Box;

    public BinaryCurve Curve => _parameters.Curve;

    public CurvePoint Point => _point;

    /// <param name="key">The content of the key's BIT STRING: an OCTET STRING of the compressed point.</param>
    public static DstuVerificationKey Read(DstuAlgorithm algorithm, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> key)
    {
        var read = DstuParameters.Read(algorithm, parameters);
        var reader = AsnReading.Open(key);
        var compressed = algorithm.Ordered(reader.ReadOctetString());
        reader.ThrowIfNotEmpty();
        return compressed.Length == read.Curve.Field.ByteLength
            && read.Curve.Decompress(FieldElement.FromLittleEndian(compressed)) is { } point
            && read.Curve.HasOrder(point)
            ? new DstuVerificationKey(read, point)
            : throw new AsnContentException("the public key is no point of the curve's order");
    }

    public override bool Verifies(
        AlgorithmIdentifier algorithm, DigestAlgorithm? digest, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, SignatureForm form)
    {
        if (DstuAlgorithm.ByOid(algorithm.Oid) is not { } dstu)
            return false;
        if (form == SignatureForm.Wrapped && !TryUnwrap(ref signature))
            return false;
        if (signature.IsEmpty || signature.Length % 2 != 0 || signature.Length > 2 * FieldElement.Bytes)
            return false;
        var half = signature.Length / 2;
        var value = dstu.Ordered(signature).AsSpan();
        var (r, s) = (FieldElement.FromLittleEndian(value[..half]), FieldElement.FromLittleEndian(value[half..]));
        return Dstu4145.Verify(Curve, _point, dstu.Digest.Hash(data, Box), r, s);
    }

    private static bool TryUnwrap(ref ReadOnlySpan<byte> signature)
    {
        try
        {
            if (!AsnDecoder.TryReadPrimitiveOctetString(signature, AsnEncodingRules.BER, out var content, out var consumed) || consumed != signature.Length)
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
