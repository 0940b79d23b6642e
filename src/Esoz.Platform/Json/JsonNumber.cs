using System.Buffers.Text;

namespace Esoz.Platform.Json;

/// <summary>
/// A JSON number, parsed from its text as ±0.d₁d₂d₃… × 10^scale: nothing is rounded, and the cost depends only on the length of the text,
/// even with a thousand digits or for 1e999999999. Exponents beyond a quintillion count as equal.
/// </summary>
internal readonly ref struct JsonNumber
{
    private const long HugeExponent = 1L << 60;

    private readonly int _sign;
    private readonly long _scale;

    /// <summary>From the first to the last non-zero digit; may include a decimal point.</summary>
    private readonly ReadOnlySpan<byte> _digits;

    public JsonNumber(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var exponentAt = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = text[(negative ? 1 : 0)..(exponentAt < 0 ? text.Length : exponentAt)];
        var first = mantissa.IndexOfAnyExcept("0."u8);
        if (first < 0)
            return;

        var pointAt = mantissa.IndexOf((byte)'.');
        if (pointAt < 0)
            pointAt = mantissa.Length;
        _sign = negative ? -1 : 1;
        _digits = mantissa[first..(mantissa.LastIndexOfAnyExcept("0."u8) + 1)];
        _scale = pointAt - first + (first < pointAt ? 0 : 1) + (exponentAt < 0 ? 0 : Exponent(text[(exponentAt + 1)..]));
    }

    public bool IsInteger => _digits.Length - (_digits.Contains((byte)'.') ? 1 : 0) <= _scale || _sign == 0;

    /// <summary>Negative, zero or positive, as this number is less than, equal to or greater than the other.</summary>
    public int CompareTo(JsonNumber other)
    {
        if (_sign != other._sign)
            return _sign.CompareTo(other._sign);
        return _sign * (_scale != other._scale ? _scale.CompareTo(other._scale) : CompareDigits(_digits, other._digits));
    }

    /// <summary>The same for equal numbers, regardless of their notation.</summary>
    public int Hash()
    {
        var hash = new HashCode();
        hash.Add(_sign);
        hash.Add(_scale);
        foreach (var digit in _digits)
        {
            if (digit != '.')
                hash.Add(digit);
        }

        return hash.ToHashCode();
    }

    private static long Exponent(ReadOnlySpan<byte> text)
    {
        if (Utf8Parser.TryParse(text, out long exponent, out _) && Math.Abs(exponent) < HugeExponent)
            return exponent;
        return text[0] == '-' ? -HugeExponent : HugeExponent;
    }

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int l = 0, r = 0;
        while (l < left.Length && r < right.Length)
        {
            if (left[l] == '.')
                l++;
            else if (right[r] == '.')
                r++;
            else if (left[l] != right[r])
                return left[l].CompareTo(right[r]);
            else
                (l, r) = (l + 1, r + 1);
        }

        // One is a prefix of the other; as neither ends in zero, the longer one is greater.
        return (left.Length - l).CompareTo(right.Length - r);
    }
}
