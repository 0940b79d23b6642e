using Esoz.Platform.Schema;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Schema;

public sealed class OfficialSuiteTests
{
    /// <summary>The suite treats formats as annotations unless a vocabulary says otherwise; here the known ones are assertions.</summary>
    private static readonly string[] FormatsAsRemarks = ["date format", "date-time format", "uuid format"];

    [Fact(DisplayName = "every test of every group whose schema is accepted agrees with the official suite")]
    public void Agrees()
    {
        var disagreements = OfficialSuite.Groups
            .Where(group => !IsFormatAsRemark(group))
            .SelectMany(group => group.Disagreements.Select(test => $"{group.File}: {group.Description}: {test}"));

        Assert.Empty(disagreements);
    }

    [Fact(DisplayName = "date, date-time and uuid are asserted, the only difference from the suite")]
    public void AssertsFormats()
    {
        var groups = OfficialSuite.Groups.Where(IsFormatAsRemark).ToArray();

        Assert.Equal(FormatsAsRemarks.Length, groups.Length);
        Assert.All(groups, group => Assert.EndsWith("is only an annotation by default", Assert.Single(group.Disagreements)));
    }

    [Fact(DisplayName = "docs/json-schema.md states exactly the keywords that are supported and refused")]
    public void DocumentStatesKeywords()
    {
        var refused = OfficialSuite.Groups.Select(group => group.RefusedKeyword).OfType<string>()
            .Where(keyword => !SchemaVocabulary.Rules.Contains(keyword))
            .Distinct().Order(StringComparer.Ordinal);

        AssertStated(SchemaVocabulary.Rules.Order(StringComparer.Ordinal).Select(keyword => $"| `{keyword}` | supported |")
            .Concat(SchemaVocabulary.Remarks.Order(StringComparer.Ordinal).Select(keyword => $"| `{keyword}` | remark |"))
            .Concat(refused.Select(keyword => $"| `{keyword}` | refused |")));
    }

    [Fact(DisplayName = "docs/json-schema.md states exactly how much of each file of the suite runs")]
    public void DocumentStatesCoverage() =>
        AssertStated(OfficialSuite.Groups.GroupBy(group => group.File)
            .Select(file => Row(file.Key, [.. file]))
            .Append(Row("all", OfficialSuite.Groups)));

    private static bool IsFormatAsRemark(SuiteGroup group) => group.File == "format.json" && FormatsAsRemarks.Contains(group.Description);

    private static string Row(string title, IReadOnlyList<SuiteGroup> groups)
    {
        var refused = groups.Select(group => group.RefusedKeyword).OfType<string>().ToArray();
        var reasons = refused.Distinct().Order(StringComparer.Ordinal).Select(keyword => $"`{keyword}`");
        return $"| {title} | {groups.Count - refused.Length} | {refused.Length} | {(title == "all" || refused.Length == 0 ? "–" : string.Join(", ", reasons))} |";
    }

    /// <summary>Asserts that the rows are a whole table of the document: the same rows in the same order, no more and no fewer.</summary>
    private static void AssertStated(IEnumerable<string> rows)
    {
        var document = SourceTree.Read("docs/json-schema.md");
        var table = string.Join('\n', rows);
        Assert.True(
            document.Contains($"|\n{table}\n\n", StringComparison.Ordinal), $"docs/json-schema.md should hold this table:\n{table}");
    }
}
