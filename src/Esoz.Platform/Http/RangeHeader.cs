using System.Globalization;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Http;

/// <summary>
/// The <c>Range</c> header of a GET: one range of bytes. Multiple ranges and other units are ignored, as HTTP allows, and so is a range
/// whose <c>If-Range</c> does not match the content. It is read after the other <see cref="Preconditions"/>.
/// </summary>
public static class RangeHeader
{
    private const string Unit = "bytes=";

    /// <summary>The part to send; null = the whole object; a count of 0 = the range cannot be satisfied.</summary>
    /// <param name="current">Validators of the whole object.</param>
    /// <param name="length">Length of the whole object in bytes.</param>
    public static ByteRange? Choose(HttpRequest request, Validators current, long length)
    {
        if (!HttpMethods.IsGet(request.Method) || request.Headers.Range is not [{ } header]
            || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase) || header.Contains(',', StringComparison.Ordinal)
            || !Preconditions.AllowRange(request, current))
            return null;
        return Resolve(header.AsSpan(Unit.Length).Trim(), length);
    }

    /// <param name="range"><c>a-b</c>, <c>a-</c> or <c>-n</c>.</param>
    private static ByteRange Resolve(ReadOnlySpan<char> range, long length)
    {
        var dash = range.IndexOf('-');
        if (dash < 0 || (dash == 0 && range.Length == 1))
            return default;
        if (dash == 0)
            return Number(range[1..]) is { } suffix ? new(length - Math.Min(suffix, length), Math.Min(suffix, length)) : default;
        var first = Number(range[..dash]);
        var last = dash == range.Length - 1 ? long.MaxValue : Number(range[(dash + 1)..]);
        return first is null || last is null || first > last || first >= length ? default
            : new(first.Value, Math.Min(last.Value, length - 1) - first.Value + 1);
    }

    /// <summary>Digits only; on overflow, the largest number.</summary>
    private static long? Number(ReadOnlySpan<char> digits)
    {
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return null;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
    }
}
