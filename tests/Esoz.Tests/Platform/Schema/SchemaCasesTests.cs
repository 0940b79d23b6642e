using System.Text.Json;
using Esoz.Platform.Schema;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Schema;

/// <summary>Our own cases in the format of the official suite, which is not in the repository: tests/data/schema.</summary>
public sealed class SchemaCasesTests
{
    private const string Folder = "tests/data/schema";

    /// <summary>Requires a code list to compare with: <see cref="CodeListCheckTests"/>.</summary>
    private const string OwnKeyword = "dictionary";

    [Fact(DisplayName = "Every case has the stated result")]
    public void Agrees()
    {
        var groups = OfficialSuite.Run(SourceTree.PathOf(Folder)).ToList();

        Assert.NotEmpty(groups);
        Assert.Empty(groups.Where(group => group.RefusedKeyword is not null || group.Disagreements.Count > 0)
            .Select(group => $"{group.File}: {group.Description}: {group.RefusedKeyword ?? string.Join(", ", group.Disagreements)}"));
    }

    [Fact(DisplayName = "Every supported keyword has a case that fits and one that does not, and every file is of a supported one")]
    public void Complete()
    {
        var files = SourceTree.Files(Folder, "*.json").ToList();
        var used = new HashSet<string>();
        foreach (var group in files.SelectMany(path => JsonElement.Parse(SourceTree.Read(path)).EnumerateArray()))
        {
            var expected = group.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("valid").GetBoolean());
            if (expected.Distinct().Count() == 2)
                used.UnionWith(Members(group.GetProperty("schema")));
        }

        Assert.Empty(SchemaVocabulary.Rules.Except(used).Except([OwnKeyword]));
        Assert.Empty(files.Select(path => Path.GetFileNameWithoutExtension(path)).Except(SchemaVocabulary.Rules));
    }

    [Fact(DisplayName = "docs/json-schema.md states every keyword that is supported and every remark")]
    public void Documented()
    {
        var rows = SchemaVocabulary.Rules.Order(StringComparer.Ordinal).Select(keyword => $"| `{keyword}` | supported |")
            .Concat(SchemaVocabulary.Remarks.Order(StringComparer.Ordinal).Select(keyword => $"| `{keyword}` | remark |"));

        Assert.Contains($"|\n{string.Join('\n', rows)}\n", SourceTree.Read("docs/json-schema.md"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Members(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(Members),
        _ => [],
    };
}
