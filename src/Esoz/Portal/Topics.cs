using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>An area of the registry: the folder of its cards.</summary>
/// <param name="Name">As in the tags of OpenAPI.</param>
public sealed record Area(string Name, Words Title);

/// <summary>What somebody wants to do, with the areas whose methods do it.</summary>
/// <param name="Id">Anchor on the page.</param>
public sealed record Topic(string Id, Words Title, IReadOnlyList<Area> Areas)
{
    /// <summary>In the order of the catalogue. A test holds that every area of a card is in one of them.</summary>
    public static IReadOnlyList<Topic> All { get; } =
    [
        new("sign-in", new("Увійти й отримати токени", "Sign in and get tokens"),
        [
            new("SignIn", new("Вхід користувача", "Sign-in of users")),
        ]),
        new("connect", new("Підключити інформаційну систему", "Connect an information system"),
        [
            new("Clients", new("Клієнти й підключення", "Clients and connections")),
        ]),
        new("provider", new("Вести заклад охорони здоров’я", "Keep the records of a provider"),
        [
            new("LegalEntities", new("Заклади", "Legal entities")),
            new("Divisions", new("Місця надання послуг", "Divisions")),
            new("HealthcareServices", new("Послуги закладу", "Healthcare services")),
            new("Employees", new("Працівники", "Employees")),
            new("EmployeeRoles", new("Ролі працівників", "Employee roles")),
        ]),
        new("conclusion", new("Створити медичний висновок", "Issue a medical conclusion"),
        [
            new("Compositions", new("Медичні висновки", "Compositions")),
        ]),
        new("contract", new("Вести договори НСЗУ", "Keep the contracts of the NHS"),
        [
            new("Contracts", new("Договори", "Contracts")),
            new("MediaStorage", new("Файли договорів", "Files of contracts")),
        ]),
        new("data", new("Отримувати дані й зміни", "Get data and changes"),
        [
            new("BulkExport", new("Масове вивантаження", "Bulk export")),
            new("Events", new("Події", "Events")),
        ]),
        new("codes", new("Знайти значення довідника", "Look up a code"),
        [
            new("Dictionaries", new("Довідники", "Dictionaries")),
        ]),
    ];

    /// <summary>Of areas that are in none of them.</summary>
    public static readonly Topic Others = new("other", new("Інше", "Other"), []);

    /// <summary>The area of a tag of OpenAPI.</summary>
    public static Area AreaOf(string name) =>
        All.SelectMany(topic => topic.Areas).FirstOrDefault(area => area.Name == name) ?? new(name, new(name, name));
}
