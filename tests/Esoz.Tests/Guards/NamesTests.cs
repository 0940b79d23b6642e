using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>Meaningless names, and paths of the author's machine.</summary>
public sealed partial class NamesTests
{
    [Fact(DisplayName = "No file and no type is a Helper, Util, Manager, Common, Base or Service, but for HealthcareService")]
    public void Banned()
    {
        Assert.Empty(
            from path in SourceTree.Files("src", "*.cs").Concat(SourceTree.Files("tests", "*.cs")).Concat(SourceTree.Files("bench", "*.cs"))
            from name in Declared().Matches(SourceTree.Read(path)).Select(type => type.Groups["name"].Value)
            .Append(Path.GetFileNameWithoutExtension(path))
            where Empty().IsMatch(name)
            select $"{path}: {name}");
    }

    [Fact(DisplayName = "No tracked file holds a path of somebody's machine")]
    public void MachinePaths()
    {
        var tracked = SourceTree.Tracked();
        Assert.Contains("src/Esoz.Cli/Program.cs", tracked);

        Assert.Empty(
            from path in tracked
            where !path.EndsWith(".gz", StringComparison.Ordinal) && !path.EndsWith(".p7s", StringComparison.Ordinal)
            from line in File.ReadLines(SourceTree.PathOf(path))
            where MachinePath().IsMatch(line)
            select $"{path}: {line.Trim()}");
    }

    [GeneratedRegex(@"\b(class|record|record struct|struct|interface|enum)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex Declared();

    /// <summary>A name may contain the domain's HealthcareService, also in the plural, with a verb before or a suffix after it.</summary>
    [GeneratedRegex(@"(Helper|Util|Utils|Utilities|Manager|Common|Base|Extensions)$|(?<!Healthcare)Service$")]
    private static partial Regex Empty();

    [GeneratedRegex(@"(?<![\w.~{}/-])/(work|home|Users|root)/\w")]
    private static partial Regex MachinePath();
}
