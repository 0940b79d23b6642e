using System.Globalization;
using System.Text;

namespace Esoz.OperatorConsole;

/// <summary>Shapes of plots as paths.</summary>
internal static class Plots
{
    /// <summary>A coordinate.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A line through the points; it is interrupted where there is none.</summary>
    public static string Line(IEnumerable<(double X, double Y)?> points)
    {
        var path = new StringBuilder();
        var isDrawing = false;
        foreach (var point in points)
        {
            if (point is { X: var x, Y: var y })
                path.Append(isDrawing ? 'L' : 'M').Append(Number(x)).Append(' ').Append(Number(y));
            isDrawing = point is not null;
        }
        return path.ToString();
    }

    /// <summary>A mark at every point: each series has another shape, so that colours are not needed.</summary>
    /// <param name="series">From 0.</param>
    public static string Marks(IEnumerable<(double X, double Y)?> points, int series) =>
        string.Concat(points.Select(point => point is { X: var x, Y: var y } ? Mark(x, y, series) : ""));

    private static string Mark(double x, double y, int series) => (series % 4) switch
    {
        0 => $"M{Number(x - 3)} {Number(y)}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z",
        1 => $"M{Number(x - 3)} {Number(y - 3)}h6v6h-6z",
        2 => $"M{Number(x)} {Number(y - 4)}l4 7h-8z",
        _ => $"M{Number(x)} {Number(y - 4)}l4 4l-4 4l-4 -4z",
    };

    /// <summary>Horizontal lines within a bar.</summary>
    public static string Stripes(double x, double y, double width, double height)
    {
        var path = new StringBuilder();
        for (var at = y + height - 3; at > y; at -= 4)
            path.Append('M').Append(Number(x)).Append(' ').Append(Number(at)).Append('h').Append(Number(width));
        return path.ToString();
    }

    /// <summary>As much of a text as there is room for.</summary>
    public static string Short(string text, int most) => text.Length <= most ? text : text[..(most - 1)].TrimEnd() + "…";
}
