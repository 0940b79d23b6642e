using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Esoz.Platform;

/// <summary>
/// Percent-encoding of one path segment, as links and signatures require: <c>A–Z a–z 0–9 - . _ ~</c> stay unchanged, every other UTF-8 byte
/// becomes <c>%XX</c> in upper case; <c>+</c> means a plus sign (media-storage §3).
/// </summary>
public static class PercentEncoding
{
    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    public static string Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!bytes.AsSpan().ContainsAnyExcept(Unreserved))
            return text;
        var encoded = new StringBuilder(bytes.Length * 3);
        foreach (var octet in bytes)
        {
            if (Unreserved.Contains(octet))
                encoded.Append((char)octet);
            else
                encoded.Append('%').Append(HexDigit(octet >> 4)).Append(HexDigit(octet & 15));
        }
        return encoded.ToString();
    }

    /// <summary>Whether the text contains <c>%</c> and each one is followed by two hexadecimal digits.</summary>
    public static bool IsEncoded(string text) => text.Contains('%', StringComparison.Ordinal) && IsWellFormed(text);

    /// <summary>Decodes one level of encoding; null when a <c>%</c> has no two hexadecimal digits or the bytes are not UTF-8.</summary>
    public static string? Decode(string text)
    {
        if (!IsWellFormed(text) || !IsText(text))
            return null;
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%')
            {
                bytes[length++] = Convert.FromHexString(bytes.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }
        var decoded = bytes.AsSpan(0, length);
        return Utf8.IsValid(decoded) ? Encoding.UTF8.GetString(decoded) : null;
    }

    /// <summary>Whether every surrogate is part of a pair.</summary>
    public static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsSurrogatePair(text, i))
                return false;
            i++;
        }
        return true;
    }

    /// <summary>Whether every <c>%</c> is followed by two hexadecimal digits.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%'))
        {
            text = text[(at + 1)..];
            if (text.Length < 2 || !char.IsAsciiHexDigit(text[0]) || !char.IsAsciiHexDigit(text[1]))
                return false;
        }
        return true;
    }

    private static char HexDigit(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);
}
