using Esoz.Platform.RollUp;

namespace Esoz.Tests.Platform.RollUp;

/// <summary>Durations between fixed bounds, and the quantiles that are read from them.</summary>
public sealed class DurationsTests
{
    [Theory(DisplayName = "A duration belongs to the first bound that it does not exceed")]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(1.001, 1)]
    [InlineData(10_000, 12)]
    [InlineData(10_000.1, 13)]
    public void Places(double milliseconds, int place) =>
        Assert.Equal(place, Durations.PlaceOf(TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond))));

    [Fact(DisplayName = "There is a place for each bound and one for what is longer")]
    public void Count() => Assert.Equal(Durations.Places, Durations.Bounds.Count + 1);

    [Fact(DisplayName = "Quantiles are between the bounds of their place; without requests there are none; of the longest the bound is told")]
    public void Quantiles()
    {
        Assert.Null(Durations.Quantile(Counts(), 0.5));
        Assert.Equal(1.5, Durations.Quantile(Counts((1, 10)), 0.5));
        Assert.Equal(2, Durations.Quantile(Counts((1, 10)), 1));
        // 90 up to 1 ms, 10 between 50 and 100 ms.
        var mixed = Counts((0, 90), (6, 10));
        Assert.InRange(Durations.Quantile(mixed, 0.5)!.Value, 0, 1);
        Assert.Equal(75, Durations.Quantile(mixed, 0.95));
        Assert.Equal(10_000, Durations.Quantile(Counts((13, 3)), 0.5));
    }

    private static long[] Counts(params (int Place, long Requests)[] counted)
    {
        var counts = new long[Durations.Places];
        foreach (var (place, requests) in counted)
            counts[place] = requests;
        return counts;
    }
}
