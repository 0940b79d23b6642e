namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// A curve y² + xy = x³ + ax² + b over GF(2^m) with a = 0 or 1, and a base point of prime order n. Time depends on the scalars: fit for
/// checking signatures, and for signing with keys that protect nothing.
/// </summary>
internal sealed class BinaryCurve
{
    /// <summary>Window for the base point, whose multiples are made once per curve.</summary>
    private const int BaseWindow = 7;

    /// <summary>Window for other points, whose multiples are made for every use.</summary>
    private const int Window = 4;

    private readonly bool _a;
    private readonly FieldElement _b;
    private readonly Lazy<CurvePoint[]> _baseMultiples;

    /// <param name="oid">Its name among algorithm parameters.</param>
    /// <param name="b">Coefficient, hexadecimal.</param>
    /// <param name="order">Order n of the base point, hexadecimal.</param>
    /// <param name="basePoint">The base point in compressed form, hexadecimal.</param>
    public BinaryCurve(string oid, BinaryField field, int a, string b, string order, string basePoint)
    {
        (Oid, Field, _a, _b, Order) = (oid, field, a == 1, FieldElement.FromHex(b), FieldElement.FromHex(order));
        Base = Decompress(FieldElement.FromHex(basePoint)) ?? throw new ArgumentException(oid, nameof(basePoint));
        _baseMultiples = new(() => OddMultiples(Base, BaseWindow));
    }

    public string Oid { get; }

    public BinaryField Field { get; }

    public bool A => _a;

    public FieldElement B => _b;

    public FieldElement Order { get; }

    public CurvePoint Base { get; }

    /// <summary>Length of a scalar in bytes.</summary>
    public int OrderByteLength => (Order.BitLength + 7) / 8;

    public bool Contains(in CurvePoint point)
    {
        // y² + xy = x²(x + a) + b
        var x = _a ? point.X ^ FieldElement.One : point.X;
        return Field.Multiply(point.Y, point.Y ^ point.X) == (Field.Multiply(Field.Square(point.X), x) ^ _b);
    }

    /// <summary>
    /// The point of a compressed form (DSTU 4145, 6.10): the abscissa, whose lowest bit is replaced by the trace of y/x; the lowest bit
    /// of a point of order n follows from the trace of its abscissa, which is a. Null when it is no point or has the abscissa zero.
    /// </summary>
    public CurvePoint? Decompress(FieldElement compressed)
    {
        if (compressed.BitLength > Field.M)
            return null;
        var ratioTrace = compressed.Bit(0);
        if (Field.Trace(compressed) != _a)
            compressed ^= FieldElement.One;
        if (compressed.IsZero)
            return null;
        var right = Field.Multiply(Field.Square(Field.Inverse(compressed)), _b) ^ compressed;
        if (_a)
            right ^= FieldElement.One;
        if (Field.SolveQuadratic(right) is not { } ratio)
            return null;
        if (Field.Trace(ratio) != ratioTrace)
            ratio ^= FieldElement.One;
        return new CurvePoint(compressed, Field.Multiply(compressed, ratio));
    }

    /// <summary>The compressed form of a point of order n.</summary>
    public FieldElement Compress(in CurvePoint point)
    {
        var ratioTrace = Field.Trace(Field.Multiply(point.Y, Field.Inverse(point.X)));
        return point.X.Bit(0) == ratioTrace ? point.X : point.X ^ FieldElement.One;
    }

    /// <summary>Whether the point lies on the curve and n times it is infinity: everything a public key must be.</summary>
    public bool HasOrder(in CurvePoint point) =>
        !point.X.IsZero && Contains(point) && Multiple(Order, OddMultiples(point, Window), Window).IsInfinity;

    /// <summary><paramref name="scalar"/> times the base point.</summary>
    public CurvePoint? MultipleOfBase(FieldElement scalar) => Affine(Multiple(scalar, _baseMultiples.Value, BaseWindow));

    /// <summary><paramref name="ofBase"/> times the base point plus <paramref name="ofPoint"/> times the point; null is infinity.</summary>
    public CurvePoint? Combination(FieldElement ofBase, FieldElement ofPoint, in CurvePoint point) =>
        Affine(Combination(SignedDigits.Of(ofBase, BaseWindow), _baseMultiples.Value, SignedDigits.Of(ofPoint, Window), OddMultiples(point, Window)));

    private ProjectivePoint Multiple(FieldElement scalar, CurvePoint[] multiples, int window) =>
        Combination(SignedDigits.Of(scalar, window), multiples, [], []);

    /// <summary>Both sums share their doublings.</summary>
    private ProjectivePoint Combination(ReadOnlySpan<sbyte> left, CurvePoint[] leftMultiples, ReadOnlySpan<sbyte> right, CurvePoint[] rightMultiples)
    {
        var sum = ProjectivePoint.Infinity;
        for (var at = Math.Max(left.Length, right.Length) - 1; at >= 0; at--)
        {
            sum = Double(sum);
            if (at < left.Length && left[at] != 0)
                sum = AddMultiple(sum, leftMultiples, left[at]);
            if (at < right.Length && right[at] != 0)
                sum = AddMultiple(sum, rightMultiples, right[at]);
        }
        return sum;
    }

    private ProjectivePoint AddMultiple(in ProjectivePoint sum, CurvePoint[] multiples, int digit)
    {
        ref readonly var multiple = ref multiples[Math.Abs(digit) / 2];
        return Add(sum, digit > 0 ? multiple : multiple.Negated());
    }

    /// <summary>
    /// 1, 3, 5 … times the point, as many as a window needs. None of them is infinity: the orders of points are 2, 4, n, 2n and 4n, and the
    /// one point of order 2 has the abscissa zero, which no key has.
    /// </summary>
    private CurvePoint[] OddMultiples(in CurvePoint point, int window)
    {
        var multiples = new CurvePoint[1 << (window - 2)];
        multiples[0] = point;
        var twice = Affine(Double(ProjectivePoint.Of(point)))!.Value;
        for (var i = 1; i < multiples.Length; i++)
            multiples[i] = Affine(Add(ProjectivePoint.Of(multiples[i - 1]), twice))!.Value;
        return multiples;
    }

    private CurvePoint? Affine(in ProjectivePoint point)
    {
        if (point.IsInfinity)
            return null;
        var inverse = Field.Inverse(point.Z);
        return new CurvePoint(Field.Multiply(point.X, inverse), Field.Multiply(point.Y, Field.Square(inverse)));
    }

    private ProjectivePoint Double(in ProjectivePoint point)
    {
        if (point.IsInfinity)
            return point;
        var xx = Field.Square(point.X);
        var zz = Field.Square(point.Z);
        var bzzzz = Field.Multiply(_b, Field.Square(zz));
        var z = Field.Multiply(xx, zz);
        var x = Field.Square(xx) ^ bzzzz;
        var factor = Field.Square(point.Y) ^ bzzzz;
        if (_a)
            factor ^= z;
        return new ProjectivePoint(x, Field.Multiply(bzzzz, z) ^ Field.Multiply(x, factor), z);
    }

    private ProjectivePoint Add(in ProjectivePoint left, in CurvePoint right)
    {
        if (left.IsInfinity)
            return ProjectivePoint.Of(right);
        var zz = Field.Square(left.Z);
        var dy = left.Y ^ Field.Multiply(right.Y, zz);
        var dx = left.X ^ Field.Multiply(right.X, left.Z);
        if (dx.IsZero)
            return dy.IsZero ? Double(left) : ProjectivePoint.Infinity;
        var c = Field.Multiply(left.Z, dx);
        var z = Field.Square(c);
        var e = Field.Multiply(dy, c);
        var factor = _a ? c ^ zz : c;
        var x = Field.Square(dy) ^ e ^ Field.Multiply(Field.Square(dx), factor);
        var f = x ^ Field.Multiply(right.X, z);
        var y = Field.Multiply(e ^ z, f) ^ Field.Multiply(right.X ^ right.Y, Field.Square(z));
        return new ProjectivePoint(x, y, z);
    }
}
