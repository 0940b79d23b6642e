namespace Esoz.OperatorConsole;

/// <summary>Values of a plot that belong together, one for each label.</summary>
/// <param name="Values">Null: nothing is known of this place.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<double?> Values);

/// <summary>How values are drawn.</summary>
public enum PlotKind
{
    /// <summary>For numbers of things: those of one label side by side.</summary>
    Bars,
    /// <summary>For what changes all the time.</summary>
    Lines,
}

/// <summary>The vertical axis: from zero to a round number above the largest value.</summary>
/// <param name="Step">Distance of two grid lines.</param>
public sealed record PlotScale(double Top, double Step)
{
    private const int MaxSteps = 5;

    private static readonly int[] Factors = [1, 2, 5, 10];

    /// <param name="largest">Of the values; zero or less when there is none above zero.</param>
    /// <param name="isWhole">No fractions between the values: the step is a whole number.</param>
    public static PlotScale For(double largest, bool isWhole)
    {
        if (largest <= 0)
            return new(1, 1);
        var power = Math.Pow(10, Math.Floor(Math.Log10(largest / MaxSteps)));
        var step = Factors.Select(factor => factor * power).First(step => step * MaxSteps >= largest * (1 - 1e-9));
        if (isWhole)
            step = Math.Max(1, step);
        return new(Math.Ceiling((largest / step) - 1e-9) * step, step);
    }

    /// <summary>Values of the grid lines from zero to the top.</summary>
    public IEnumerable<double> Lines => Enumerable.Range(0, (int)Math.Round(Top / Step) + 1).Select(line => line * Step);
}
