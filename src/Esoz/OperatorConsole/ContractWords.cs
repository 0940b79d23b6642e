using Esoz.Codes;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>Contracts in words.</summary>
internal static class ContractWords
{
    public static IReadOnlyList<(string Value, Words Text)> Statuses { get; } =
    [
        (ContractStatus.Verified, new("Чинний", "In force")),
        (ContractStatus.Terminated, new("Розірваний", "Terminated")),
    ];

    public static string Status(string status, bool isSuspended, Language language)
    {
        var text = Statuses.FirstOrDefault(it => it.Value == status).Text?.Of(language) ?? status;
        return isSuspended ? $"{text}, {language.Text("призупинений", "suspended")}" : text;
    }
}
