using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>
/// Which requests are for media links. With a path in the public URL (<c>/media</c> by default) everything under it is, on whatever host it
/// arrives; without one, only what has the form of a link and names the public URL's host.
/// </summary>
public sealed class MediaAddress
{
    private readonly string _prefix;
    private readonly HostString _host;

    /// <param name="publicUrl">Without a trailing slash; empty = the default path on whatever host.</param>
    public MediaAddress(string publicUrl)
    {
        var url = publicUrl.Length > 0 ? new Uri(publicUrl) : null;
        _prefix = url is null ? EmbeddedLinkSigner.DefaultPrefix : url.AbsolutePath.TrimEnd('/');
        _host = url is null ? default : new HostString(url.Authority);
    }

    /// <summary>The path after the prefix, still encoded and without a query; null when the request is for something else.</summary>
    /// <param name="rawTarget">As the request line has it: the framework's own path is decoded and has its dots resolved.</param>
    public string? Locate(string rawTarget, HostString requestHost)
    {
        var path = PathOf(rawTarget);
        if (_prefix.Length > 0)
            return path.StartsWith(_prefix, StringComparison.Ordinal) && (path.Length == _prefix.Length || path[_prefix.Length] == '/')
                ? path[_prefix.Length..] : null;
        return requestHost == _host && path.Split('/') is ["", _, { } folder, _] && Guid.TryParseExact(folder, "D", out _) ? path : null;
    }

    private static string PathOf(string rawTarget)
    {
        var query = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? rawTarget : rawTarget[..query];
        // A request through a proxy may carry the whole URL.
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || path[0] == '/')
            return path;
        var start = path.IndexOf('/', scheme + 3);
        return start < 0 ? "/" : path[start..];
    }
}
