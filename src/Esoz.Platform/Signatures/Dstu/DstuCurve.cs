using Org.BouncyCastle.Asn1.UA;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// A curve y² + xy = x³ + ax² + b over GF(2^m) in polynomial basis, with a base point of prime order n. <see cref="All"/> contains the ten
/// recommended curves of DSTU 4145-2002 (appendix Г.1). No other curve is accepted: parameters chosen by an attacker could consume CPU time
/// or make signatures worthless.
/// </summary>
public sealed class DstuCurve(string oid, ECDomainParameters domain)
{
    private const string Prefix = "1.2.804.2.1.1.1.1.3.1.1.2.";

    private readonly F2mCurve _curve = (F2mCurve)domain.Curve;

    /// <summary>In the order of their object identifiers.</summary>
    public static IReadOnlyList<DstuCurve> All { get; } =
        [.. Enumerable.Range(0, 10)
            .Select(number => new DstuCurve($"{Prefix}{number}", Dstu4145NamedCurves.GetByOid(new($"{Prefix}{number}"))))];

    /// <summary>The default curve of new keys: m = 257.</summary>
    public static DstuCurve Usual => All[6];

    public string Oid => oid;

    public ECDomainParameters Domain => domain;

    public int M => _curve.M;

    /// <summary>Length of a compressed point in bytes.</summary>
    public int ByteLength => (M + 7) / 8;

    public static DstuCurve? ByOid(string oid) => All.FirstOrDefault(curve => curve.Oid == oid);

    /// <summary>Whether explicit curve parameters all equal those of this curve. Bytes are little-endian.</summary>
    /// <param name="powers">The exponents of the modulus between x^m and 1, ascending.</param>
    /// <param name="basePoint">Compressed.</param>
    public bool Is(int m, ReadOnlySpan<int> powers, int a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> order, ReadOnlySpan<byte> basePoint) =>
        m == M
        && powers.SequenceEqual(_curve.IsTrinomial() ? [_curve.K1] : [_curve.K1, _curve.K2, _curve.K3])
        && a == _curve.A.ToBigInteger().IntValue
        && IsNumber(b, _curve.B.ToBigInteger())
        && IsNumber(order, domain.N)
        && IsNumber(basePoint, new BigInteger(1, Dstu4145PointEncoder.EncodePoint(domain.G)));

    /// <summary>
    /// Decompresses a point (DSTU 4145, 6.10): the compressed form is the x-coordinate with its lowest bit replaced by the trace of y/x;
    /// the lowest bit of the x-coordinate of a point of order n follows from its trace, which is a. Null unless it is a point of order n.
    /// </summary>
    /// <remarks>
    /// Bouncy Castle's decoder returns the same points, but solves the quadratic equation by trial and is four times slower.
    /// </remarks>
    public DstuPoint? Decompress(ReadOnlySpan<byte> littleEndian)
    {
        var number = new BigInteger(1, littleEndian, bigEndian: false);
        if (number.BitLength > M)
            return null;
        var ratioTrace = number.TestBit(0) ? 1 : 0;
        var x = _curve.FromBigInteger(number);
        if (Trace(x) != Trace(_curve.A))
            x = x.AddOne();
        if (x.IsZero)
            return null;
        var right = x.Square().Invert().Multiply(_curve.B).Add(_curve.A).Add(x);
        // The equation z² + z = right has no solution or two: z and z + 1.
        var ratio = ((AbstractF2mFieldElement)right).HalfTrace();
        if (!ratio.Square().Add(ratio).Equals(right))
            return null;
        if (Trace(ratio) != ratioTrace)
            ratio = ratio.AddOne();
        var point = _curve.CreatePoint(x.ToBigInteger(), x.Multiply(ratio).ToBigInteger());
        // Checks that the point is on the curve and that n times the point is infinity.
        return point.IsValid() ? new DstuPoint(new ECPublicKeyParameters(point, domain)) : null;
    }

    private static int Trace(ECFieldElement element) => ((AbstractF2mFieldElement)element).Trace();

    private static bool IsNumber(ReadOnlySpan<byte> littleEndian, BigInteger number) =>
        number.Equals(new BigInteger(1, littleEndian, bigEndian: false));
}
