using Esoz.Pages;
using Esoz.Platform.Http;

namespace Esoz;

/// <summary>Contents: every page for people, beside <see cref="Methods"/>, which programs call.</summary>
public static class WebPages
{
    public static IReadOnlyList<PageRoute> All { get; } =
    [
        // Style sheet and icon of the pages
        Asset.Page,
    ];
}
