using System.Threading.Channels;

namespace Esoz.Platform.Jobs;

/// <summary>Wakes one waiting loop; any number of rings before it listens count as one.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rings.Writer.TryWrite(true);

    /// <summary>Returns at the next ring, or after <paramref name="longest"/>, or when <paramref name="ct"/> is cancelled.</summary>
    public async Task Wait(TimeSpan longest, TimeProvider clock, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ring = _rings.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(ring, Task.Delay(longest, clock, over.Token));
        await over.CancelAsync();
        _rings.Reader.TryRead(out _);
    }
}
