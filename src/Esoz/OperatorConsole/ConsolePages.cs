namespace Esoz.OperatorConsole;

/// <summary>Contents: the pages of the operator's console (docs/adr/0048).</summary>
public static class ConsolePages
{
    public static IReadOnlyList<PageRoute> All { get; } =
    [
        ConsoleSignIn.Page,
        ConsoleSignIn.Form,
        ConsoleSignIn.CodeForm,
        ConsoleSignIn.Out,
        ProviderSignIn.Page,
        ProviderSignIn.Return,
        ProviderSignIn.Out,

        Overview.Page,
    ];
}
