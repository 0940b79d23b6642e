namespace Esoz.Platform.RollUp;

/// <summary>
/// How long requests took, as numbers of requests between fixed bounds: they can be added over minutes, nodes and methods, and quantiles
/// can still be read from the sum.
/// </summary>
public static class Durations
{
    /// <summary>Upper bounds in milliseconds; what takes longer has a place of its own after them.</summary>
    public static IReadOnlyList<int> Bounds { get; } = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

    /// <summary>Number of places, that of the longest included.</summary>
    public const int Places = 14;

    private static readonly long[] Ticks = [.. Bounds.Select(bound => bound * TimeSpan.TicksPerMillisecond)];

    /// <summary>The place of a duration.</summary>
    public static int PlaceOf(TimeSpan took)
    {
        var place = 0;
        while (place < Ticks.Length && took.Ticks > Ticks[place])
            place++;
        return place;
    }

    /// <summary>
    /// The duration that the given share of the requests does not exceed, in milliseconds: exact to the distance of two bounds. Null
    /// without requests; of the longest only the lower bound is known.
    /// </summary>
    /// <param name="counts">Requests at each place.</param>
    /// <param name="share">0 … 1.</param>
    public static double? Quantile(IReadOnlyList<long> counts, double share)
    {
        var wanted = counts.Sum() * share;
        if (counts.All(count => count == 0))
            return null;
        var before = 0L;
        for (var place = 0; place < Bounds.Count; before += counts[place++])
        {
            if (counts[place] == 0 || before + counts[place] < wanted)
                continue;
            var lower = place == 0 ? 0 : Bounds[place - 1];
            return lower + ((Bounds[place] - lower) * (wanted - before) / counts[place]);
        }
        return Bounds[^1];
    }
}
