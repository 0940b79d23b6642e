namespace Esoz.Platform.Storage;

/// <summary>A link split as text. Path and query stay unchanged: a URI object might decode them.</summary>
/// <param name="Origin">Scheme, host and, unless it is the scheme's default, port.</param>
/// <param name="Path">Encoded, with the leading slash.</param>
/// <param name="Query">Without the question mark.</param>
public sealed record LinkText(string Origin, string Path, string Query)
{
    /// <summary>Null for text that is not an http or https URL.</summary>
    public static LinkText? Parse(string text)
    {
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (host < 3 || text.Any(character => char.IsControl(character) || character == ' '))
            return null;
        // The fragment is never sent to the server.
        var end = text.IndexOf('#', StringComparison.Ordinal) is var hash and >= 0 ? hash : text.Length;
        var query = text.IndexOf('?', 0, end) is var mark and >= 0 ? mark : end;
        var path = text.IndexOf('/', host) is var slash and >= 0 && slash < query ? slash : query;
        return Uri.TryCreate(text[..path], UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https"
            ? new($"{origin.Scheme}://{origin.Authority}", path < query ? text[path..query] : "/",
                query < end ? text[(query + 1)..end] : "")
            : null;
    }
}
