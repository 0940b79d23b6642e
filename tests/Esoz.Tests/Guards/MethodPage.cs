using System.Text.RegularExpressions;
using Esoz.Platform.Http;

namespace Esoz.Tests.Guards;

/// <summary>The page of a method in <c>spec/</c>: its head, the names of its query parameters and the members of its answer.</summary>
internal sealed partial class MethodPage
{
    private readonly string _text;

    /// <summary>A page that does not exist says nothing: its link or its card is the fault.</summary>
    private MethodPage(string path) => (Path, _text) = (path, File.Exists(SourceTree.PathOf(path)) ? SourceTree.Read(path) : "");

    /// <summary>Relative to the root of the repository.</summary>
    public string Path { get; }

    public string Title => _text[2.._text.IndexOf('\n', StringComparison.Ordinal)];

    public IEnumerable<string> Headings => HeadingsOf(_text);

    public static IEnumerable<string> HeadingsOf(string text) => Heading().Matches(text).Select(heading => heading.Groups[1].Value);

    /// <summary>Path of the page that a card must have.</summary>
    public static string PathOf(MethodCard card) => $"spec/{card.Id}.md";

    /// <summary>Every card that has a page, with it; a missing page is the subject of one test only.</summary>
    public static IEnumerable<(MethodCard Card, MethodPage Page)> All() =>
        from card in Methods.All
        where File.Exists(SourceTree.PathOf(PathOf(card)))
        select (card, new MethodPage(PathOf(card)));

    /// <summary>Cell of the table at the head, without the name of its row; empty when there is no such row.</summary>
    public string Head(string row) => Regex.Match(_text, $@"^\| {row}(?:, \w+)* \| (.+) \|$", RegexOptions.Multiline).Groups[1].Value;

    /// <summary>Texts in backticks.</summary>
    public static IReadOnlyList<string> Literals(string text) => [.. Literal().Matches(text).Select(literal => literal.Groups[1].Value)];

    /// <summary>
    /// Names of the query parameters in the tables of the input, or of the page in
    /// <c>As for […](page.md), without `depth` and `removed`</c>.
    /// </summary>
    public IEnumerable<string> Query()
    {
        var input = Section("Input");
        return SameInput().Match(input) is { Success: true } same
            ? new MethodPage($"spec/{same.Groups["page"].Value}").Query().Except(Literals(same.Groups["without"].Value))
            : Tables(input).SelectMany(QueryOf);
    }

    /// <summary>
    /// Members of the answer in their order: of the table <c>Member | Meaning</c>, else of the first list in backticks, or of the page that
    /// is linked before it with <c>as in</c>; null when the page has none of them.
    /// </summary>
    public IReadOnlyList<string>? Members()
    {
        var answer = Section("Answer");
        if (answer.Contains("`data` = `{}`", StringComparison.Ordinal))
            return [];
        if (Tables(answer).FirstOrDefault(table => table[0] is ["Member", "Meaning"]) is { } members)
            return [.. members.Skip(2).SelectMany(row => Literals(row[0])).Where(name => !name.Contains('.', StringComparison.Ordinal))
                .Select(name => name.Replace("[]", "", StringComparison.Ordinal))];
        // A page of the bulk export also describes what is around the records.
        var list = ListOfMembers().Match(answer, Math.Max(0, answer.IndexOf("A record has", StringComparison.Ordinal)));
        var same = SameMembers().Match(answer);
        if (same.Success && (!list.Success || same.Index < list.Index))
            return new MethodPage($"spec/{same.Groups["page"].Value}").Members();
        return list.Success ? list.Groups["list"].Value.Split(',', StringSplitOptions.TrimEntries) : null;
    }

    private static IEnumerable<string> QueryOf(IReadOnlyList<IReadOnlyList<string>> table)
    {
        var (names, place) = (table[0].ToList().IndexOf("Query"), table[0].ToList().IndexOf("Place"));
        return table.Skip(2).Where(row => names == 0 || (place > 0 && row[place] == "query"))
            .SelectMany(row => row[0].Split(',', StringSplitOptions.TrimEntries)).Select(name => name.Trim('`'));
    }

    /// <summary>The text below a heading of the second level, up to the next one.</summary>
    private string Section(string heading)
    {
        var start = _text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        if (start < 0)
            return "";
        var end = _text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        return end < 0 ? _text[start..] : _text[start..end];
    }

    /// <summary>Tables as rows of cells; the first row is the head, the second its rule.</summary>
    private static IEnumerable<IReadOnlyList<IReadOnlyList<string>>> Tables(string text) =>
        Table().Matches(text).Select(table => (IReadOnlyList<IReadOnlyList<string>>)
            [.. table.Value.TrimEnd().Split('\n').Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))]);

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(^\|.*\|\n?)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^As for \[[^\]]+\]\((?<page>[^)]+)\)(, without (?<without>`\w+`( and `\w+`)*))?", RegexOptions.Multiline)]
    private static partial Regex SameInput();

    [GeneratedRegex(@"as in\s+\[[^\]]+\]\((?<page>[^)]+)\)")]
    private static partial Regex SameMembers();

    [GeneratedRegex(@"`(?<list>\w+(,\s+\w+)*)`")]
    private static partial Regex ListOfMembers();
}
