namespace Esoz.Platform.Http;

/// <summary>Syntax of percent-encoding in a raw query string: every <c>%</c> is followed by two hexadecimal digits.</summary>
public static class PercentEncoding
{
    public static bool IsValid(ReadOnlySpan<char> raw)
    {
        for (var at = raw.IndexOf('%'); at >= 0; at = raw.IndexOf('%'))
        {
            raw = raw[(at + 1)..];
            if (raw.Length < 2 || !char.IsAsciiHexDigit(raw[0]) || !char.IsAsciiHexDigit(raw[1]))
                return false;
        }
        return true;
    }
}
