namespace Esoz.Platform.Health;

/// <summary>
/// Graceful shutdown: after a stop request the server is no longer ready, responses close their connections, and the server waits for
/// running requests. New requests are still answered until the listeners close.
/// </summary>
public sealed class Draining
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;

    public bool HasBegun { get; private set; }

    /// <summary>Starts draining; the task completes when the last earlier request has been answered.</summary>
    public Task Begin()
    {
        lock (_gate)
        {
            HasBegun = true;
            if (_underWay == 0)
                _done.TrySetResult();
        }
        return _done.Task;
    }

    /// <summary>False when the server is already draining.</summary>
    internal bool Enter()
    {
        lock (_gate)
        {
            if (HasBegun)
                return false;
            _underWay++;
            return true;
        }
    }

    internal void Leave()
    {
        lock (_gate)
        {
            if (--_underWay == 0 && HasBegun)
                _done.TrySetResult();
        }
    }
}
