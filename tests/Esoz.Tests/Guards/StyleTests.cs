using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>Rules of style that neither the compiler nor the format check knows (CONTRIBUTING.md).</summary>
public sealed partial class StyleTests
{
    private const int MaxLength = 140;

    [Fact(DisplayName = "A line has at most 140 characters, not counting the text of string literals")]
    public void Lines()
    {
        var longLine = new string('a', MaxLength + 1);
        Assert.Equal([longLine], LongLines(["x", longLine, $"var text = \"{longLine}\";", "\"\"\"", longLine, "\"\"\";"]));

        Assert.Empty(
            from folder in new[] { "src", "tests", "bench" }
            from path in SourceTree.Files(folder, "*.cs")
            from line in LongLines(File.ReadLines(SourceTree.PathOf(path)))
            select $"{path}: {line.Trim()}");
    }

    private static IEnumerable<string> LongLines(IEnumerable<string> lines)
    {
        var isText = false;
        foreach (var line in lines)
        {
            var startsAsText = isText;
            isText ^= line.Split("\"\"\"").Length % 2 == 0;
            if (line.Length > MaxLength && !startsAsText && Literal().Replace(line, "").Length > MaxLength)
                yield return line;
        }
    }

    [GeneratedRegex("""
        "{3}.*?"{3}|"(\\.|[^"\\])*"
        """)]
    private static partial Regex Literal();
}
