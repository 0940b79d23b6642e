using System.Numerics;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Dstu;

public sealed class CarrylessProductTests
{
    [Fact(DisplayName = "The processor's product and the portable one are the product as it is worked out bit by bit")]
    public void Product()
    {
        var random = new Random(1);
        ulong[] edges = [0, 1, 2, ulong.MaxValue, 1UL << 63, 0x8000_0000_0000_0001, 0xE000_0000_0000_0000, 0x1FFF_FFFF_FFFF_FFFF];
        var pairs = edges.SelectMany(left => edges.Select(right => (left, right)))
            .Concat(Enumerable.Range(0, 2000).Select(_ => ((ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64(), (ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64())));
        foreach (var (left, right) in pairs)
        {
            var expected = BigInteger.Zero;
            for (var bit = 0; bit < 64; bit++)
                expected ^= ((right >> bit) & 1) == 0 ? 0 : (BigInteger)left << bit;

            Assert.Equal(expected, Number(CarrylessProduct.Of(left, right)));
            Assert.Equal(expected, Number(CarrylessProduct.Portable(left, right)));
        }
    }

    private static BigInteger Number(System.Runtime.Intrinsics.Vector128<ulong> halves) => ((BigInteger)halves[1] << 64) | halves[0];
}
