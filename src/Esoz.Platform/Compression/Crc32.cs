namespace Esoz.Platform.Compression;

/// <summary>
/// CRC-32 of gzip (RFC 1952 §8), and the combination of the checksums of adjacent pieces without reading them again, which the library does
/// not provide.
/// </summary>
public static class Crc32
{
    /// <summary>The polynomial with its bits reversed: bit 31 is x⁰.</summary>
    private const uint Polynomial = 0xEDB88320;

    public static uint Of(ReadOnlySpan<byte> bytes) => System.IO.Hashing.Crc32.HashToUInt32(bytes);

    /// <summary>Checksum of a piece followed by another.</summary>
    /// <param name="first">Checksum of the first piece.</param>
    /// <param name="second">Checksum of the second piece.</param>
    /// <param name="secondLength">Length of the second piece in bytes.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        // Appending n bytes multiplies the first remainder by x^(8n).
        var shift = 1u << 31;
        var square = 1u << 23;
        for (var n = secondLength; n > 0; n >>= 1)
        {
            if ((n & 1) != 0)
                shift = Multiply(shift, square);
            square = Multiply(square, square);
        }
        return Multiply(first, shift) ^ second;
    }

    /// <summary>Product of two polynomials modulo <see cref="Polynomial"/>.</summary>
    private static uint Multiply(uint left, uint right)
    {
        var product = 0u;
        for (var bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((left & bit) != 0)
                product ^= right;
            right = TimesX(right);
        }
        return product;
    }

    private static uint TimesX(uint polynomial) => (polynomial & 1) != 0 ? (polynomial >> 1) ^ Polynomial : polynomial >> 1;
}
