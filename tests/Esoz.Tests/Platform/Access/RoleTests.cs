using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Codes;
using Esoz.Platform.Http;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Access;

/// <summary>Scopes of the roles of users (scopes §4).</summary>
public sealed partial class RoleTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>Roles of the users of providers.</summary>
    private static readonly string[] Providers =
    [
        "ADMIN", "ASSISTANT", "DOCTOR", "HR", "LABORANT", "MED_ADMIN", "MED_COORDINATOR", "OWNER", "PHARMACIST", "PHARMACY_OWNER",
        "RECEPTIONIST", "REORGANIZATION_OWNER", "SPECIALIST",
    ];

    /// <summary>Roles of operators.</summary>
    private static readonly string[] Operators = ["NHS_ADMIN", "NHS_SIGNER"];

    /// <summary>
    /// Who may call what is served: the scope, then the roles; <c>all</c> are those of providers. Written down here and not derived from
    /// anything, so that a slip in the migration, the page or the published file is seen.
    /// </summary>
    private const string Served = """
        client:read                    OWNER PHARMACY_OWNER REORGANIZATION_OWNER
        composition:cancel             DOCTOR SPECIALIST
        composition:create             DOCTOR SPECIALIST
        composition:read               DOCTOR MED_ADMIN SPECIALIST
        composition:search             DOCTOR SPECIALIST
        composition:sign               DOCTOR SPECIALIST
        composition_configuration:read DOCTOR SPECIALIST
        connection:delete              OWNER PHARMACY_OWNER
        connection:read                OWNER PHARMACY_OWNER REORGANIZATION_OWNER
        connection:refresh_secret      OWNER PHARMACY_OWNER
        connection:write               OWNER PHARMACY_OWNER
        division:activate              HR OWNER PHARMACY_OWNER
        division:deactivate            HR OWNER PHARMACY_OWNER
        division:details               ADMIN HR OWNER PHARMACY_OWNER RECEPTIONIST REORGANIZATION_OWNER
        division:read                  all
        division:write                 HR OWNER PHARMACY_OWNER
        employee:deactivate            HR OWNER PHARMACY_OWNER
        employee:details               HR OWNER PHARMACY_OWNER REORGANIZATION_OWNER
        employee:read                  all
        employee_role:read             all but MED_ADMIN
        employee_role:write            ADMIN HR OWNER PHARMACY_OWNER
        event:read                     NHS_ADMIN NHS_SIGNER
        healthcare_service:read        ADMIN ASSISTANT DOCTOR HR OWNER PHARMACIST PHARMACY_OWNER RECEPTIONIST REORGANIZATION_OWNER SPECIALIST
        healthcare_service:write       ADMIN HR OWNER PHARMACY_OWNER
        legal_entity:deactivate        NHS_ADMIN NHS_SIGNER
        legal_entity:read              all NHS_ADMIN NHS_SIGNER
        private_contracts:read         NHS_ADMIN NHS_SIGNER
        private_contracts:write        NHS_ADMIN NHS_SIGNER
        """;

    [Fact(DisplayName = "The scopes of what is served are held by these roles and no others")]
    public async Task Methods()
    {
        var held = await Roles();
        var served = Esoz.Methods.All.Where(card => card.Family is not (Family.PisBulk or Family.SignIn)).SelectMany(card => card.Scopes)
            .Distinct();

        var table = string.Join('\n', served.Order(StringComparer.Ordinal).Select(scope => $"{scope,-30} {Holders(scope)}"));

        Assert.Equal(Served, table);

        string Holders(string scope)
        {
            var roles = held.Where(role => role.Value.Contains(scope)).Select(role => role.Key).Order(StringComparer.Ordinal).ToList();
            return string.Join(' ', Providers.Except(roles).ToList() switch
            {
                [] => ["all", .. roles.Except(Providers)],
                [var one] => ["all but", one, .. roles.Except(Providers)],
                _ => roles,
            });
        }
    }

    [Fact(DisplayName = "The roles are those of the page, named as employee types, and hold what the page says of each scope")]
    public async Task Page()
    {
        var held = await Roles();
        var page = SourceTree.Read("spec/scopes.md");
        var section = page[page.IndexOf("## 4.", StringComparison.Ordinal)..page.IndexOf("## 5.", StringComparison.Ordinal)];
        var rows = Row().Matches(section)
            .Select(row => (Scopes: ClientTypeTests.ScopesOf(row.Groups[1].Value).ToList(), Roles: RolesOf(row.Groups[2].Value))).ToList();

        Assert.Equal(Providers.Concat(Operators).Order(StringComparer.Ordinal), held.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(held.Keys.Except(EmployeeType.All));
        Assert.Contains(rows, row => row.Scopes.Contains("connection:delete") && row.Roles is ["OWNER", "PHARMACY_OWNER"]);
        Assert.True(rows.Count > 12);
        foreach (var (scopes, roles) in rows)
        {
            foreach (var scope in scopes)
                Assert.Equal($"{scope}: {string.Join(' ', roles)}",
                    $"{scope}: {string.Join(' ', Providers.Where(role => held[role].Contains(scope)))}");
        }
        foreach (var role in Operators)
            Assert.Equal("private_contracts:read private_contracts:write legal_entity:read legal_entity:deactivate event:read", string.Join(' ', held[role]));
    }

    [Fact(DisplayName = "A role of providers has its complete published list, each scope once, single spaces between them")]
    public async Task Complete()
    {
        var published = JsonDocument.Parse(File.ReadAllText(OutsideData.Required("scopes.json"))).RootElement.GetProperty("roles");
        var held = await Roles();

        Assert.Equal(published.EnumerateObject().Select(role => role.Name).Order(StringComparer.Ordinal), Providers);
        foreach (var role in published.EnumerateObject())
            Assert.Equal(role.Value.EnumerateArray().Select(scope => scope.GetString()!).Distinct().Order(StringComparer.Ordinal),
                held[role.Name].Order(StringComparer.Ordinal));
    }

    /// <summary>A system asks for every scope of a role; one that no type of provider has would make sign-in refuse it.</summary>
    [Fact(DisplayName = "Every scope of a role of providers is one of a type whose legal entities have that role (scopes §5)")]
    public async Task WithinTypes()
    {
        var published = JsonDocument.Parse(File.ReadAllText(OutsideData.Required("scopes.json"))).RootElement
            .GetProperty("legal_entity_employee_types");
        var held = await Roles();
        var outside = new List<string>();
        foreach (var role in Providers)
        {
            var types = published.EnumerateObject().Where(type => type.Value.EnumerateArray().Any(it => it.GetString() == role))
                .Select(type => type.Name).ToList();
            var granted = (await registry.Rows("SELECT scope FROM client_types WHERE name = ANY ($1)", (object)types.ToArray()))
                .SelectMany(row => ((string)row["scope"]!).Split(' ')).ToHashSet();
            outside.AddRange(held[role].Except(granted).Select(scope => $"{role} {scope}"));
        }

        Assert.Empty(outside);
    }

    private async Task<Dictionary<string, string[]>> Roles() => (await registry.Rows("SELECT name, scope FROM roles"))
        .ToDictionary(row => (string)row["name"]!, row => ((string)row["scope"]!).Split(' '));

    /// <summary>
    /// "all thirteen: …", "all but MED_ADMIN (…)", "none: NHS only", or the roles themselves; in the order of the alphabet.
    /// </summary>
    private static string[] RolesOf(string cell)
    {
        var named = Name().Matches(Remark().Replace(cell, "")).Select(name => name.Value).Where(Providers.Contains);
        return [.. cell.StartsWith("none", StringComparison.Ordinal) ? []
            : cell.StartsWith("all but", StringComparison.Ordinal) ? Providers.Except(named) : named.Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"^\| ([a-z_]+:[^|]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("[A-Z_]+")]
    private static partial Regex Name();

    [GeneratedRegex(@" \([^)]*\)")]
    private static partial Regex Remark();
}
