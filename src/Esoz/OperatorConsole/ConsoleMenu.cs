using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>One screen in the menu.</summary>
/// <param name="Role">Who sees it; null = everybody.</param>
public sealed record MenuItem(string Path, string Ukrainian, string English, string? Role)
{
    public string Text(Language language) => language.Text(Ukrainian, English);
}

/// <summary>The screens of the console in the order of the menu.</summary>
public static class ConsoleMenu
{
    public static IReadOnlyList<MenuItem> All { get; } =
    [
        new(ConsoleScreen.Root, "Огляд", "Overview", null),
        new(ContractList.Path, "Договори", "Contracts", ConsoleRole.ContractsRead),
        new(LegalEntityList.Path, "Заклади", "Providers", ConsoleRole.ContractsRead),
        new(JobList.Path, "Завдання", "Jobs", ConsoleRole.OpsRead),
        new(JournalView.Path, "Журнал доступу", "Access journal", ConsoleRole.AuditRead),
        new(ChangeView.Path, "Зміни", "Changes", ConsoleRole.AuditRead),
        new(RefusalView.Path, "Відмови", "Refusals", ConsoleRole.AuditRead),
        new(ClientList.Path, "Підключення", "Clients", ConsoleRole.OpsRead),
        new(SnapshotList.Path, "Знімки", "Snapshots", ConsoleRole.OpsRead),
        new(TrustView.Path, "Довіра", "Trust", ConsoleRole.OpsRead),
        new(SettingList.Path, "Налаштування", "Settings", ConsoleRole.OpsRead),
    ];
}
