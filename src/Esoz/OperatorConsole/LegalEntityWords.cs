using Esoz.Codes;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>Providers and what belongs to them in words.</summary>
internal static class LegalEntityWords
{
    public static IReadOnlyList<(string Value, Words Text)> Statuses { get; } =
    [
        (LegalEntityStatus.Active, new("Діє", "Active")),
        (LegalEntityStatus.Suspended, new("Призупинений", "Suspended")),
        (LegalEntityStatus.Closed, new("Закритий", "Closed")),
        (LegalEntityStatus.Reorganized, new("Реорганізований", "Reorganised")),
    ];

    private static readonly Dictionary<string, Words> OfParts = new()
    {
        [DivisionStatus.Active] = new("Діє", "Active"),
        [DivisionStatus.Inactive] = new("Не діє", "Not active"),
        [EmployeeStatus.Approved] = new("Працює", "Employed"),
        [EmployeeStatus.Stopped] = new("Звільнений", "Dismissed"),
    };

    public static string Status(string status, Language language) =>
        Statuses.FirstOrDefault(it => it.Value == status).Text?.Of(language) ?? status;

    /// <summary>Of a division, an employee, a service or a role.</summary>
    public static string StatusOfPart(string status, Language language) => OfParts.GetValueOrDefault(status)?.Of(language) ?? status;
}
