namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// A whole number as signed binary digits of a window (w-NAF): each digit is zero or odd and below 2^(width−1) in size, and after one that
/// is not zero come at least width − 1 zeros. So a multiple of a point needs few additions.
/// </summary>
internal static class SignedDigits
{
    /// <summary>The digits, the lowest first: at most one more than the number has bits. The number has no bit in its highest limb's top.</summary>
    public static ReadOnlySpan<sbyte> Of(FieldElement number, int width)
    {
        var digits = new sbyte[number.BitLength + 1];
        var count = 0;
        while (!number.IsZero)
        {
            if (number.Bit(0))
            {
                var digit = (int)(number[0] & ((1UL << width) - 1));
                if (digit >= 1 << (width - 1))
                    digit -= 1 << width;
                digits[count] = (sbyte)digit;
                Subtract(ref number, digit);
            }
            Halve(ref number);
            count++;
        }
        return digits.AsSpan(0, count);
    }

    private static void Subtract(ref FieldElement number, int digit)
    {
        var addend = (ulong)-(long)digit;
        var sign = digit > 0 ? ulong.MaxValue : 0;
        var carry = 0UL;
        for (var i = 0; i < FieldElement.Limbs; i++)
        {
            var sum = (UInt128)number[i] + (i == 0 ? addend : sign) + carry;
            number[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }
    }

    private static void Halve(ref FieldElement number)
    {
        for (var i = 0; i < FieldElement.Limbs - 1; i++)
            number[i] = (number[i] >> 1) | (number[i + 1] << 63);
        number[FieldElement.Limbs - 1] >>= 1;
    }
}
