using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Access;

/// <summary>Scopes of the client types (scopes §2, §3).</summary>
public sealed partial class ClientTypeTests(Registry registry) : IClassFixture<Registry>
{
    private static readonly string[] Providers = ["MSP", "MSP_LIMITED", "PRIMARY_CARE", "PHARMACY", "OUTPATIENT", "EMERGENCY"];

    [Fact(DisplayName = "A type of provider has the scopes that the page marks, and no other of the page")]
    public async Task Page()
    {
        var page = SourceTree.Read("spec/scopes.md");
        var start = page.IndexOf("## 2.", StringComparison.Ordinal);
        var rows = Row().Matches(page[start..page.IndexOf("## 3.", StringComparison.Ordinal)])
            .Select(row => (Scopes: ScopesOf(row.Groups[1].Value).ToList(), Marks: row.Groups[2].Value.Split(" | "))).ToList();
        Assert.Contains(rows, row => row.Scopes.Contains("composition:cancel") && row.Marks is ["–", "–", "x", "–", "x", "–"]);
        Assert.Contains(rows, row => row.Scopes.Contains("connection:refresh_secret"));

        foreach (var (type, i) in Providers.Select((type, i) => (type, i)))
        {
            var granted = await Scopes(type);
            foreach (var (scopes, marks) in rows)
                Assert.All(scopes, scope => Assert.True(granted.Contains(scope) == (marks[i] == "x"), $"{type} {scope}"));
        }
    }

    [Fact(DisplayName = "A type of provider has its complete published list, each scope once")]
    public async Task Complete()
    {
        var published = JsonDocument.Parse(File.ReadAllText(OutsideData.Required("scopes.json"))).RootElement
            .GetProperty("legal_entity_types");
        foreach (var type in Providers)
            Assert.Equal(published.GetProperty(type).EnumerateArray().Select(scope => scope.GetString()!).Order(StringComparer.Ordinal),
                (await Scopes(type)).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "MIS, PIS, TRUSTED_PIS and NHS read events; only MIS and NHS close legal entities")]
    public async Task Others()
    {
        foreach (var type in new[] { "MIS", "PIS", "TRUSTED_PIS", "NHS" })
        {
            var granted = await Scopes(type);
            Assert.Contains("event:read", granted);
            Assert.Equal(granted.Distinct(), granted);
        }
        Assert.Empty(new[] { "role:read", "client:read", "connection:read", "app:authorize", "user:change_password" }.Except(await Scopes("MIS")));
        Assert.Equal(["MIS", "NHS"], (await registry.Rows(
            "SELECT name FROM client_types WHERE 'legal_entity:deactivate' = ANY (string_to_array(scope, ' ')) ORDER BY name"))
            .Select(row => row["name"]));
    }

    private async Task<string[]> Scopes(string type) =>
        (await registry.Scalar<string>("SELECT scope FROM client_types WHERE name = $1", type)).Split(' ');

    /// <summary>"composition:create, :sign" names composition:create and composition:sign; an asterisk stands for any name.</summary>
    internal static IEnumerable<string> ScopesOf(string cell)
    {
        var resource = "";
        foreach (var name in Remark().Replace(cell, "").Split(", ").Where(name => !name.Contains('*', StringComparison.Ordinal)))
        {
            resource = name.StartsWith(':') ? resource : name[..name.IndexOf(':', StringComparison.Ordinal)];
            yield return name.StartsWith(':') ? resource + name : name;
        }
    }

    /// <summary>Scopes, then a mark for each type of provider.</summary>
    [GeneratedRegex(@"^\| ([a-z_]+:[^|]+) \| ((?:[x–] \| ){5}[x–]) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@" \([^)]*\)")]
    private static partial Regex Remark();
}
