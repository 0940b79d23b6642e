using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>The metrics of the database driver show the name of a data source, and the connection string if it has no name.</summary>
public sealed partial class DataSourcesTests
{
    [Fact(DisplayName = "Every data source has a name, and no connection is opened without a data source")]
    public void Named()
    {
        var lines = SourceTree.Files("src", "*.cs")
            .SelectMany(path => File.ReadLines(SourceTree.PathOf(path)).Select(line => (path, line))).ToList();

        Assert.Contains(lines, it => Builder().IsMatch(it.line));
        Assert.DoesNotContain(lines, it => Unnamed().IsMatch(it.line));
        Assert.DoesNotContain(lines, it => Builder().IsMatch(it.line) && !it.line.Contains("{ Name = ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"new NpgsqlDataSourceBuilder\(")]
    private static partial Regex Builder();

    [GeneratedRegex(@"new NpgsqlConnection\(|NpgsqlDataSource\.Create\(|NpgsqlConnection \w+ = new\(")]
    private static partial Regex Unnamed();
}
