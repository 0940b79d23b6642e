using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Dstu;

/// <summary>Points of the ten curves, held against the order of the base point.</summary>
public sealed class BinaryCurveTests
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, 10)];

    [Theory(DisplayName = "The base point is on the curve and has its order; n − 1 times it is its negative; multiples add up")]
    [MemberData(nameof(Numbers))]
    public void Order(int number)
    {
        var curve = KnownCurves.All[number];
        Assert.True(curve.Contains(curve.Base));
        Assert.True(curve.HasOrder(curve.Base));
        Assert.Null(curve.MultipleOfBase(curve.Order));
        Assert.Equal(curve.Base.Negated(), curve.MultipleOfBase(Scalar(curve, -1)));

        var (left, right) = (Dstu4145.RandomScalar(curve), Dstu4145.RandomScalar(curve));
        var sum = FieldElement.FromNumber((left.ToNumber() + right.ToNumber()) % curve.Order.ToNumber());
        var point = curve.MultipleOfBase(right)!.Value;
        Assert.True(curve.Contains(point));
        Assert.Equal(curve.MultipleOfBase(sum), curve.Combination(left, FieldElement.One, point));
        Assert.Null(curve.Combination(FieldElement.FromNumber(curve.Order.ToNumber() - right.ToNumber()), FieldElement.One, point));
    }

    [Theory(DisplayName = "A point comes back from its compressed form")]
    [MemberData(nameof(Numbers))]
    public void Compression(int number)
    {
        var curve = KnownCurves.All[number];
        for (var i = 0; i < 10; i++)
        {
            var point = curve.MultipleOfBase(Dstu4145.RandomScalar(curve))!.Value;
            Assert.Equal(point, curve.Decompress(curve.Compress(point)));
        }
    }

    [Theory(DisplayName = "A point beside the curve, one of another order, and the abscissa zero are no keys")]
    [MemberData(nameof(Numbers))]
    public void Refused(int number)
    {
        var curve = KnownCurves.All[number];
        Assert.False(curve.HasOrder(curve.Base with { Y = curve.Base.Y ^ FieldElement.One }));
        // The one point of order two has the abscissa zero and the root of b as ordinate.
        var two = new CurvePoint(default, curve.Field.SquareRoot(curve.B));
        Assert.True(curve.Contains(two));
        Assert.False(curve.HasOrder(two));
        // With a = 1 no compressed form means the abscissa zero; with a = 0 two do.
        if (!curve.A)
            Assert.Equal([null, null], new[] { curve.Decompress(default), curve.Decompress(FieldElement.One) });
        var other = PointOfOtherOrder(curve);
        Assert.True(curve.Contains(other));
        Assert.False(curve.HasOrder(other));
        Assert.Null(curve.Decompress(FieldElement.FromNumber(System.Numerics.BigInteger.One << curve.Field.M)));
    }

    private static FieldElement Scalar(BinaryCurve curve, int plus) => FieldElement.FromNumber(curve.Order.ToNumber() + plus);

    /// <summary>A point whose abscissa has the wrong trace is no double of another, so its order is even.</summary>
    private static CurvePoint PointOfOtherOrder(BinaryCurve curve)
    {
        for (var x = 2UL; ; x++)
        {
            var abscissa = FieldElement.FromWord(x);
            if (curve.Field.Trace(abscissa) == curve.A)
                continue;
            var right = curve.Field.Multiply(curve.Field.Square(curve.Field.Inverse(abscissa)), curve.B) ^ abscissa ^ (curve.A ? FieldElement.One : default);
            if (curve.Field.SolveQuadratic(right) is { } ratio)
                return new(abscissa, curve.Field.Multiply(abscissa, ratio));
        }
    }
}
