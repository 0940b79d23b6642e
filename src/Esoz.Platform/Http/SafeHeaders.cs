using System.Globalization;

namespace Esoz.Platform.Http;

/// <summary>
/// Headers of every answer: nobody guesses its media type, a browser that is led to it runs and loads nothing and puts it in no frame, and
/// nobody keeps it unless the method says otherwise. Over the server's own TLS also <c>Strict-Transport-Security</c>; a proxy that ends TLS
/// sends its own. A page has a policy of its own.
/// </summary>
public sealed class SafeHeaders(RequestDelegate next, TlsOptions? tls)
{
    public const string Policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    private readonly string? _strict = tls is { StrictFor: var time } && time > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"max-age={time.TotalSeconds:F0}{(tls.StrictWithSubdomains ? "; includeSubDomains" : "")}")
        : null;

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        if (_strict is not null && context.Request.IsHttps)
            headers.StrictTransportSecurity = _strict;
        return next(context);
    }
}
