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
        SettingList.Page,
        Manual.Page,
    ];
}
