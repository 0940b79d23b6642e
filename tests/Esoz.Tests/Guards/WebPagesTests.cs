using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>Pages for people: what their contents and their sources must keep to (docs/adr/0040-pages-in-the-program.md).</summary>
public sealed partial class WebPagesTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The pages of the running server are those of the contents; no two have one id, and none is below /api")]
    public void Contents()
    {
        Assert.Equal(WebPages.All, registry.Pages());
        var ids = WebPages.All.Select(page => page.Id).Concat(Methods.All.Select(card => card.Id)).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.DoesNotContain(WebPages.All, page => page.Path.StartsWith("/api", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "No component has an inline script or style, or anything of another host")]
    public void Sources()
    {
        var components = SourceTree.Files("src", "*.razor").ToList();
        Assert.Contains("src/Esoz/Pages/Layout.razor", components);
        Assert.Matches(Forbidden(), "<p style=\"color: red\">");
        Assert.Matches(Forbidden(), "<script>alert(1)</script>");

        Assert.Empty(
            from path in components.Concat(SourceTree.Files("src", "*.css"))
            from line in File.ReadLines(SourceTree.PathOf(path))
            where Forbidden().IsMatch(line)
            select $"{path}: {line.Trim()}");
    }

    [Fact(DisplayName = "Every text of a component is in both languages: no letter stands outside Text(…)")]
    public void Languages()
    {
        Assert.Matches(Ukrainian(), Pair().Replace("<p title=\"@Text(\"Вхід\", \"Sign in\")\">Вхід</p>", ""));

        Assert.DoesNotContain(SourceTree.Files("src", "*.razor"), path => Ukrainian().IsMatch(Pair().Replace(SourceTree.Read(path), "")));
    }

    [GeneratedRegex(@"<script(?! src=""@)|\bstyle=|@on\w+=|javascript:|(src|href)=""https?:|url\(|@import", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();

    [GeneratedRegex("""\bText\(\s*\$?"[^"]*",\s*\$?"[^"]*"\)""")]
    private static partial Regex Pair();

    [GeneratedRegex("[А-ЯҐЄІЇа-яґєії]")]
    private static partial Regex Ukrainian();
}
