namespace Esoz.Tests.Platform.Signatures;

/// <summary>A clock that stands still, for certificates of the past.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
