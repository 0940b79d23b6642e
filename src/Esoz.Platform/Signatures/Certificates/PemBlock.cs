using System.Text;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>One block of a PEM file.</summary>
/// <param name="Label">What stands after BEGIN.</param>
/// <param name="Content">Null when it is not base64 or has no end.</param>
internal sealed record PemBlock(string Label, byte[]? Content)
{
    private const string Begin = "-----BEGIN ";
    private const string Dashes = "-----";

    /// <summary>All blocks; text before, between and after them is skipped.</summary>
    public static IEnumerable<PemBlock> ReadAll(ReadOnlySpan<byte> file)
    {
        var text = Encoding.Latin1.GetString(file);
        var blocks = new List<PemBlock>();
        for (var at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0;)
        {
            var label = at + Begin.Length;
            var labelEnd = text.IndexOf(Dashes, label, StringComparison.Ordinal);
            var next = text.IndexOf(Begin, label, StringComparison.Ordinal);
            if (labelEnd < 0 || text.AsSpan(label, labelEnd - label).ContainsAny('\r', '\n'))
                blocks.Add(new("an unknown kind", null));
            else
            {
                var name = text[label..labelEnd];
                var end = text.IndexOf($"-----END {name}-----", labelEnd, StringComparison.Ordinal);
                blocks.Add(new(name, end < 0 || (next >= 0 && end > next) ? null : Decoded(text[(labelEnd + Dashes.Length)..end])));
            }
            at = next;
        }
        return blocks;
    }

    private static byte[]? Decoded(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }
}
