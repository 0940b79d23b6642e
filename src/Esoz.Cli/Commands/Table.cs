using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>
/// A table for people: every row is one line, columns are as wide as their longest value. On a terminal the last column is cut so that no
/// line wraps; a program that reads the output gets every line as a whole.
/// </summary>
/// <param name="columns">Headings.</param>
internal sealed class Table(params IReadOnlyList<string> columns)
{
    private const string Gap = "  ";
    private const string Cut = "…";

    private readonly List<IReadOnlyList<string>> _rows = [columns];

    /// <param name="values">One for every column; null is shown as nothing.</param>
    public void Add(params IEnumerable<object?> values) =>
        _rows.Add([.. values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!.ReplaceLineEndings(" "))]);

    public override string ToString() => ToString(Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth);

    /// <summary>An instant in UTC.</summary>
    public static string Instant(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal string ToString(int width)
    {
        var widths = columns.Select((_, i) => i == columns.Count - 1 ? 0 : _rows.Max(row => row[i].Length)).ToList();
        return string.Concat(_rows.Select(row => Line(row, widths, width) + Environment.NewLine));
    }

    private static string Line(IReadOnlyList<string> row, List<int> widths, int width)
    {
        var line = string.Join(Gap, row.Select((value, i) => value.PadRight(widths[i]))).TrimEnd();
        return line.Length <= width ? line : line[..(width - Cut.Length)] + Cut;
    }
}
