namespace Esoz.Platform.Http;

/// <summary>
/// Memory that is set aside before it is used, so that what waits for it holds none. Those who wait get it in the order in which they came,
/// but nobody waits for a caller who has had a share already. Thread-safe.
/// </summary>
/// <param name="bytes">Of all callers.</param>
/// <param name="bytesOfCaller">Of one caller.</param>
internal sealed class MemoryBudget(long bytes, long bytesOfCaller)
{
    /// <summary>Waiting requests of one caller; more are turned away.</summary>
    private const int MaxWaiting = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Share> _shares = [];
    private readonly LinkedList<Waiting> _queue = [];
    private long _held;

    /// <summary>Bytes that are set aside.</summary>
    public long Held
    {
        get
        {
            lock (_gate)
                return _held;
        }
    }

    /// <returns>Gives the memory back when disposed; null when the time was over, or when too many of the caller's requests wait.</returns>
    public async ValueTask<IDisposable?> Take(Guid caller, long wanted, CancellationToken ct)
    {
        var mine = new Part(this, caller, Math.Min(wanted, bytesOfCaller));
        LinkedListNode<Waiting> place;
        lock (_gate)
        {
            if (!_shares.TryGetValue(caller, out var share))
                _shares[caller] = share = new Share();
            if (Fits(share, mine))
            {
                Hold(share, mine);
                return mine;
            }
            if (share.Waiting == MaxWaiting)
                return null;
            share.Waiting++;
            place = _queue.AddLast(new Waiting(mine, new(TaskCreationOptions.RunContinuationsAsynchronously)));
        }
        await using (ct.Register(() => GiveUp(place)))
            return await place.Value.Granted.Task ? mine : null;
    }

    private bool Fits(Share share, Part part) => share.Held + part.Bytes <= bytesOfCaller && _held + part.Bytes <= bytes;

    private void Hold(Share share, Part part)
    {
        share.Held += part.Bytes;
        _held += part.Bytes;
    }

    private void GiveUp(LinkedListNode<Waiting> place)
    {
        lock (_gate)
        {
            if (place.List is null)
                return;
            Leave(place, isGranted: false);
            // What came later may fit.
            Serve();
        }
    }

    private void GiveBack(Part part)
    {
        lock (_gate)
        {
            _held -= part.Bytes;
            var share = _shares[part.Caller];
            share.Held -= part.Bytes;
            Remove(share, part.Caller);
            Serve();
        }
    }

    private void Serve()
    {
        for (var place = _queue.First; place is not null;)
        {
            var next = place.Next;
            var part = place.Value.Part;
            var share = _shares[part.Caller];
            if (share.Held + part.Bytes <= bytesOfCaller)
            {
                if (_held + part.Bytes > bytes)
                    return;
                Hold(share, part);
                Leave(place, isGranted: true);
            }
            place = next;
        }
    }

    private void Leave(LinkedListNode<Waiting> place, bool isGranted)
    {
        _queue.Remove(place);
        var share = _shares[place.Value.Part.Caller];
        share.Waiting--;
        Remove(share, place.Value.Part.Caller);
        place.Value.Granted.SetResult(isGranted);
    }

    private void Remove(Share share, Guid caller)
    {
        if (share is { Held: 0, Waiting: 0 })
            _shares.Remove(caller);
    }

    private sealed class Share
    {
        public long Held { get; set; }

        public int Waiting { get; set; }
    }

    private sealed record Waiting(Part Part, TaskCompletionSource<bool> Granted);

    private sealed class Part(MemoryBudget budget, Guid caller, long bytes) : IDisposable
    {
        private bool _isGivenBack;

        public Guid Caller => caller;

        public long Bytes => bytes;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isGivenBack, true))
                budget.GiveBack(this);
        }
    }
}
