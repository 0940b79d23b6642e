using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>Every reference such as "platform §7.1" points to an existing section in this repository.</summary>
public sealed partial class ReferencesTests
{
    private static readonly string[] Extensions = [".cs", ".md", ".sql", ".json", ".java", ".sh", ".yml"];

    [Fact(DisplayName = "Every reference to a section (platform §7.1) leads to one of a family page in spec/")]
    public void Sections()
    {
        var sections = Specification.Families.ToDictionary(family => family, Specification.SectionsOf);
        var references = Texts().SelectMany(text => References(text.Path, text.Content)).ToList();

        Assert.True(references.Count > 200);
        var broken = references.Where(one => one.Family is null || !sections[one.Family].Contains(one.Section))
            .Select(one => $"{one.Path}: {one.Family ?? "of which page?"} §{one.Section}").ToList();
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    [Fact(DisplayName = "Every decision number (Q67) on a page of spec/ or docs/ has a row in spec/quirks.md")]
    public void Decisions()
    {
        var decisions = Specification.Decisions();
        var references = Texts().Where(text => text.Path.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(text => Decision().Matches(text.Content).Select(match => (text.Path, match.Value))).ToList();

        Assert.True(references.Count > 100);
        Assert.Empty(references.Where(one => !decisions.Contains(one.Value)).Select(one => $"{one.Path}: {one.Value}"));
    }

    [Fact(DisplayName = "Every relative link of a page leads to a file of the repository")]
    public void Links()
    {
        var links =
            from text in Texts()
            where text.Path.EndsWith(".md", StringComparison.Ordinal)
            from link in Link().Matches(text.Content).Select(match => match.Groups["target"].Value)
            where !link.Contains(':', StringComparison.Ordinal)
            select (text.Path, Target: link);

        Assert.Empty(links.Where(link => !Path.Exists(SourceTree.PathOf(Path.GetDirectoryName(link.Path)!, link.Target)))
            .Select(link => $"{link.Path}: {link.Target}"));
    }

    [Fact(DisplayName = "Every page of a method names the section of its family page, and spec/README.md every family page")]
    public void Families()
    {
        Assert.DoesNotContain(Specification.MethodPages, path => !FamilyRow().IsMatch(SourceTree.Read(path)));
        Assert.Equal(Specification.Families,
            Link().Matches(SourceTree.Read(Specification.Introduction))
                .Select(match => Path.GetFileNameWithoutExtension(match.Groups["target"].Value))
                .Intersect(Specification.Families).Order(StringComparer.Ordinal));
    }

    /// <summary>Every tracked text; a § that was wrapped to the next line is put back after the name of its page.</summary>
    private static IEnumerable<(string Path, string Content)> Texts() =>
        from path in SourceTree.Tracked()
        where Extensions.Contains(Path.GetExtension(path)) && !path.StartsWith("tests/data/", StringComparison.Ordinal)
        select (path, Wrapped().Replace(SourceTree.Read(path), " "));

    /// <summary>The page is the word before the first § of several. On a family page, a § without such a word means that page.</summary>
    private static IEnumerable<(string Path, string? Family, string Section)> References(string path, string text)
    {
        var own = Specification.Families.FirstOrDefault(family => Specification.PageOf(family) == path);
        string? family = null;
        var (isForeign, end) = (false, -1);
        foreach (var mark in Mark().Matches(text).Cast<Match>())
        {
            if (end < 0 || !Separator().IsMatch(text[end..mark.Index]))
            {
                var before = text[Math.Max(0, mark.Index - 60)..mark.Index];
                var name = Named().Match(before).Groups["name"].Value;
                isForeign = Foreign().IsMatch(before);
                family = Specification.Families.Contains(name) ? name : own;
            }
            end = mark.Index + mark.Length;
            if (!isForeign)
                yield return (path, family, mark.Groups["number"].Value);
        }
    }

    [GeneratedRegex(@"§+ ?(?<number>\d+(\.\d+[a-z]?)*)")]
    private static partial Regex Mark();

    [GeneratedRegex(@"^(,? ((checks?|steps?|rows?) )?\d[\w–, ]*?)?(,? and|,? or| to|,|;|–|/)? ?$")]
    private static partial Regex Separator();

    [GeneratedRegex(@"(?<name>[a-z][a-z-]*)(\.md)?`?,? $")]
    private static partial Regex Named();

    [GeneratedRegex(@"(RFC|BCP|DSTU) \d+,? $")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"\bQ\d{1,3}\b")]
    private static partial Regex Decision();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| Family page \| \[(?<family>[a-z-]+) §[\d.]+\]\(\k<family>\.md\) \|$", RegexOptions.Multiline)]
    private static partial Regex FamilyRow();

    [GeneratedRegex(@"\r?\n[ \t]*(///?|--|\*|#)?[ \t]*(?=§)")]
    private static partial Regex Wrapped();
}
