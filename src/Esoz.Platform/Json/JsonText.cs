using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Esoz.Platform.Json;

/// <summary>Checks and access for the strings of a JSON text.</summary>
public static class JsonText
{
    /// <summary>
    /// False when the text is not UTF-8 or contains an escaped lone surrogate: <c>"\ud800"</c> is valid JSON, but reading it as a string
    /// throws, and no database can store it.
    /// </summary>
    public static bool IsSound(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        for (var at = json.IndexOf((byte)'\\'); at >= 0; at = json.IndexOf((byte)'\\'))
        {
            json = json[at..];
            var unit = EscapedUnit(json);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(EscapedUnit(json[6..]))))
                return false;
            json = json[Math.Min(char.IsHighSurrogate(unit) ? 12 : 2, json.Length)..];
        }

        return true;
    }

    /// <summary>
    /// Whether the text contains an escaped U+0000. It is valid in JSON, but PostgreSQL cannot store it; therefore it is refused once, on
    /// input, instead of at every use.
    /// </summary>
    public static bool NamesNul(ReadOnlySpan<byte> json)
    {
        for (var at = json.IndexOf("\\u0000"u8); at >= 0; at = json.IndexOf("\\u0000"u8))
        {
            // An even number of backslashes before it is a run of escaped backslashes: "\\\\u0000" is a backslash and five characters.
            var backslashes = at - json[..at].LastIndexOfAnyExcept((byte)'\\') - 1;
            if (backslashes % 2 == 0)
                return true;
            json = json[(at + 6)..];
        }
        return false;
    }

    /// <summary>The characters of a string value as UTF-8; copied only when some of them are escaped.</summary>
    internal static ReadOnlySpan<byte> Utf8Of(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        return raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(value.GetString()!) : raw[1..^1];
    }

    /// <summary>The UTF-16 unit escaped as \uXXXX at the start of the text, or NUL when there is none.</summary>
    private static char EscapedUnit(ReadOnlySpan<byte> json) =>
        json.StartsWith("\\u"u8) && json.Length >= 6
            && ushort.TryParse(json[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : '\0';
}
