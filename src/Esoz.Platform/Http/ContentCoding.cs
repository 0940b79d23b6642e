using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Esoz.Platform.Http;

/// <summary>Negotiation of the content coding.</summary>
public static class ContentCoding
{
    /// <summary>Whether gzip is accepted with a weight not lower than that of identity.</summary>
    public static bool Gzip(StringValues acceptEncoding)
    {
        if (!StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var codings))
            return false;
        var any = Quality(codings, "*");
        var gzip = Quality(codings, "gzip") ?? any ?? 0;
        return gzip > 0 && gzip >= (Quality(codings, "identity") ?? 0);
    }

    private static double? Quality(IEnumerable<StringWithQualityHeaderValue> codings, string name) =>
        codings.FirstOrDefault(coding => coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } coding
            ? coding.Quality ?? 1 : null;
}
