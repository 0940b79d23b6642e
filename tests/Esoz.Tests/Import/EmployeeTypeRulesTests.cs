using System.Text.Json;
using Esoz.Codes;
using Esoz.Import;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Import;

/// <summary>The lists of codes per employee type against their page (dictionaries §2).</summary>
public sealed class EmployeeTypeRulesTests
{
    private static readonly string[] Fields = ["position", "speciality_type", "education_degree", "qualification_type", "speciality_level"];

    [Fact(DisplayName = "Every list is that of the page: ranges are spelled out, and counts of specialities agree")]
    public void Page()
    {
        var rules = JsonElement.Parse(EmployeeTypeRules.Json());
        var page = SourceTree.Read("spec/dictionaries.md");
        var table = page[page.IndexOf("### Codes per employee type", StringComparison.Ordinal)..];
        var rows = table.Split('\n').SkipWhile(line => !line.StartsWith("| Type |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();

        Assert.Equal(rules.EnumerateObject().Select(type => type.Name).Order(), rows.Select(row => row[0]).Order());
        Assert.All(rows, row => Assert.Contains(row[0], EmployeeType.All));
        foreach (var row in rows)
        {
            foreach (var (field, cell) in Fields.Zip(row.Skip(1)))
            {
                var codes = Codes(rules, row[0], field);
                Assert.True(codes.Order().SequenceEqual(Expected(rules, field, cell, codes).Order()), $"{row[0]} {field}: {cell}");
            }
        }
        Assert.All(rules.EnumerateObject().Where(type => type.Value.EnumerateObject().Count() > 1),
            type => Assert.Equal(["AWARDING", "DEFENSE"], Codes(rules, type.Name, "speciality_qualification_type")));
    }

    [Fact(DisplayName = "The types of employees of a legal entity are those of the page (scopes §5)")]
    public void LegalEntities()
    {
        var page = SourceTree.Read("spec/scopes.md");
        var rows = page[page.IndexOf("## 5.", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith('|')).Skip(2)
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));

        Assert.Equal(rows.Select(row => $"{row[0]}: {row[1]}").Order(),
            EmployeeTypeRules.ByLegalEntity.Select(type => $"{type.Key}: {string.Join(", ", type.Value)}").Order());
    }

    [Fact(DisplayName = "The types of employees of a legal entity are the published ones")]
    public void Published() => Assert.Equal(
        JsonElement.Parse(File.ReadAllText(OutsideData.Required("scopes.json"))).GetProperty("legal_entity_employee_types").EnumerateObject()
            .Select(type => $"{type.Name}: {string.Join(' ', type.Value.EnumerateArray().Select(it => it.GetString()).Order())}").Order(),
        EmployeeTypeRules.ByLegalEntity.Select(type => $"{type.Key}: {string.Join(' ', type.Value.Order())}").Order());

    private static string[] Codes(JsonElement rules, string type, string field) =>
        rules.GetProperty(type).TryGetProperty(field, out var list) ? [.. list.EnumerateArray().Select(code => code.GetString()!)] : [];

    /// <summary>What a cell of the page says; of specialities that it only counts, the list itself when the count agrees.</summary>
    private static IEnumerable<string> Expected(JsonElement rules, string field, string cell, string[] codes) => cell switch
    {
        "–" => [],
        "the 135 of SPECIALIST" => Codes(rules, EmployeeType.Specialist, field),
        _ when cell.EndsWith(" codes (JSON)", StringComparison.Ordinal) =>
            codes.Length == int.Parse(cell.Split(' ')[0]) ? codes : ["another count"],
        _ => cell.Split(", ").SelectMany(Spelled),
    };

    /// <summary><c>P2–P4</c> is P2, P3, P4.</summary>
    private static IEnumerable<string> Spelled(string codes) => codes.Split('–') is [var first, var last]
        ? Enumerable.Range(int.Parse(first[1..]), int.Parse(last[1..]) - int.Parse(first[1..]) + 1).Select(number => $"P{number}")
        : [codes];
}
