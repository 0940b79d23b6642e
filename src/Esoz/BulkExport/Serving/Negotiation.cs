using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Esoz.BulkExport.Serving;

/// <summary>Content negotiation of the bulk methods (pis-bulk §6).</summary>
public static class Negotiation
{
    public const string Json = "application/json; charset=utf-8";
    public const string OctetStream = "application/octet-stream";

    /// <summary>Records only, one per line.</summary>
    public const string Ndjson = "application/x-ndjson";

    /// <summary>NDJSON or octet-stream when the client names it and prefers it to JSON; otherwise JSON.</summary>
    public static string MediaType(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
            return Json;
        var json = Quality(types, "application/json") ?? 0;
        var (lines, octets) = (Quality(types, Ndjson) ?? 0, Quality(types, OctetStream) ?? 0);
        if (Math.Max(lines, octets) <= json)
            return Json;
        return lines >= octets ? Ndjson : OctetStream;
    }

    private static double? Quality(IEnumerable<MediaTypeHeaderValue> types, string name) =>
        types.FirstOrDefault(type => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } type
            ? type.Quality ?? 1 : null;
}
