using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// Arithmetic of GF(2^m) in polynomial basis. The modulus is x^m plus a few low powers: reduction relies on m − 64 being above the
/// second highest of them, which holds for all known curves.
/// </summary>
internal sealed class BinaryField
{
    private readonly int _limbs;
    private readonly int[] _lowPowers;

    /// <param name="m">Degree; odd, so that the trace of one is one and half-traces exist.</param>
    /// <param name="powers">The powers between x^m and 1: one of a trinomial, three of a pentanomial.</param>
    public BinaryField(int m, params int[] powers)
    {
        (M, Powers, _limbs, _lowPowers) = (m, powers, (m + 63) / 64, [0, .. powers]);
        if (m % 2 == 0 || m % 64 == 0 || m > FieldElement.Limbs * 64 || powers.Any(power => power <= 0 || power >= 64 || power >= m - 64))
            throw new ArgumentOutOfRangeException(nameof(m));
    }

    public int M { get; }

    public IReadOnlyList<int> Powers { get; }

    /// <summary>Length of an element in bytes.</summary>
    public int ByteLength => (M + 7) / 8;

    public FieldElement Multiply(in FieldElement left, in FieldElement right)
    {
        // Two limbs more than the product of the widest field needs, so that nothing is written past its end.
        Span<ulong> product = stackalloc ulong[(2 * FieldElement.Limbs) + 1];
        product[(2 * _limbs)..].Clear();
        var n = _limbs;
        var carried = 0UL;
        for (var column = 0; column < (2 * n) - 1; column++)
        {
            var sum = Vector128<ulong>.Zero;
            var last = Math.Min(column, n - 1);
            for (var i = Math.Max(0, column - n + 1); i <= last; i++)
                sum ^= CarrylessProduct.Of(left[i], right[column - i]);
            product[column] = sum.GetElement(0) ^ carried;
            carried = sum.GetElement(1);
        }
        product[(2 * n) - 1] = carried;
        return Reduce(product);
    }

    public FieldElement Square(in FieldElement element)
    {
        Span<ulong> product = stackalloc ulong[(2 * FieldElement.Limbs) + 1];
        product[(2 * _limbs)..].Clear();
        for (var i = 0; i < _limbs; i++)
        {
            var square = CarrylessProduct.Of(element[i], element[i]);
            product[2 * i] = square.GetElement(0);
            product[(2 * i) + 1] = square.GetElement(1);
        }
        return Reduce(product);
    }

    /// <summary>
    /// By Fermat: the inverse is the power 2^m − 2, reached by doubling runs of ones in the exponent (Itoh and Tsujii).
    /// Zero has no inverse and gives zero.
    /// </summary>
    public FieldElement Inverse(in FieldElement element)
    {
        // power = element^(2^run − 1)
        var power = element;
        var run = 1;
        for (var bit = 30 - int.LeadingZeroCount(M - 1); bit >= 0; bit--)
        {
            power = Multiply(power, SquareTimes(power, run));
            run *= 2;
            if (((M - 1) >> bit & 1) != 0)
            {
                power = Multiply(Square(power), element);
                run++;
            }
        }
        return Square(power);
    }

    public FieldElement SquareRoot(in FieldElement element) => SquareTimes(element, M - 1);

    /// <summary>0 or 1: the sum of all conjugates.</summary>
    public bool Trace(in FieldElement element)
    {
        var sum = element;
        var conjugate = element;
        for (var i = 1; i < M; i++)
        {
            conjugate = Square(conjugate);
            sum ^= conjugate;
        }
        return sum.Bit(0);
    }

    /// <summary>A solution z of z² + z = <paramref name="right"/>; the other is z + 1. Null when there is none.</summary>
    public FieldElement? SolveQuadratic(in FieldElement right)
    {
        var halfTrace = right;
        for (var i = 1; i <= (M - 1) / 2; i++)
            halfTrace = Square(Square(halfTrace)) ^ right;
        return (Square(halfTrace) ^ halfTrace) == right ? halfTrace : null;
    }

    private FieldElement SquareTimes(FieldElement element, int times)
    {
        for (var i = 0; i < times; i++)
            element = Square(element);
        return element;
    }

    /// <summary>Folds every limb above the degree onto the low powers, the highest first, then the bits of the last limb.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FieldElement Reduce(Span<ulong> product)
    {
        var n = _limbs;
        for (var i = (2 * n) - 1; i >= n; i--)
        {
            var limb = product[i];
            foreach (var power in _lowPowers)
            {
                var position = (i * 64) - M + power;
                var shift = position & 63;
                product[position >> 6] ^= limb << shift;
                // Two shifts, because a shift by 64 would be none.
                product[(position >> 6) + 1] ^= limb >> 1 >> (63 - shift);
            }
        }
        var top = product[n - 1] >> (M & 63);
        product[n - 1] &= (1UL << (M & 63)) - 1;
        foreach (var power in _lowPowers)
        {
            product[0] ^= top << power;
            product[1] ^= top >> 1 >> (63 - power);
        }
        var element = new FieldElement();
        product[..n].CopyTo(element);
        return element;
    }
}
