using Esoz.Cli.Commands;

namespace Esoz.Tests.Cli.Commands;

/// <summary>Tables of the command line.</summary>
public sealed class TableTests
{
    [Fact(DisplayName = "A row is one line however long it is; on a terminal it is cut so that it does not wrap")]
    public void Rows()
    {
        var table = new Table("id", "scopes");
        table.Add(7, string.Join(' ', Enumerable.Repeat("employee:read", 20)));
        table.Add(null, "two\nlines");

        var whole = table.ToString(int.MaxValue).Split('\n');
        var narrow = table.ToString(40).Split('\n');

        Assert.Equal(4, whole.Length);
        Assert.Equal("id  scopes", whole[0]);
        Assert.Equal(4 + (20 * 14) - 1, whole[1].Length);
        Assert.Equal("    two lines", whole[2]);
        Assert.StartsWith(" 7  employee:read", whole[1], StringComparison.Ordinal);
        Assert.Equal((40, '…'), (narrow[1].Length, narrow[1][^1]));
    }

    [Fact(DisplayName = "A column of numbers is right-aligned, also the last one; a column with other values too is not")]
    public void Numbers()
    {
        var table = new Table("table", "depth", "rows", "seconds");
        table.Add("parties", 7, 1200, null);
        table.Add("roles", "full", 34, "10.5");

        Assert.Equal(
            [
                "table    depth  rows  seconds",
                "parties  7      1200",
                "roles    full     34     10.5",
            ],
            table.ToString(int.MaxValue).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
