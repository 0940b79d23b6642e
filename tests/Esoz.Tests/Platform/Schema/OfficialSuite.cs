using System.Text;
using System.Text.Json;
using Esoz.Platform.Schema;

namespace Esoz.Tests.Platform.Schema;

/// <summary>Result of one group of the suite: it was run (with the tests that disagreed) or its schema was refused.</summary>
public sealed record SuiteGroup(string File, string Description, string? RefusedKeyword, IReadOnlyList<string> Disagreements);

/// <summary>
/// The official JSON-Schema-Test-Suite for draft 2020-12, which is not in the repository (<see cref="OutsideData"/>), run through
/// <see cref="JsonSchema"/>.
/// </summary>
public static class OfficialSuite
{
    private static readonly Lazy<IReadOnlyList<SuiteGroup>> OfSuite =
        new(() => [.. Run(OutsideData.Required("json-schema-test-suite/tests/draft2020-12"))], LazyThreadSafetyMode.PublicationOnly);

    /// <summary>The suite's groups; the calling test is skipped if the suite is missing.</summary>
    public static IReadOnlyList<SuiteGroup> Groups => OfSuite.Value;

    /// <summary>Every group of the files in a directory, ordered by file name.</summary>
    public static IEnumerable<SuiteGroup> Run(string root)
    {
        foreach (var path in Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var file = Path.GetRelativePath(root, path).Replace('\\', '/');
            foreach (var group in JsonElement.Parse(File.ReadAllBytes(path)).EnumerateArray())
                yield return Run(file, group);
        }
    }

    private static SuiteGroup Run(string file, JsonElement group)
    {
        var description = group.GetProperty("description").GetString()!;
        JsonSchema schema;
        try
        {
            schema = JsonSchema.Parse(Encoding.UTF8.GetBytes(group.GetProperty("schema").GetRawText()), file);
        }
        catch (SchemaException refusal)
        {
            return new SuiteGroup(file, description, refusal.Keyword, []);
        }

        var differences = group.GetProperty("tests").EnumerateArray()
            .Where(test => test.GetProperty("valid").GetBoolean() != (schema.Evaluate(test.GetProperty("data")).Count == 0))
            .Select(test => test.GetProperty("description").GetString()!);
        return new SuiteGroup(file, description, null, [.. differences]);
    }
}
