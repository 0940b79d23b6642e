using System.Security.Cryptography;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// Signatures of DSTU 4145-2002 over a known curve. r and s are whole numbers below n; what is signed is a hash, read as a number from its
/// lowest byte on and cut to m bits.
/// </summary>
internal static class Dstu4145
{
    /// <param name="publicKey">Q = −d·P, found to have the order n.</param>
    public static bool Verify(BinaryCurve curve, in CurvePoint publicKey, ReadOnlySpan<byte> hash, in FieldElement r, in FieldElement s)
    {
        if (r.IsZero || s.IsZero || !(r < curve.Order) || !(s < curve.Order))
            return false;
        return curve.Combination(s, r, publicKey) is { } point && Presign(curve, hash, point) == r;
    }

    /// <param name="privateKey">d, below n and not zero.</param>
    public static (FieldElement R, FieldElement S) Sign(BinaryCurve curve, in FieldElement privateKey, ReadOnlySpan<byte> hash)
    {
        while (true)
        {
            var e = RandomScalar(curve);
            var r = Presign(curve, hash, curve.MultipleOfBase(e)!.Value);
            var s = FieldElement.FromNumber(((privateKey.ToNumber() * r.ToNumber()) + e.ToNumber()) % curve.Order.ToNumber());
            if (!r.IsZero && !s.IsZero)
                return (r, s);
        }
    }

    public static CurvePoint PublicKey(BinaryCurve curve, in FieldElement privateKey) => curve.MultipleOfBase(privateKey)!.Value.Negated();

    /// <summary>A number from 1 to n − 1, all of them equally likely.</summary>
    public static FieldElement RandomScalar(BinaryCurve curve)
    {
        Span<byte> bytes = stackalloc byte[curve.OrderByteLength];
        while (true)
        {
            RandomNumberGenerator.Fill(bytes);
            var scalar = FieldElement.FromLittleEndian(bytes).Truncated(curve.Order.BitLength);
            if (!scalar.IsZero && scalar < curve.Order)
                return scalar;
        }
    }

    private static FieldElement Presign(BinaryCurve curve, ReadOnlySpan<byte> hash, in CurvePoint point)
    {
        var number = FieldElement.FromLittleEndian(hash[..Math.Min(hash.Length, FieldElement.Bytes)]).Truncated(curve.Field.M);
        if (number.IsZero)
            number = FieldElement.One;
        return curve.Field.Multiply(number, point.X).Truncated(curve.Order.BitLength - 1);
    }
}
