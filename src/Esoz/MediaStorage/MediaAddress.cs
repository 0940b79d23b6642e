using Esoz.Platform.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Esoz.MediaStorage;

/// <summary>
/// Determines which requests are for media links. If the public URL has a path (<c>/media</c> by default), these are all requests under it,
/// for any host; otherwise only those that have the form of a link and the public URL's host.
/// </summary>
public sealed class MediaAddress
{
    private readonly string _prefix;
    private readonly HostString _host;

    /// <param name="publicUrl">Without a trailing slash; empty = the default path on any host.</param>
    public MediaAddress(string publicUrl)
    {
        var url = publicUrl.Length > 0 ? new Uri(publicUrl) : null;
        _prefix = url is null ? EmbeddedLinkSigner.DefaultPrefix : url.AbsolutePath.TrimEnd('/');
        _host = url is null ? default : new HostString(url.Authority);
    }

    /// <summary>The same for a request.</summary>
    public string? Locate(HttpContext context) =>
        Locate(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context.Request.Host);

    /// <summary>The path after the prefix, still encoded and without a query; null when the request is not for a media link.</summary>
    /// <param name="rawTarget">As in the request line: the framework's own path is decoded and its dot segments are removed.</param>
    public string? Locate(string rawTarget, HostString requestHost)
    {
        var path = RequestTarget.PathOf(rawTarget);
        if (_prefix.Length > 0)
            return path.StartsWith(_prefix, StringComparison.Ordinal) && (path.Length == _prefix.Length || path[_prefix.Length] == '/')
                ? path[_prefix.Length..] : null;
        return requestHost == _host && path.Split('/') is ["", _, { } folder, _] && Guid.TryParseExact(folder, "D", out _) ? path : null;
    }
}
