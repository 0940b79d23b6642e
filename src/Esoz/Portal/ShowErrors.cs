using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What the page of errors shows.</summary>
/// <param name="Query">What was searched for; null = everything is shown.</param>
public sealed record ErrorList(PortalView View, string? Query, IReadOnlyList<ErrorEntry> Errors);

/// <summary>GET /docs/errors: every code and text that a method can answer, with its cause and what to do.</summary>
public static class ShowErrors
{
    public static PageRoute Page { get; } = new("portal-errors", HttpMethods.Get, PortalPages.Errors) { Handle = Handle };

    private static HtmlPage Handle(HttpContext context, Reference reference)
    {
        var view = PortalView.Of(context);
        var query = Parameters.OfQuery(context.Request)["q"]?.Trim();
        return PortalView.Page<ErrorsPage, ErrorList>(new(view, string.IsNullOrEmpty(query) ? null : query,
            string.IsNullOrEmpty(query) ? reference.Errors : [.. reference.Errors.Where(error => error.Fits(query))]));
    }
}
