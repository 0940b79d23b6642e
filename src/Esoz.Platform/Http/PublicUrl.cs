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

    public string Base(HttpRequest request) =>
        ConfiguredBase.Length > 0 ? ConfiguredBase : $"{request.Scheme}://{WithoutDefaultPort(request)}";

    private static string WithoutDefaultPort(HttpRequest request) =>
        (request.Scheme, request.Host.Port) is ("http", 80) or ("https", 443) ? request.Host.Host : request.Host.ToUriComponent();
}
