using Esoz.Pages;
using Esoz.Platform.Http;
using Esoz.Portal;
using Esoz.SignIn.Browser;

namespace Esoz;

/// <summary>Contents: every page for people, beside <see cref="Methods"/>, which programs call.</summary>
public static class WebPages
{
    public static IReadOnlyList<PageRoute> All { get; } =
    [
        // Sign-in (sign-in.md §5)
        ShowSignIn.Page,
        SubmitSignIn.Page,
        RootRedirect.Page,

        // One-time links by which users set a password (sign-in.md §13)
        ShowNewPassword.Page,
        SubmitNewPassword.Page,

        // Developer portal; its first page is the other half of RootRedirect
        .. PortalPages.All,

        // Style sheets, script and icon of the pages
        Asset.Page,
    ];
}
