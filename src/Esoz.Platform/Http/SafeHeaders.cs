using System.Globalization;

namespace Esoz.Platform.Http;

/// <summary>
/// Headers of every answer: nobody guesses its media type, and nobody keeps it unless the method says otherwise. Over the server's own TLS
/// also <c>Strict-Transport-Security</c>; a proxy that ends TLS sends its own.
/// </summary>
public sealed class SafeHeaders(RequestDelegate next, TimeSpan strictFor)
{
    private readonly string _strict = string.Create(CultureInfo.InvariantCulture, $"max-age={strictFor.TotalSeconds:F0}");

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        if (strictFor > TimeSpan.Zero && context.Request.IsHttps)
            headers.StrictTransportSecurity = _strict;
        return next(context);
    }
}
