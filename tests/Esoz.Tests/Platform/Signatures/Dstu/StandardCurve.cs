using System.Numerics;
using static System.Globalization.NumberStyles;

namespace Esoz.Tests.Platform.Signatures.Dstu;

/// <summary>
/// A curve of DSTU 4145-2002, appendix Г.1, with textbook arithmetic: numbers are polynomials over GF(2), points are affine and null is
/// infinity. It shares no code with the library that checks signatures, is a thousand times slower, and verifies that library against
/// the standard.
/// </summary>
/// <param name="Powers">Exponents of the modulus between m and 0.</param>
/// <param name="BasePoint">Compressed.</param>
internal sealed record StandardCurve(int M, int[] Powers, int A, BigInteger B, BigInteger Order, BigInteger BasePoint)
{
    private readonly BigInteger _modulus = Powers.Aggregate(
        (BigInteger.One << M) | 1, (modulus, power) => modulus | (BigInteger.One << power));

    private StandardCurve(int m, int[] powers, int a, string b, string order, string basePoint)
        : this(m, powers, a, Number(b), Number(order), Number(basePoint))
    {
    }

    /// <summary>The ten curves in the order of their object identifiers.</summary>
    public static IReadOnlyList<StandardCurve> All { get; } =
    [
        new(163, [3, 6, 7], 1,
            "5ff6108462a2dc8210ab403925e638a19c1455d21",
            "400000000000000000002bec12be2262d39bcf14d",
            "2e2f85f5dd74ce983a5c4237229daf8a3f35823be"),
        new(167, [6], 1,
            "6ee3ceeb230811759f20518a0930f1a4315a827dac",
            "3fffffffffffffffffffffb12ebcc7d7f29ff7701f",
            "7a1f6653786a68192803910a3d30b2a2018b21cd54"),
        new(173, [1, 2, 10], 0,
            "108576c80499db2fc16eddf6853bbb278f6b6fb437d9",
            "800000000000000000000189b4e67606e3825bb2831",
            "4d41a619bcc6eadf0448fa22fad567a9181d37389ca"),
        new(179, [1, 2, 4], 1,
            "4a6e0856526436f2f88dd07a341e32d04184572beb710",
            "3ffffffffffffffffffffffb981960435fe5ab64236ef",
            "6ba06fe51464b2bd26dc57f48819ba9954667022c7d02"),
        new(191, [9], 1,
            "7bc86e2102902ec4d5890e8b6b4981ff27e0482750fefc03",
            "40000000000000000000000069a779cac1dabc6788f7474f",
            "714114b762f2ff4a7912a6d2ac58b9b5c2fcfe76daeb7128"),
        new(233, [1, 4, 9], 1,
            "6973b15095675534c7cf7e64a21bd54ef5dd3b8a0326aa936ece454d2c",
            "1000000000000000000000000000013e974e72f8a6922031d2603cfe0d7",
            "3fcda526b6cdf83ba1118df35b3c31761d3545f32728d003eeb25efe96"),
        new(257, [12], 0,
            "1cef494720115657e18f938d7a7942394ff9425c1458c57861f9eea6adbe3be10",
            "800000000000000000000000000000006759213af182e987d3e17714907d470d",
            "2a29ef207d0e9b6c55cd260b306c7e007ac491ca1b10c62334a9e8dcd8d20fb6"),
        new(307, [2, 4, 8], 1,
            "393c7f7d53666b5054b5e6c6d3de94f4296c0c599e2e2e241050df18b6090bdc90186904968bb",
            "3ffffffffffffffffffffffffffffffffffffffc079c2f3825da70d390fbba588d4604022b7b7",
            "216ee8b189d291a0224984c1e92f1d16bf75ccd825a087a239b276d3167743c52c02d6e7232aa"),
        new(367, [21], 1,
            "43fc8ad242b0b7a6f3d1627ad5654447556b47bf6aa4a64b0c2afe42cadab8f93d92394c79a79755437b56995136",
            "40000000000000000000000000000000000000000000009c300b75a3fa824f22428fd28ce8812245ef44049b2d49",
            "324a6eddd512f08c49a99ae0d3f961197a76413e7be81a400ca681e09639b5fe12e59a109f78bf4a373541b3b9a0"),
        new(431, [1, 3, 5], 1,
            "3ce10490f6a708fc26dfe8c3d27c4f94e690134d5bff988d8d28aaeaede975936c66bac536b18ae2dc312ca493117daa469c640caf3",
            "3fffffffffffffffffffffffffffffffffffffffffffffffffffffba3175458009a8c0a724f02f81aa8a1fcbaf80d90c7a95110504cf",
            "1a62ba79d98133a16bbae7ed9a8e03c32e0824d57aef72f88986874e5aae49c27bed49a2a95058068426c2171e99fd3b43c5947c857c"),
    ];

    public static BigInteger Number(string hex) => BigInteger.Parse('0' + hex, AllowHexSpecifier, null);

    /// <summary>The equations of the standard, 12.2 and 12.3, for r and s from 1 to n − 1.</summary>
    public bool Verifies((BigInteger X, BigInteger Y) key, BigInteger hash, BigInteger r, BigInteger s) =>
        Add(Times(s, Decompress(BasePoint)), Times(r, key)) is { } point
        && Product(hash & ((BigInteger.One << M) - 1), point.X) % (BigInteger.One << ((int)Order.GetBitLength() - 1)) == r;

    public bool HasOrder((BigInteger X, BigInteger Y) point) => Times(Order, point) is null;

    /// <summary>Null if there is no such point.</summary>
    public (BigInteger X, BigInteger Y)? Decompress(BigInteger compressed)
    {
        var x = Trace(compressed) == A ? compressed : compressed ^ 1;
        if (x.IsZero)
            return null;
        var right = Product(B, Inverse(Product(x, x))) ^ x ^ A;
        var ratio = right;
        for (var i = 0; i < (M - 1) / 2; i++)
            ratio = Square(Square(ratio)) ^ right;
        if ((Square(ratio) ^ ratio) != right)
            return null;
        return (x, Product(x, Trace(ratio) == (compressed & 1) ? ratio : ratio ^ 1));
    }

    public (BigInteger X, BigInteger Y)? Times(BigInteger scalar, (BigInteger X, BigInteger Y)? point)
    {
        (BigInteger X, BigInteger Y)? sum = null;
        for (var bit = (int)scalar.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum = Add(sum, sum);
            if (!((scalar >> bit) & 1).IsZero)
                sum = Add(sum, point);
        }
        return sum;
    }

    private (BigInteger X, BigInteger Y)? Add((BigInteger X, BigInteger Y)? left, (BigInteger X, BigInteger Y)? right)
    {
        if (left is not { } p || right is not { } q)
            return left ?? right;
        if (p.X == q.X && (p.Y != q.Y || p.X.IsZero))
            return null;
        var slope = p == q ? p.X ^ Product(p.Y, Inverse(p.X)) : Product(p.Y ^ q.Y, Inverse(p.X ^ q.X));
        var x = Square(slope) ^ slope ^ p.X ^ q.X ^ A;
        return (x, Product(slope, p.X ^ x) ^ x ^ p.Y);
    }

    private BigInteger Trace(BigInteger element)
    {
        var sum = element;
        for (var i = 1; i < M; i++)
            sum = Square(sum) ^ element;
        return sum;
    }

    private BigInteger Square(BigInteger element) => Product(element, element);

    private BigInteger Product(BigInteger left, BigInteger right)
    {
        var product = BigInteger.Zero;
        for (; !right.IsZero; right >>= 1)
        {
            if (!right.IsEven)
                product ^= left;
            left <<= 1;
            if (left.GetBitLength() > M)
                left ^= _modulus;
        }
        return product;
    }

    /// <summary>By the Euclidean algorithm.</summary>
    private BigInteger Inverse(BigInteger element)
    {
        var (u, v) = (element, _modulus);
        var (g, h) = (BigInteger.One, BigInteger.Zero);
        while (!u.IsOne)
        {
            var shift = (int)(u.GetBitLength() - v.GetBitLength());
            if (shift < 0)
                (u, v, g, h, shift) = (v, u, h, g, -shift);
            u ^= v << shift;
            g ^= h << shift;
        }
        return g;
    }
}
