using System.Threading.Channels;

namespace Esoz.Platform.Jobs;

/// <summary>Wakes one waiting loop. It stays set until the next wait; setting it again has no effect.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _set =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>
    /// Returns when the signal is set, or after <paramref name="max"/>, or when <paramref name="ct"/> is cancelled; the signal is then
    /// reset.
    /// </summary>
    public async Task Wait(TimeSpan max, TimeProvider clock, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var set = _set.Reader.WaitToReadAsync(over.Token).AsTask();
        await Task.WhenAny(set, Task.Delay(max, clock, over.Token));
        await over.CancelAsync();
        _set.Reader.TryRead(out _);
    }
}
