using Esoz.Portal;

namespace Esoz.Tests.Portal;

/// <summary>The calculator of windows of the bulk export (pis-bulk §8).</summary>
public sealed class ShowGuidesTests
{
    private static readonly DateTimeOffset Snapshot = new(2026, 11, 30, 1, 0, 4, TimeSpan.Zero);

    [Theory(DisplayName = "The window is the days between copy and snapshot, rounded up, at least one; beyond the largest it is the full set")]
    [InlineData(0, 1)]
    [InlineData(24, 1)]
    [InlineData(24.001, 2)]
    [InlineData(30 * 24, 30)]
    [InlineData(30 * 24 + 0.01, null)]
    public void Windows(double hours, int? depth) =>
        Assert.Equal(new Absence(depth), ShowGuides.Calculate(Snapshot - TimeSpan.FromHours(hours), Snapshot, 30));

    [Fact(DisplayName = "A copy that is later than the snapshot, or one without an instant, has no window")]
    public void None()
    {
        Assert.Null(ShowGuides.Calculate(Snapshot + TimeSpan.FromSeconds(1), Snapshot, 30));
        Assert.Null(ShowGuides.Calculate(null, Snapshot, 30));
    }
}
