using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Esoz.Pages;

/// <summary>
/// The answer of a page: a Razor component as static HTML, in the language of the reader, with the headers that every page has
/// (sign-in §5). No inline script or style and nothing of another origin is allowed; nobody may put it in a frame or keep it.
/// </summary>
public sealed class HtmlPage : IResult
{
    private readonly RenderFragment _page;

    private readonly int _status;
    private readonly string? _formTarget;
    private readonly bool _hasScript, _isCompressed;
    private readonly string? _policy;

    private HtmlPage(RenderFragment page, int status, string? formTarget, bool hasScript, bool isCompressed, string? policy) =>
        (_page, _status, _formTarget, _hasScript, _isCompressed, _policy) = (page, status, formTarget, hasScript, isCompressed, policy);

    /// <param name="formTarget">Origin to which a form of the page may lead beside our own; null = none.</param>
    /// <param name="hasScript">Embedded scripts may run; the page works without them.</param>
    /// <param name="isCompressed">
    /// Sent as gzip to whoever accepts it. Never for a page with a secret, about which the length would say something.
    /// </param>
    /// <param name="policy">The whole content security policy; null = that of every page.</param>
    public static HtmlPage Of<TPage, TModel>(
        TModel model, int status = StatusCodes.Status200OK, string? formTarget = null, bool hasScript = false, bool isCompressed = false,
        string? policy = null)
        where TPage : Page<TModel> => new(
            builder =>
            {
                builder.OpenComponent<TPage>(0);
                builder.AddComponentParameter(1, nameof(Page<TModel>.Model), model);
                builder.CloseComponent();
            },
            status, formTarget, hasScript, isCompressed, policy);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var html = Encoding.UTF8.GetBytes(await Render(httpContext.RequestServices, Language.Of(httpContext)));
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.ContentType = "text/html; charset=UTF-8";
        WriteHeaders(response.Headers, _formTarget, _hasScript);
        if (_policy is not null)
            response.Headers.ContentSecurityPolicy = _policy;
        if (_isCompressed && ContentCoding.Gzip(httpContext.Request.Headers.AcceptEncoding))
        {
            html = Compressed(html);
            response.Headers.ContentEncoding = "gzip";
        }
        response.ContentLength = html.Length;
        await response.Body.WriteAsync(html, httpContext.RequestAborted);
    }

    /// <summary>Headers of every answer to a browser that is not a file; also of redirects.</summary>
    internal static void WriteHeaders(IHeaderDictionary headers, string? formTarget = null, bool hasScript = false)
    {
        headers.XFrameOptions = "deny";
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'self'; img-src 'self'; {(hasScript ? "script-src 'self'; connect-src 'self'; " : "")}form-action 'self'"
            + (formTarget is null ? "" : $" {formTarget}") + "; frame-ancestors 'none'; base-uri 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
    }

    private static byte[] Compressed(byte[] html)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(html);
        return bytes.ToArray();
    }

    private async Task<string> Render(IServiceProvider services, Language language)
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<PageRoot>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(PageRoot.Language)] = language,
                [nameof(PageRoot.Page)] = _page,
            }));
            return root.ToHtmlString();
        });
    }
}
