using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>The metrics of the database driver show the name of a data source, and the connection string of one that has no name.</summary>
public sealed partial class DataSourcesTests
{
    [Fact(DisplayName = "Every data source has a name, and no connection is opened without a data source")]
    public void Named()
    {
        var lines = (from path in SourceTree.Files("src", "*.cs") from line in File.ReadLines(SourceTree.PathOf(path)) select (path, line)).ToList();

        Assert.NotEmpty(lines.Where(it => Builder().IsMatch(it.line)));
        Assert.Empty(lines.Where(it => Nameless().IsMatch(it.line) || (Builder().IsMatch(it.line) && !it.line.Contains("{ Name = ", StringComparison.Ordinal))));
    }

    [GeneratedRegex(@"new NpgsqlDataSourceBuilder\(")]
    private static partial Regex Builder();

    [GeneratedRegex(@"new NpgsqlConnection\(|NpgsqlDataSource\.Create\(|NpgsqlConnection \w+ = new\(")]
    private static partial Regex Nameless();
}
