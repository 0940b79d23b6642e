using System.Text.RegularExpressions;
using Esoz.Platform;
using Esoz.Platform.Jobs;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Compositions;

/// <summary>The business errors of the cards and of their jobs against the table of compositions §10.</summary>
public sealed partial class CompositionErrorsTests
{
    [Fact(DisplayName = "Code, name and message of every error are those of the page, and every error of the page can occur")]
    public void Table()
    {
        var declared = Methods.All.Where(card => card.Family == Esoz.Platform.Http.Family.Mc)
            .SelectMany(card => card.Validations.Concat(card.JobErrors)).Select(rule => rule.Refusal).Append(JobTable.GivenUp)
            .Where(refusal => refusal.Code is { Number: >= 1000 or 403 or 500 }).Select(Line).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(Documented().Order(StringComparer.Ordinal), declared);
    }

    /// <summary>Placeholders are not part of the page's message.</summary>
    private static string Line(Refusal refusal) =>
        $"{refusal.Code!.Value.Number} {refusal.Code.Value.Name}: {refusal.Message!.Split(" ({")[0]}";

    /// <summary>A row may state several errors: its cells have as many parts, or one that they share.</summary>
    private static IEnumerable<string> Documented()
    {
        var text = SourceTree.Read("spec/compositions.md");
        var start = text.IndexOf("\n## 10.", StringComparison.Ordinal);
        return text[start..text.IndexOf("\n## 11.", StringComparison.Ordinal)].Split('\n').Select(line => Row().Match(line))
            .Where(row => row.Success).SelectMany(row =>
            {
                var (codes, names, messages) = (Parts(row, "codes"), Parts(row, "names"), Parts(row, "messages"));
                return Enumerable.Range(0, Math.Max(codes.Length, names.Length))
                    .Select(i => $"{At(codes, i)} {At(names, i)}: {At(messages, i)}");
            });
    }

    private static string At(string[] parts, int i) => parts[Math.Min(i, parts.Length - 1)];

    private static string[] Parts(Match row, string cell) => Separator().Split(Remark().Replace(row.Groups[cell].Value, ""));

    [GeneratedRegex(@"^\| (?<codes>\d[\d /,]*) \| (?<names>[^|]+) \| (?<messages>[^|]+) \| ")]
    private static partial Regex Row();

    [GeneratedRegex(" / |(?<=^\\d{4}), ")]
    private static partial Regex Separator();

    [GeneratedRegex(@" \((HTTP 404|in jobs)\)")]
    private static partial Regex Remark();
}
