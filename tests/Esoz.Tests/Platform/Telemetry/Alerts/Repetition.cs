namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>Does something again and again, some times a second, until it is disposed of.</summary>
internal sealed class Repetition : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Repetition(Func<Task> action) => _running = Task.Run(async () =>
    {
        while (!_stop.IsCancellationRequested)
        {
            await action();
            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
