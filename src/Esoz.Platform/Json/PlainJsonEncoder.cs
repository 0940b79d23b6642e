using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Esoz.Platform.Json;

/// <summary>
/// Writes JSON strings as plain UTF-8: only control characters, <c>"</c> and <c>\</c> are escaped (platform §1); U+0080–U+009F too, because
/// some readers take U+0085 for the end of a line. Even the framework's most relaxed encoder escapes characters outside the basic plane and
/// some others.
/// </summary>
public sealed class PlainJsonEncoder : JavaScriptEncoder
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x80, 0x20)).Select(i => (char)i), '"', '\\']);
    private static readonly SearchValues<byte> EscapedBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\', FirstOfTwo]);

    /// <summary>U+0080–U+009F are this byte and 80 to 9F in UTF-8; with A0 to BF it begins other characters.</summary>
    private const byte FirstOfTwo = 0xC2;

    public static PlainJsonEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\' or (>= 0x80 and < 0xA0);

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var span = new ReadOnlySpan<char>(text, textLength);
        var escaped = span.IndexOfAny(Escaped);
        // A lone surrogate is not valid text; the caller replaces it.
        var surrogate = span.IndexOfAnyInRange('\uD800', '\uDFFF') is var first and >= 0 ? LoneSurrogate(span, first) : -1;
        return escaped < 0 ? surrogate : surrogate < 0 ? escaped : Math.Min(escaped, surrogate);
    }

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) =>
        Utf8.IsValid(utf8Text) ? IndexOfEscaped(utf8Text) : base.FindFirstCharacterToEncodeUtf8(utf8Text);

    /// <summary>Index of the first character that is written as an escape sequence; -1 when there is none.</summary>
    /// <param name="utf8">Well-formed.</param>
    public static int IndexOfEscaped(ReadOnlySpan<byte> utf8)
    {
        for (var from = 0; ; from += 2)
        {
            var found = utf8[from..].IndexOfAny(EscapedBytes);
            if (found < 0)
                return -1;
            from += found;
            if (utf8[from] != FirstOfTwo || IndexOfC1(utf8.Slice(from, Math.Min(2, utf8.Length - from))) == 0)
                return from;
        }
    }

    /// <summary>Index of the first of U+0080–U+009F; -1 when there is none.</summary>
    public static int IndexOfC1(ReadOnlySpan<byte> utf8)
    {
        for (var from = 0; ; from += 2)
        {
            var found = utf8[from..].IndexOf(FirstOfTwo);
            if (found < 0)
                return -1;
            from += found;
            if (from + 1 < utf8.Length && utf8[from + 1] < 0xA0)
                return from;
            if (from + 2 > utf8.Length)
                return -1;
        }
    }

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        var text = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\b' => "\\b",
            '\f' => "\\f",
            _ => $"\\u{unicodeScalar:x4}",
        };
        var fits = text.TryCopyTo(target);
        numberOfCharactersWritten = fits ? text.Length : 0;
        return fits;
    }

    private static int LoneSurrogate(ReadOnlySpan<char> text, int from)
    {
        for (var i = from; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text[i..], out _, out var consumed) != OperationStatus.Done)
                return i;
            i += consumed;
        }
        return -1;
    }
}
