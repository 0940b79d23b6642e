using System.Text;

namespace Esoz.Platform.Storage;

/// <summary>
/// Name of an object chosen by a caller, in its canonical form (media-storage §3): a raw name and its encoded form are the same name. It is
/// part of keys and links, never of a path on disk.
/// </summary>
public sealed record ObjectName
{
    public const int MaxBytes = 255;

    private ObjectName(string text) => Text = text;

    /// <summary>The decoded name: 1–255 bytes of UTF-8 without <c>/</c>, <c>\</c> and control characters. It may be that of a person, so
    /// it is never logged.</summary>
    public string Text { get; }

    /// <summary>The name as it is written in a link.</summary>
    public string Encoded => PercentEncoding.Encode(Text);

    /// <summary>Value of Content-Disposition for saving under this name: in ASCII for old clients, and in full.</summary>
    public string Attachment
    {
        get
        {
            var ascii = string.Concat(
                Text.EnumerateRunes().Select(rune => rune.IsAscii && rune.Value is not ('"' or '%') ? (char)rune.Value : '_'));
            return $"attachment; filename=\"{ascii}\"; filename*=UTF-8''{Encoded}";
        }
    }

    /// <summary>
    /// Parses a name sent by a caller. When it is percent-encoded throughout, one level is decoded; otherwise it is taken literally, so
    /// that <c>100% готово.pdf</c> stays unchanged.
    /// </summary>
    public static ObjectName? Canonicalise(string sent, out BrokenName? broken)
    {
        var text = PercentEncoding.IsEncoded(sent) ? PercentEncoding.Decode(sent)
            : PercentEncoding.IsText(sent) ? sent
            : null;
        return Check(text, out broken);
    }

    /// <summary>Parses a name from a segment of a link, which is always encoded; null when it breaks any rule.</summary>
    public static ObjectName? FromLink(string segment) => Check(PercentEncoding.Decode(segment), out _);

    /// <summary>
    /// Slashes, control characters, line separators, and the characters that turn the direction of writing: with one of those
    /// <c>p7s.exe</c> is shown as <c>exe.s7p</c>.
    /// </summary>
    private static bool IsForbidden(char character) => character is '/' or '\\' or '\u061C' or '\u200E' or '\u200F'
        or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') || char.IsControl(character);

    private static ObjectName? Check(string? text, out BrokenName? broken)
    {
        var bytes = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        NameRule? rule = text switch
        {
            null => NameRule.Encoding,
            "" => NameRule.NotEmpty,
            _ when bytes > MaxBytes => NameRule.Length,
            "." or ".." => NameRule.Characters,
            _ when text.Any(IsForbidden) => NameRule.Characters,
            _ => null,
        };
        broken = rule is null ? null : new BrokenName(rule.Value, bytes);
        return rule is null ? new ObjectName(text!) : null;
    }
}

/// <summary>Rules for a name in the order in which they are checked (media-storage §1.2, checks 7–10).</summary>
public enum NameRule
{
    /// <summary>Encoded bytes are UTF-8.</summary>
    Encoding,
    NotEmpty,
    /// <summary>At most <see cref="ObjectName.MaxBytes"/>.</summary>
    Length,
    /// <summary>Neither <c>.</c> nor <c>..</c>, no slash, backslash, control or bidirectional character.</summary>
    Characters,
}

/// <summary>The first rule that a name breaks.</summary>
/// <param name="Bytes">Length of the canonical name in UTF-8.</param>
public sealed record BrokenName(NameRule Rule, int Bytes);
