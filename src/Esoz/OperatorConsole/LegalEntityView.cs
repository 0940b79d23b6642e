using System.Globalization;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>One provider: what it is, how much belongs to it, and one list of that, page by page.</summary>
/// <param name="List">Which list; one of <see cref="Lists"/>.</param>
/// <param name="Number">Of the page of the list, from 1.</param>
public sealed record LegalEntityView(ConsoleSession Session, LegalEntityFacts Entity, string List, int Number)
{
    public const string OfDivisions = "divisions";
    public const string OfEmployees = "employees";
    public const string OfServices = "services";
    public const string OfRoles = "roles";
    public const string OfLicenses = "licenses";
    public const string OfChanges = "changes";
    public const string OfAccess = "access";

    /// <summary>How far back the days of changes go.</summary>
    public const int Days = 30;

    private const int PageSize = 50;
    private const string Template = LegalEntityList.Path + "/{id}";

    public static IReadOnlyList<(string Name, Words Title)> Lists { get; } =
    [
        (OfDivisions, new("Місця провадження", "Divisions")),
        (OfEmployees, new("Працівники", "Employees")),
        (OfServices, new("Послуги", "Services")),
        (OfRoles, new("Ролі працівників", "Employee roles")),
        (OfLicenses, new("Ліцензії", "Licences")),
        (OfChanges, new("Зміни за днями", "Changes per day")),
        (OfAccess, new("Клієнти й користувачі", "Clients and users")),
    ];

    // Of these the one that is asked for is filled.
    public IReadOnlyList<ListedDivision> Divisions { get; private init; } = [];
    public IReadOnlyList<ListedEmployee> Employees { get; private init; } = [];
    public IReadOnlyList<ListedHealthcareService> Services { get; private init; } = [];
    public IReadOnlyList<ListedRole> Roles { get; private init; } = [];
    public IReadOnlyList<ListedLicense> Licenses { get; private init; } = [];
    public IReadOnlyList<DayOfChanges> Changes { get; private init; } = [];
    /// <summary>The days that they are shown for (UTC).</summary>
    public IReadOnlyList<DateOnly> DaysShown { get; private init; } = [];
    public IReadOnlyList<ClientOfProvider> Clients { get; private init; } = [];
    public IReadOnlyList<UserOfProvider> Users { get; private init; } = [];

    public bool HasMore { get; private init; }

    /// <summary>How many rows the list has; null: not counted.</summary>
    public long? CountOf(string list) => list switch
    {
        OfDivisions => Entity.Counts.Divisions,
        OfEmployees => Entity.Counts.Employees,
        OfServices => Entity.Counts.Services,
        OfRoles => Entity.Counts.Roles,
        OfLicenses => Entity.Counts.Licenses,
        _ => null,
    };

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-legal-entity", Template, ConsoleRole.ContractsRead, Show);

    public static string AddressOf(Guid entity) => $"{LegalEntityList.Path}/{entity}";

    /// <summary>Address of a page of a list of this provider.</summary>
    public string AddressOf(string list, int number) => ScreenAddress.Of(AddressOf(Entity.Id), ("list", list == OfDivisions ? null : list),
        ("page", number == 1 ? null : number.ToString(CultureInfo.InvariantCulture)));

    private static async Task<IResult> Show(
        HttpContext context, string id, ConsoleSession session, PostgresDatabase database, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var table = new LegalEntityTable(database);
        if (!Guid.TryParse(id, out var key) || await table.Find(key, ct) is not { } entity)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        var query = Parameters.OfQuery(context.Request);
        var list = Lists.Select(it => it.Name).FirstOrDefault(name => name == query["list"]) ?? OfDivisions;
        var view = await new LegalEntityView(session, entity, list, ScreenAddress.PageOf(query["page"]))
            .Filled(table, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), ct);
        await PageRoute.Record(context, StatusCodes.Status200OK, view.Seen());
        return HtmlPage.Of<LegalEntityViewPage, LegalEntityView>(view);
    }

    /// <summary>The names of people are in the journal before they are shown; users are named by e-mail.</summary>
    private IEnumerable<Platform.IAccessedRecord> Seen() =>
    [
        new AccessedIds([Entity.Id, .. Users.Select(user => user.Id)]),
        .. Employees.Select(it => it.PartyId).Concat(Roles.Select(it => it.PartyId))
            .Concat(Entity.Owner is { } owner ? [owner.PartyId] : []).Distinct().Select(party => new AccessedParty(party)),
    ];

    private async Task<LegalEntityView> Filled(LegalEntityTable table, DateOnly today, CancellationToken ct)
    {
        var (id, skipped) = (Entity.Id, (Number - 1) * PageSize);
        switch (List)
        {
            case OfEmployees:
                var employees = await table.Employees(id, PageSize + 1, skipped, ct);
                return this with { Employees = Cut(employees), HasMore = employees.Count > PageSize };
            case OfServices:
                var services = await table.Services(id, PageSize + 1, skipped, ct);
                return this with { Services = Cut(services), HasMore = services.Count > PageSize };
            case OfRoles:
                var roles = await table.EmployeeRoles(id, PageSize + 1, skipped, ct);
                return this with { Roles = Cut(roles), HasMore = roles.Count > PageSize };
            case OfLicenses:
                var licenses = await table.Licenses(id, PageSize + 1, skipped, ct);
                return this with { Licenses = Cut(licenses), HasMore = licenses.Count > PageSize };
            case OfChanges:
                var days = DayPlot.Until(today, Days);
                var since = days[0].ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
                return this with { Changes = await table.ChangesPerDay(id, since, ct), DaysShown = days };
            case OfAccess:
                var clients = await table.Clients(id, ContractView.Most, ct);
                return this with { Clients = clients, Users = await table.Users(id, ContractView.Most, ct) };
            default:
                var divisions = await table.Divisions(id, PageSize + 1, skipped, ct);
                return this with { Divisions = Cut(divisions), HasMore = divisions.Count > PageSize };
        }

        static IReadOnlyList<T> Cut<T>(IReadOnlyList<T> rows) => [.. rows.Take(PageSize)];
    }
}
