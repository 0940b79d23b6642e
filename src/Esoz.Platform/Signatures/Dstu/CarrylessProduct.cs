using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>Product of two polynomials over GF(2) of degree below 64: 128 bits, the lower half first.</summary>
internal static class CarrylessProduct
{
    /// <summary>By one instruction of the processor where it has one, else by <see cref="Portable"/>.</summary>
    public static Vector128<ulong> Of(ulong left, ulong right)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(left), Vector128.CreateScalar(right), 0);
        if (Arm.Aes.IsSupported)
            return Arm.Aes.PolynomialMultiplyWideningLower(Vector64.Create(left), Vector64.Create(right));
        return Portable(left, right);
    }

    /// <summary>
    /// Four bits of <paramref name="right"/> at a time, from a table of the multiples of <paramref name="left"/>. The three highest bits
    /// of <paramref name="left"/> would fall out of the table and are multiplied apart.
    /// </summary>
    public static Vector128<ulong> Portable(ulong left, ulong right)
    {
        Span<ulong> multiples = stackalloc ulong[16];
        multiples[0] = 0;
        multiples[1] = left & 0x1FFF_FFFF_FFFF_FFFF;
        for (var i = 2; i < 16; i += 2)
        {
            multiples[i] = multiples[i / 2] << 1;
            multiples[i + 1] = multiples[i] ^ multiples[1];
        }

        var low = multiples[(int)(right & 15)];
        var high = 0UL;
        for (var shift = 4; shift < 64; shift += 4)
        {
            var multiple = multiples[(int)((right >> shift) & 15)];
            low ^= multiple << shift;
            high ^= multiple >> (64 - shift);
        }
        for (var bit = 61; bit < 64; bit++)
        {
            var mask = 0 - ((left >> bit) & 1);
            low ^= (right << bit) & mask;
            high ^= (right >> (64 - bit)) & mask;
        }
        return Vector128.Create(low, high);
    }
}
