namespace Esoz.Platform.Health;

/// <summary>
/// The way out: once the server is told to stop, it is no longer ready, answers close their connections, and the requests that were
/// under way are waited for. Later ones are still answered until the listeners close.
/// </summary>
public sealed class Draining
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;

    public bool HasBegun { get; private set; }

    /// <summary>Begins to drain; the task ends when the last request of before has been answered.</summary>
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

    /// <summary>False when the server drains already.</summary>
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
