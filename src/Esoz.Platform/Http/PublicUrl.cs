using System.Net;
using Esoz.Platform.Configuration;

namespace Esoz.Platform.Http;

/// <summary>
/// Base of the URLs that the server returns: <c>PUBLIC_BASE_URL</c>, or scheme and host of the request. The default port of the scheme is
/// omitted (platform §1, §4).
/// </summary>
/// <param name="ConfiguredBase">Scheme, host and optional port without a trailing slash; empty = taken from the request.</param>
/// <param name="Hosts">Hosts of requests that may stand in URLs, with a port or for any; null = any host.</param>
/// <param name="SignInBase"><c>AUTH_BASE_URL</c>: base of the methods and pages of sign-in; empty = that of the others (sign-in §15).</param>
public sealed record PublicUrl(string ConfiguredBase, IReadOnlyList<HostString>? Hosts = null, string SignInBase = "")
{
    /// <summary>Hosts of a server that only its own machine reaches.</summary>
    public static IReadOnlyList<HostString> ThisMachine { get; } = [];

    /// <summary>URL of the request: base and path, without the query.</summary>
    public static string Of(HttpContext context)
    {
        var url = context.RequestServices.GetRequiredService<PublicUrl>();
        var isSignIn = context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>() is { Family: Family.SignIn };
        return (isSignIn ? url.OfSignIn(context.Request) : url.Base(context.Request)) + context.Request.Path.ToUriComponent();
    }

    /// <summary>Base of the methods and pages of sign-in; the issuer of codes (RFC 9207).</summary>
    public string OfSignIn(HttpRequest request) => SignInBase.Length > 0 ? SignInBase : Base(request);

    public string Base(HttpRequest request)
    {
        if (ConfiguredBase.Length > 0)
            return ConfiguredBase;
        // A proxy may write HTTPS.
        var scheme = request.Scheme.ToLowerInvariant();
        return $"{scheme}://{WithoutDefaultPort(scheme, HostOf(request))}";
    }

    /// <summary>A host that is not one of ours is never repeated: links would lead to whatever a client wrote there.</summary>
    private HostString HostOf(HttpRequest request)
    {
        var host = request.Host;
        return host.HasValue && IsOurs(host) ? host
            : Hosts is [var first, ..] ? first
            : AddressOf(request.HttpContext.Connection);
    }

    private bool IsOurs(HostString host) => Hosts switch
    {
        null => true,
        [] => Listener.IsLocalHost(host.Host.Trim('[', ']')),
        var ours => ours.Any(our => our.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase) && (our.Port ?? host.Port) == host.Port),
    };

    private static string WithoutDefaultPort(string scheme, HostString host) =>
        (scheme, host.Port) is ("http", 80) or ("https", 443) ? host.Host : host.ToUriComponent();

    /// <summary>HTTP allows an empty Host, and HTTP/1.0 none at all: then it is the address at which the connection arrived.</summary>
    private static HostString AddressOf(ConnectionInfo connection) =>
        connection.LocalIpAddress is { } address ? new(new IPEndPoint(address, connection.LocalPort).ToString()) : new("localhost");
}
