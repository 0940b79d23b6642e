using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What the catalogue shows.</summary>
/// <param name="Query">What was searched for; null = everything is shown.</param>
public sealed record Catalogue(PortalView View, string? Query, IReadOnlyList<Found> Found);

/// <summary>GET /docs: the methods by task and area, or those that a search finds.</summary>
public static class ShowCatalogue
{
    private const int MaxQuery = 500;

    public static PageRoute Page { get; } = new("portal-methods", HttpMethods.Get, PortalPages.Docs) { Handle = Handle };

    private static HtmlPage Handle(HttpContext context, Reference reference)
    {
        var view = PortalView.Of(context);
        var query = Parameters.OfQuery(context.Request)["q"]?.Trim();
        if (query is { Length: 0 or > MaxQuery })
            query = null;
        return PortalView.Page<CataloguePage, Catalogue>(new(view, query,
            query is null ? [.. reference.Methods.Select(method => new Found(method, []))] : reference.Search(query)));
    }
}
