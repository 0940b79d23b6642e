using System.Numerics;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Dstu;

/// <summary>The fields of all known curves, held against schoolbook arithmetic on whole numbers.</summary>
public sealed class BinaryFieldTests
{
    private readonly Random _random = new(7);

    [Fact(DisplayName = "Products and squares are those of polynomials, reduced by the field's own")]
    public void Products()
    {
        foreach (var field in KnownCurves.All.Select(curve => curve.Field))
        {
            for (var i = 0; i < 50; i++)
            {
                var (left, right) = (Element(field), Element(field));
                Assert.Equal(Product(field, left.ToNumber(), right.ToNumber()), field.Multiply(left, right).ToNumber());
                Assert.Equal(Product(field, left.ToNumber(), left.ToNumber()), field.Square(left).ToNumber());
            }
            var highest = FieldElement.FromNumber((BigInteger.One << field.M) - 1);
            Assert.Equal(Product(field, highest.ToNumber(), highest.ToNumber()), field.Multiply(highest, highest).ToNumber());
        }
    }

    [Fact(DisplayName = "An element times its inverse is one, a root squared is the element, and solutions solve")]
    public void Inverses()
    {
        foreach (var field in KnownCurves.All.Select(curve => curve.Field))
        {
            for (var i = 0; i < 10; i++)
            {
                var element = Element(field);
                Assert.Equal(FieldElement.One, field.Multiply(element, field.Inverse(element)));
                Assert.Equal(element, field.Square(field.SquareRoot(element)));
                // z² + z = c has a solution for exactly those c whose trace is zero.
                Assert.Equal(!field.Trace(element), field.SolveQuadratic(element) is not null);
                if (field.SolveQuadratic(element) is { } solution)
                    Assert.Equal(element, field.Square(solution) ^ solution);
            }
            Assert.True(field.Trace(FieldElement.One));
            Assert.True(field.Inverse(default).IsZero);
        }
    }

    [Theory(DisplayName = "A modulus that the reduction cannot handle is refused")]
    [InlineData(256, 12)]
    [InlineData(257, 0)]
    [InlineData(257, 64)]
    [InlineData(99, 50)]
    [InlineData(449, 10)]
    public void Unfit(int m, int power) => Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryField(m, power));

    private FieldElement Element(BinaryField field)
    {
        var bytes = new byte[FieldElement.Bytes];
        _random.NextBytes(bytes);
        return FieldElement.FromLittleEndian(bytes).Truncated(field.M);
    }

    private static BigInteger Product(BinaryField field, BigInteger left, BigInteger right)
    {
        var modulus = (BigInteger.One << field.M) | BigInteger.One;
        foreach (var power in field.Powers)
            modulus |= BigInteger.One << power;
        var product = BigInteger.Zero;
        for (var bit = 0; bit < field.M; bit++)
            product ^= ((right >> bit) & 1) == 0 ? 0 : left << bit;
        for (var bit = (2 * field.M) - 2; bit >= field.M; bit--)
            product ^= ((product >> bit) & 1) == 0 ? 0 : modulus << (bit - field.M);
        return product;
    }
}
