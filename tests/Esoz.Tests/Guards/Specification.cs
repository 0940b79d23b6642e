using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>The pages of <c>spec/</c>: family pages by name; every other page except the introduction describes a method.</summary>
internal static partial class Specification
{
    public const string Introduction = "spec/README.md";

    /// <summary>Names as written in references such as "platform §7.1".</summary>
    public static IReadOnlyList<string> Families { get; } =
    [
        "compositions", "contracts", "data-model", "dictionaries", "employee-roles", "events",
        "media-storage", "pis-bulk", "platform", "quirks", "scopes", "sign-in",
    ];

    public static IEnumerable<string> FamilyPages => Families.Select(PageOf);

    public static IEnumerable<string> MethodPages =>
        SourceTree.Files("spec", "*.md").Except(FamilyPages).Where(path => path != Introduction);

    public static string PageOf(string family) => $"spec/{family}.md";

    /// <summary>
    /// Possible references to a page: "7" and "7.1" for its numbered headings; for numbered table rows and list items also the heading's
    /// number followed by theirs: "3.8" is row 8 of section 3.
    /// </summary>
    public static IReadOnlySet<string> SectionsOf(string family)
    {
        var sections = new HashSet<string>();
        var current = "";
        foreach (var line in File.ReadLines(SourceTree.PathOf(PageOf(family))))
        {
            if (Heading().Match(line) is { Success: true } heading)
                sections.Add(current = heading.Groups["number"].Value);
            else if (current != "" && Item().Match(line) is { Success: true } item)
                sections.Add($"{current}.{item.Groups["number"].Value}");
        }
        return sections;
    }

    /// <summary>Numbers of the decisions in quirks.md: Q1, Q2, …</summary>
    public static IReadOnlySet<string> Decisions() =>
        Decision().Matches(SourceTree.Read(PageOf("quirks"))).Select(row => row.Groups["number"].Value).ToHashSet();

    [GeneratedRegex(@"^#{2,} (?<number>\d+(\.\d+)*)\.? ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(\| ?(?<number>\d+[a-z]?) ?\||(?<number>\d+)\. )")]
    private static partial Regex Item();

    [GeneratedRegex(@"^\| ?(?<number>Q\d+) ?\|", RegexOptions.Multiline)]
    private static partial Regex Decision();
}
