namespace Esoz.BulkExport.Snapshots;

/// <summary>A resource that could not be built.</summary>
/// <param name="Attempts">Since the last build that succeeded.</param>
/// <param name="Age">Time since the last attempt ended.</param>
public sealed record FailingBuild(string Resource, long Attempts, TimeSpan Age)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Pauses double from a minute to an hour.</summary>
    public bool IsToBeRepeated => Age >= TimeSpan.FromTicks(
        Math.Min(FirstPause.Ticks << (int)Math.Min(Attempts - 1, 10), LongestPause.Ticks));
}
