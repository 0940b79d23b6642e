namespace Esoz.Tests.Platform.Signatures;

/// <summary>A fixed clock, for certificates of the past.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
