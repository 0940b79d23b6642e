namespace Esoz.Tests;

/// <summary>The real clock plus offsets set by the test. Timers run in real time.</summary>
public sealed class TestClock : TimeProvider
{
    private TimeSpan _ahead;
    private TimeSpan _older;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public override long GetTimestamp() => (System.GetElapsedTime(0) + _older).Ticks;

    /// <summary>Moves the date; what is cached is no older for it.</summary>
    public void Advance(TimeSpan by) => _ahead += by;

    /// <summary>Makes everything cached so much older; the date stays.</summary>
    public void Age(TimeSpan by) => _older += by;
}
