using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>
/// An element of GF(2^m) in polynomial basis, or any other whole number that fits: 64 bits a limb, the lowest first, unused limbs zero.
/// It knows no field; <see cref="BinaryField"/> calculates with it.
/// </summary>
[InlineArray(Limbs)]
internal struct FieldElement : IEquatable<FieldElement>
{
    /// <summary>Enough for the largest of the known curves, m = 431.</summary>
    public const int Limbs = 7;

    public const int Bytes = Limbs * sizeof(ulong);

    private ulong _lowest;

    public static FieldElement One => FromWord(1);

    public readonly bool IsZero => ((ReadOnlySpan<ulong>)this).IndexOfAnyExcept(0UL) < 0;

    /// <summary>Number of bits up to the highest one that is set.</summary>
    public readonly int BitLength
    {
        get
        {
            for (var i = Limbs - 1; i >= 0; i--)
            {
                if (this[i] != 0)
                    return (i * 64) + 64 - BitOperations.LeadingZeroCount(this[i]);
            }
            return 0;
        }
    }

    public static FieldElement FromWord(ulong word)
    {
        var element = new FieldElement();
        element[0] = word;
        return element;
    }

    /// <summary>From at most <see cref="Bytes"/> bytes, the lowest first.</summary>
    public static FieldElement FromLittleEndian(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[Bytes];
        padded.Clear();
        bytes.CopyTo(padded);
        var element = new FieldElement();
        for (var i = 0; i < Limbs; i++)
            element[i] = BinaryPrimitives.ReadUInt64LittleEndian(padded[(i * sizeof(ulong))..]);
        return element;
    }

    public static FieldElement FromHex(string hex) => FromNumber(BigInteger.Parse('0' + hex, System.Globalization.NumberStyles.AllowHexSpecifier, null));

    public static FieldElement FromNumber(BigInteger number) => FromLittleEndian(number.ToByteArray(isUnsigned: true));

    /// <summary>The lowest <paramref name="length"/> bytes, the lowest first.</summary>
    public readonly byte[] ToLittleEndian(int length)
    {
        var bytes = new byte[Bytes];
        for (var i = 0; i < Limbs; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), this[i]);
        return bytes[..length];
    }

    public readonly BigInteger ToNumber() => new(ToLittleEndian(Bytes), isUnsigned: true);

    public readonly bool Bit(int at) => ((this[at >> 6] >> (at & 63)) & 1) != 0;

    /// <summary>The lowest <paramref name="bits"/> bits.</summary>
    public readonly FieldElement Truncated(int bits)
    {
        var truncated = new FieldElement();
        for (var i = 0; i < Limbs; i++)
            truncated[i] = bits >= (i + 1) * 64 ? this[i] : bits <= i * 64 ? 0 : this[i] & ((1UL << (bits - (i * 64))) - 1);
        return truncated;
    }

    /// <summary>Sum in any field of characteristic two, which is also the difference.</summary>
    public static FieldElement operator ^(in FieldElement left, in FieldElement right)
    {
        var sum = new FieldElement();
        for (var i = 0; i < Limbs; i++)
            sum[i] = left[i] ^ right[i];
        return sum;
    }

    /// <summary>Comparison as whole numbers.</summary>
    public static bool operator <(in FieldElement left, in FieldElement right)
    {
        for (var i = Limbs - 1; i >= 0; i--)
        {
            if (left[i] != right[i])
                return left[i] < right[i];
        }
        return false;
    }

    public static bool operator >(in FieldElement left, in FieldElement right) => right < left;

    public static bool operator ==(in FieldElement left, in FieldElement right) => ((ReadOnlySpan<ulong>)left).SequenceEqual(right);

    public static bool operator !=(in FieldElement left, in FieldElement right) => !(left == right);

    public readonly bool Equals(FieldElement other) => this == other;

    public override readonly bool Equals(object? obj) => obj is FieldElement other && this == other;

    public override readonly int GetHashCode() => this[0].GetHashCode();
}
