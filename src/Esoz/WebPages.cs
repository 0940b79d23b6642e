using Esoz.OperatorConsole;
using Esoz.Pages;
using Esoz.Portal;
using Esoz.SignIn.Browser;

namespace Esoz;

/// <summary>Contents: every page for people, beside <see cref="Methods"/>, which programs call.</summary>
public static class WebPages
{
    /// <summary>Style sheets, scripts and icon of all pages, and the root, which leads to sign-in or shows the portal.</summary>
    public static IReadOnlyList<PageRoute> Shared { get; } = [Asset.Page, RootRedirect.Page];

    /// <summary>Pages of sign-in, with the role api.</summary>
    public static IReadOnlyList<PageRoute> SignIn { get; } =
    [
        // Sign-in (sign-in.md §5)
        ShowSignIn.Page,
        SubmitSignIn.Page,

        // One-time links by which users set a password (sign-in.md §13)
        ShowNewPassword.Page,
        SubmitNewPassword.Page,
    ];

    /// <summary>The developer portal and the operator's console, with the role web.</summary>
    public static IReadOnlyList<PageRoute> Web { get; } =
    [
        .. PortalPages.All,
        .. ConsolePages.All,
    ];

    public static IReadOnlyList<PageRoute> All { get; } = [.. Shared, .. SignIn, .. Web];
}
