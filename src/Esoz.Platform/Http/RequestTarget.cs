using Microsoft.AspNetCore.Http.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// Takes the path as it was sent. The web server removes dot segments (<c>/api/../metrics</c> becomes <c>/metrics</c>), so a proxy that
/// lets only some prefixes pass would let all of them pass. With this they are segments like any other, and no route has them.
/// </summary>
public sealed class RequestTarget(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (MayHaveDots(target) && PathOf(target) is var path && path.Split('/').Any(IsDots))
            context.Request.Path = Decoded(path);
        return next(context);
    }

    /// <summary>The path of a target, still encoded and without a query. A request through a proxy may have an absolute URL.</summary>
    public static string PathOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || path[0] == '/')
            return path;
        var start = path.IndexOf('/', scheme + 3);
        return start < 0 ? "/" : path[start..];
    }

    /// <summary>The path with each segment decoded, if it can be.</summary>
    /// <param name="path">Begins with a slash; anything else is taken for no path.</param>
    public static PathString Decoded(string path) =>
        path.StartsWith('/') ? new(string.Join('/', path.Split('/').Select(DecodedSegment))) : PathString.Empty;

    /// <summary>Cheap: almost every target is done with it.</summary>
    private static bool MayHaveDots(string target) =>
        target.Contains("/.", StringComparison.Ordinal) || target.Contains("%2e", StringComparison.OrdinalIgnoreCase);

    private static bool IsDots(string segment) => DecodedSegment(segment) is "." or "..";

    /// <summary>A slash inside a segment stays encoded.</summary>
    private static string DecodedSegment(string segment) =>
        PercentEncoding.Decode(segment)?.Replace("/", "%2F", StringComparison.Ordinal) ?? segment;
}
