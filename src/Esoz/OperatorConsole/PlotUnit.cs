using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>A unit in which the values of a plot are round numbers of a readable size.</summary>
/// <param name="Size">How much of the smallest unit it is.</param>
public sealed record PlotUnit(double Size, Words Name)
{
    /// <param name="largest">The largest value.</param>
    public static PlotUnit OfSeconds(double largest) => largest switch
    {
        <= 120 => new(1, new("с", "s")),
        <= 7200 => new(60, new("хв", "min")),
        _ => new(3600, new("год", "h")),
    };

    /// <param name="largest">The largest value.</param>
    public static PlotUnit OfBytes(double largest) => largest switch
    {
        < 10 * 1024 => new(1, new("Б", "B")),
        < 1024 * 1024 => new(1024, new("КБ", "KB")),
        < 10d * 1024 * 1024 * 1024 => new(1024 * 1024, new("МБ", "MB")),
        _ => new(1024 * 1024 * 1024, new("ГБ", "GB")),
    };

    /// <summary>Values in this unit.</summary>
    public IReadOnlyList<double?> Of(IEnumerable<double?> values) => [.. values.Select(value => value / Size)];

    /// <param name="value">In this unit.</param>
    public string Text(double value, Language language) => $"{Shown.Decimal(value, language)} {Name.Of(language)}";
}
