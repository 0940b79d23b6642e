using System.Net;

namespace Esoz.Platform.Http;

/// <summary>
/// Base of the URLs that the server returns: <c>PUBLIC_BASE_URL</c>, or scheme and host of the request. The default port of the scheme is
/// omitted (platform §1, §4).
/// </summary>
/// <param name="ConfiguredBase">Scheme, host and optional port without a trailing slash; empty = taken from the request.</param>
public sealed record PublicUrl(string ConfiguredBase)
{
    /// <summary>URL of the request: base and path, without the query.</summary>
    public static string Of(HttpContext context) =>
        context.RequestServices.GetRequiredService<PublicUrl>().Base(context.Request) + context.Request.Path.ToUriComponent();

    public string Base(HttpRequest request)
    {
        if (ConfiguredBase.Length > 0)
            return ConfiguredBase;
        // A proxy may write HTTPS.
        var scheme = request.Scheme.ToLowerInvariant();
        return $"{scheme}://{WithoutDefaultPort(scheme, request.Host.HasValue ? request.Host : AddressOf(request.HttpContext.Connection))}";
    }

    private static string WithoutDefaultPort(string scheme, HostString host) =>
        (scheme, host.Port) is ("http", 80) or ("https", 443) ? host.Host : host.ToUriComponent();

    /// <summary>HTTP allows an empty Host, and HTTP/1.0 none at all: then it is the address at which the connection arrived.</summary>
    private static HostString AddressOf(ConnectionInfo connection) =>
        connection.LocalIpAddress is { } address ? new(new IPEndPoint(address, connection.LocalPort).ToString()) : new("localhost");
}
