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
        ContractEdit.Page,
        ContractEdit.Form,

        LegalEntityList.Page,
        LegalEntityView.Page,

        JobList.Page,
        JobView.Page,
        JobView.RetryForm,

        JournalView.Page,
        JournalView.ExportForm,
        ChangeView.Page,
        ChangeView.ExportForm,
        SealView.Page,
        SealView.VerifyForm,
        RefusalView.Page,

        ClientList.Page,
        ClientView.Page,
        ClientView.ChangeForm,
        ClientIssue.Page,
        ClientIssue.Form,
        UserList.Page,
        UserView.Page,
        UserView.ChangeForm,

        SnapshotList.Page,
        SnapshotList.RunForm,
        TrustView.Page,
        TrustView.ImportForm,
        SettingList.Page,
        Manual.Page,
    ];
}
