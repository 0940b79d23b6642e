using Esoz.OperatorConsole;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Axes and shapes of plots.</summary>
public sealed class PlotTests
{
    [Theory(DisplayName = "The axis ends at a round number at or above the largest value, in five steps at most")]
    [InlineData(0, true, 1, 1)]
    [InlineData(1, true, 1, 1)]
    [InlineData(5, true, 5, 1)]
    [InlineData(7, true, 8, 2)]
    [InlineData(100, true, 100, 20)]
    [InlineData(101, true, 150, 50)]
    [InlineData(0.3, false, 0.3, 0.1)]
    [InlineData(0.3, true, 1, 1)]
    [InlineData(1_234_567, true, 1_500_000, 500_000)]
    public void Scale(double largest, bool isWhole, double top, double step)
    {
        var scale = PlotScale.For(largest, isWhole);
        Assert.Equal((top, step), (Math.Round(scale.Top, 9), scale.Step));
        Assert.InRange(scale.Lines.Count(), 2, 6);
        Assert.True(scale.Lines.Last() >= largest - 1e-9);
    }

    [Fact(DisplayName = "A line is interrupted where there is no value, and each series has marks of its own shape")]
    public void Lines()
    {
        Assert.Equal("M1 2L3 4M7 8", Plots.Line([(1, 2), (3, 4), null, (7, 8)]));
        Assert.Equal("", Plots.Line([null]));
        Assert.Equal(4, Enumerable.Range(0, 4).Select(series => Plots.Marks([(5, 5)], series)).Distinct().Count());
    }

    [Fact(DisplayName = "A label is cut where there is no room")]
    public void Labels()
    {
        Assert.Equal("короткий", Plots.Short("короткий", 8));
        Assert.Equal("задовги…", Plots.Short("задовгий напис", 8));
    }
}
