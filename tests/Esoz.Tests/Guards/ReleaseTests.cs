using System.Text.Json;
using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>What is shipped with the program.</summary>
public sealed partial class ReleaseTests
{
    /// <summary>Packages used only by the build.</summary>
    private static readonly string[] BuildOnly = ["MinVer"];

    [Fact(DisplayName = "NOTICE names every package that a published program contains, and no other")]
    public void Packages()
    {
        var packages =
            from path in SourceTree.Files("src", "packages.lock.json")
            from framework in JsonElement.Parse(SourceTree.Read(path)).GetProperty("dependencies").EnumerateObject()
            from package in framework.Value.EnumerateObject()
            where package.Value.GetProperty("type").GetString() != "Project"
            select package.Name;

        Assert.Equal(packages.Except(BuildOnly).Order(StringComparer.OrdinalIgnoreCase),
            Row().Matches(SourceTree.Read("NOTICE")).Select(row => row.Groups["name"].Value));
    }

    [Fact(DisplayName = "The licence is the whole Apache License 2.0, and no file has a licence header of its own")]
    public void Licence()
    {
        var licence = SourceTree.Read("LICENSE");
        Assert.Contains("Version 2.0, January 2004", licence, StringComparison.Ordinal);
        Assert.Contains("END OF TERMS AND CONDITIONS", licence, StringComparison.Ordinal);

        Assert.DoesNotContain(SourceTree.Tracked().Where(path => path.EndsWith(".cs", StringComparison.Ordinal)),
            path => Header().IsMatch(SourceTree.Read(path).Split('\n')[0]));
    }

    [GeneratedRegex(@"^  (?<name>[A-Z][\w.]*\w) {2,}\S", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^\s*(//|/\*).*(licen[cs]e|copyright|SPDX)", RegexOptions.IgnoreCase)]
    private static partial Regex Header();
}
