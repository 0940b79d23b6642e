using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>
/// A table for people: every row is one line, columns are as wide as their longest value, numbers are right-aligned. On a terminal the last
/// column is cut so that no line wraps; a program that reads the output gets every line as a whole.
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

    /// <param name="row">Values of one line, as for <see cref="Add"/>.</param>
    public static Table Of<T>(IEnumerable<T> items, IReadOnlyList<string> columns, Func<T, IEnumerable<object?>> row)
    {
        var table = new Table(columns);
        foreach (var item in items)
            table.Add(row(item));
        return table;
    }

    public override string ToString() => ToString(Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth);

    /// <summary>An instant in UTC, as precise as the database has it.</summary>
    public static string Precise(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An instant in UTC.</summary>
    public static string Instant(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Seconds with one decimal; null when there is no duration.</summary>
    public static string? Seconds(TimeSpan? duration) => duration?.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);

    internal string ToString(int width)
    {
        var numbers = columns.Select((_, i) => IsNumbers(i)).ToList();
        var widths = columns.Select((_, i) => i == columns.Count - 1 && !numbers[i] ? 0 : _rows.Max(row => row[i].Length)).ToList();
        return string.Concat(_rows.Select(row => Line(row, widths, numbers, width) + Environment.NewLine));
    }

    private bool IsNumbers(int column)
    {
        var values = _rows.Skip(1).Select(row => row[column]).Where(value => value.Length > 0).ToList();
        return values.Count > 0 && values.TrueForAll(value => decimal.TryParse(value, CultureInfo.InvariantCulture, out _));
    }

    private static string Line(IReadOnlyList<string> row, List<int> widths, List<bool> numbers, int width)
    {
        var cells = row.Select((value, i) => numbers[i] ? value.PadLeft(widths[i]) : value.PadRight(widths[i]));
        var line = string.Join(Gap, cells).TrimEnd();
        return line.Length <= width ? line : line[..(width - Cut.Length)] + Cut;
    }
}
