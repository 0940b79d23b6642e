using System.Net;
using Esoz.OperatorConsole;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Providers on the screen: finding one, and what belongs to it.</summary>
public sealed class LegalEntityScreensTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A provider is found by a part of its name and by ЄДРПОУ, in both languages; only contracts.read sees it")]
    public async Task Found()
    {
        var (name, entity) = ($"Лікарня {Guid.NewGuid()}", await registry.Given.LegalEntity());
        await registry.Execute("UPDATE legal_entities SET name = $2 WHERE id = $1", entity, name);
        var unnamed = await registry.Given.LegalEntity("CLOSED");
        await registry.Execute(
            "UPDATE legal_entities SET name = NULL, edr = jsonb_build_object('name', $2::text) WHERE id = $1", unnamed, $"Стара {name}");
        await registry.Given.Division(entity);
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", entity);
        using var browser = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);

        Assert.Equal([entity, unnamed], await Found($"find={Uri.EscapeDataString(name.ToUpperInvariant())}"));
        Assert.Equal([entity], await Found($"find={edrpou}"));
        Assert.Equal([unnamed], await Found($"find={Uri.EscapeDataString(name)}&status=CLOSED"));
        Assert.Empty(await Found($"find={edrpou}&page=2"));
        Assert.Empty(await Found("find=%25"));
        Assert.Contains("Providers by name", (await browser.Get($"{LegalEntityList.Path}?find={edrpou}&lang=en")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(LegalEntityList.Path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(LegalEntityView.AddressOf(entity))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.Get(LegalEntityView.AddressOf(Guid.NewGuid()))).Status);

        // Those of the two that the page has.
        async Task<List<Guid>> Found(string query)
        {
            var html = (await browser.Get($"{LegalEntityList.Path}?{query}")).Html;
            return [.. new[] { entity, unnamed }.Where(it => html.Contains(LegalEntityView.AddressOf(it), StringComparison.Ordinal))];
        }
    }

    [Fact(DisplayName = "A provider shows its parts in lists with counts, and the journal has whose names were seen")]
    public async Task Parts()
    {
        var entity = await registry.Given.Provider();
        var division = await registry.Given.Division(entity, name: "Амбулаторія № 9");
        await registry.Given.DivisionAddress(division);
        var party = await registry.Given.Party();
        var employee = await registry.Given.Employee(entity, party, division);
        var service = await registry.Given.HealthcareService(entity, division);
        await registry.Given.EmployeeRole(service, employee);
        await registry.Given.Insert("licenses", new()
        {
            ["legal_entity_id"] = entity,
            ["type"] = "MSP",
            ["license_number"] = "АЕ 123",
        });
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead);
        using var browser = await user.SignIn(registry);

        var page = await browser.Get(LegalEntityView.AddressOf(entity));
        Assert.Contains("Амбулаторія № 9", page.Text, StringComparison.Ordinal);
        Assert.Contains("Львів", page.Text, StringComparison.Ordinal);
        Assert.Matches(@"Працівники\s+1\s", page.Text);
        Assert.Matches(@"Ролі працівників\s+1\s", page.Text);
        Assert.DoesNotContain("Олена", page.Text, StringComparison.Ordinal);
        Assert.Equal(0L, await Seen());
        Assert.Contains("Олена", await List(LegalEntityView.OfEmployees), StringComparison.Ordinal);
        Assert.Contains("Олена", await List(LegalEntityView.OfRoles), StringComparison.Ordinal);
        Assert.Equal(2L, await Seen());
        Assert.Contains("Амбулаторія № 9", await List(LegalEntityView.OfServices), StringComparison.Ordinal);
        Assert.Contains("АЕ 123", await List(LegalEntityView.OfLicenses), StringComparison.Ordinal);
        Assert.DoesNotContain("Олена", await List(LegalEntityView.OfEmployees + "&page=2"), StringComparison.Ordinal);
        Assert.Contains("Licences", await List(LegalEntityView.OfLicenses + "&lang=en"), StringComparison.Ordinal);

        async Task<string> List(string name) => (await browser.Get($"{LegalEntityView.AddressOf(entity)}?list={name}")).Text;

        Task<long> Seen() => registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-legal-entity' AND party_id = $2", user.User, party);
    }

    [Fact(DisplayName = "Changes per day are those of the provider and of what belongs to it")]
    public async Task Changes()
    {
        var entity = await registry.Given.LegalEntity();
        await registry.Given.Division(entity);
        await registry.Given.Division(await registry.Given.LegalEntity());
        await registry.Execute("UPDATE legal_entities SET short_name = 'КНП' WHERE id = $1", entity);
        using var browser = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);

        var table = new LegalEntityTable(registry.Database);
        var days = await table.ChangesPerDay(entity, DateTime.UtcNow.AddDays(-1), TestContext.Current.CancellationToken);

        Assert.Equal((3L, 2L), (days.Sum(day => day.Changes), days.Sum(day => day.Added)));
        var page = await browser.Get($"{LegalEntityView.AddressOf(entity)}?list=changes");
        Assert.Contains("Зміни за 30 днів", page.Text, StringComparison.Ordinal);
        Assert.Contains("class=\"bar series-1\"", page.Html, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Clients and users of a provider; they are links for those who may open them")]
    public async Task Access()
    {
        var entity = await registry.Given.Provider();
        await registry.Registrar.IssueKey(entity, TimeSpan.FromDays(9), TestContext.Current.CancellationToken);
        var mis = Guid.NewGuid();
        await registry.Given.Client(mis, "MIS");
        await registry.Registrar.Connect(entity, mis, "https://mis.example/back", TestContext.Current.CancellationToken);
        var staff = await Operator.Make(registry);
        await registry.Execute("""
            INSERT INTO user_roles (id, user_id, role_id, client_id, source)
            SELECT gen_random_uuid(), $1, id, $2, 'OPERATOR' FROM roles ORDER BY name LIMIT 1
            """, staff.User, entity);
        var user = await Operator.Make(registry, ConsoleRole.ContractsRead);
        using var reader = await user.SignIn(registry);
        using var both = await (await Operator.Make(registry, ConsoleRole.ContractsRead, ConsoleRole.OpsRead)).SignIn(registry);
        var path = $"{LegalEntityView.AddressOf(entity)}?list=access";

        var page = await reader.Get(path);

        Assert.Contains(staff.Email, page.Text, StringComparison.Ordinal);
        Assert.Contains($"MIS {mis}", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(ClientView.AddressOf(mis), page.Html, StringComparison.Ordinal);
        Assert.Equal(1L, await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE user_id = $1 AND method_id = 'console-legal-entity' AND $2 = ANY (object_ids)",
            user.User, staff.User));
        var links = (await both.Get(path)).Html;
        Assert.All([ClientView.AddressOf(mis), ClientView.AddressOf(entity), UserView.AddressOf(staff.User)],
            link => Assert.Contains(link, links, StringComparison.Ordinal));
    }
}
