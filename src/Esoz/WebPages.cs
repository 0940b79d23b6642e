using Esoz.OperatorConsole;
using Esoz.Pages;
using Esoz.Platform.Http;
using Esoz.SignIn.Browser;

namespace Esoz;

/// <summary>Contents: every page for people, beside <see cref="Methods"/>, which programs call.</summary>
public static class WebPages
{
    /// <summary>What all pages need: style sheets and icon.</summary>
    public static IReadOnlyList<PageRoute> Shared { get; } = [Asset.Page];

    /// <summary>Pages of sign-in, with the role api.</summary>
    public static IReadOnlyList<PageRoute> SignIn { get; } =
    [
        // Sign-in (sign-in.md §5)
        ShowSignIn.Page,
        SubmitSignIn.Page,
        RootRedirect.Page,

        // One-time links by which users set a password (sign-in.md §13)
        ShowNewPassword.Page,
        SubmitNewPassword.Page,
    ];

    /// <summary>The operator's console, with the role web.</summary>
    public static IReadOnlyList<PageRoute> Console { get; } =
    [
        ConsoleSignIn.Page,
        ConsoleSignIn.Form,
        ConsoleSignIn.CodeForm,
        ConsoleSignIn.Out,

        Overview.Page,

        ContractList.Page,
        ContractList.Csv,
        ContractView.Page,
        ContractView.FileLink,
        ContractView.FileForm,

        JobList.Page,
        JobView.Page,
        JobView.RetryForm,

        JournalView.Page,
        ChangeView.Page,
        RefusalView.Page,

        ClientList.Page,
        ClientView.Page,
        ClientView.ChangeForm,
        UserList.Page,
        UserView.Page,
        UserView.ChangeForm,

        SnapshotList.Page,
        TrustView.Page,
    ];

    public static IReadOnlyList<PageRoute> All { get; } = [.. Shared, .. SignIn, .. Console];
}
