using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>Contents: the pages of the developer portal (docs/adr/0050-developer-portal.md).</summary>
public static class PortalPages
{
    public const string Start = "/";
    public const string Docs = "/docs";
    public const string Methods = "/docs/methods";
    public const string Errors = "/docs/errors";
    public const string Explain = "/docs/explain";
    public const string Guides = "/docs/guides";
    public const string Walkthrough = "/docs/walkthrough";
    public const string Swagger = "/docs/swagger";
    public const string Design = "/docs/design";

    /// <summary>The page at <c>/</c>, which shares its address with sign-in.</summary>
    public static HomePage Home { get; } = new(ShowStart.Handle);

    public static IReadOnlyList<PageRoute> All { get; } =
    [
        ShowCatalogue.Page,
        ShowMethod.Page,
        TryMethod.Page,
        ShowErrors.Page,
        ShowGuides.Page,
        ShowWalkthrough.Page,
        ShowWalkthrough.Form,
        ExplainRequest.Page,
        ExplainRequest.Form,
        ShowSwagger.Page,
        ShowDesign.Page,
        .. Downloads.Pages,
    ];

    /// <summary>Main pages, for the navigation.</summary>
    internal static IReadOnlyList<(string Address, Words Title)> Sections { get; } =
    [
        (Start, new("Старт", "Start")),
        (Docs, new("Методи", "Methods")),
        (Errors, new("Помилки", "Errors")),
        (Guides, new("Посібники", "Guides")),
        (Explain, new("Пояснити запит", "Explain a request")),
    ];
}
