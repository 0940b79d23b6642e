using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What the page with Swagger UI shows.</summary>
/// <param name="MayTry">Whether requests may be sent from it.</param>
public sealed record SwaggerView(PortalView View, bool MayTry);

/// <summary>What the portal is told of the settings.</summary>
/// <param name="IsSandbox">Requests may be sent from its pages.</param>
public sealed record PortalOptions(bool IsSandbox);

/// <summary>
/// GET /docs/swagger: Swagger UI on <c>/openapi.json</c> of this server. In production it is read-only
/// (docs/adr/0053-swagger-ui-and-walkthrough.md).
/// </summary>
public static class ShowSwagger
{
    /// <summary>
    /// Swagger UI asks this server for the document and for what is tried; its style sheet has pictures as <c>data:</c>. Its inline
    /// styles are set by script, one property at a time, which <c>style-src</c> allows.
    /// </summary>
    public const string Policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static PageRoute Page { get; } = new("portal-swagger", HttpMethods.Get, PortalPages.Swagger) { Handle = Handle };

    private static HtmlPage Handle(HttpContext context, PortalOptions options) =>
        PortalView.Page<SwaggerPage, SwaggerView>(new(PortalView.Of(context), options.IsSandbox), policy: Policy);
}
