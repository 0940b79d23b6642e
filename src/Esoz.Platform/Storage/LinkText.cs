namespace Esoz.Platform.Storage;

/// <summary>A link taken apart as text. Path and query stay as they are: a URI object might decode them.</summary>
/// <param name="Origin">Scheme, host and port, the latter only when it is not the scheme's own.</param>
/// <param name="Path">Encoded, with its first slash.</param>
/// <param name="Query">Without its question mark.</param>
public sealed record LinkText(string Origin, string Path, string Query)
{
    /// <summary>Null for what is no URL over http or https.</summary>
    public static LinkText? Parse(string text)
    {
        var host = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (host < 3 || text.Any(character => char.IsControl(character) || character == ' '))
            return null;
        // What follows a # stays with the client.
        var end = text.IndexOf('#', StringComparison.Ordinal) is var hash and >= 0 ? hash : text.Length;
        var query = text.IndexOf('?', 0, end) is var mark and >= 0 ? mark : end;
        var path = text.IndexOf('/', host) is var slash and >= 0 && slash < query ? slash : query;
        return Uri.TryCreate(text[..path], UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https"
            ? new($"{origin.Scheme}://{origin.Authority}", path < query ? text[path..query] : "/",
                query < end ? text[(query + 1)..end] : "")
            : null;
    }
}
