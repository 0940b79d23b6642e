using System.Collections.Concurrent;

namespace Esoz.Platform.Access;

/// <summary>
/// Remembers look-ups of tokens and keys, found or not, for at most <c>AUTH_CACHE_TTL_SECONDS</c>, so that a revocation works within
/// that time on every node (platform §3). Simultaneous look-ups of one secret share one query; failed queries are not remembered.
/// </summary>
public sealed class CredentialCache<T>(TimeSpan lifetime, Func<SecretHash, Task<T?>> lookUp) where T : class
{
    /// <summary>Bounds the memory that a flood of made-up secrets can take.</summary>
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<SecretHash, Entry> _entries = new();

    public ValueTask<T?> Find(SecretHash hash)
    {
        var now = Environment.TickCount64;
        if (_entries.TryGetValue(hash, out var entry) && now < entry.Until && !entry.Result.IsFaulted)
            return new(entry.Result);
        if (lifetime == TimeSpan.Zero)
            return new(lookUp(hash));
        if (_entries.Count >= Capacity)
            RemoveOutdated(now);
        return new(Remember(hash, entry, now));
    }

    private Task<T?> Remember(SecretHash hash, Entry? outdated, long now)
    {
        // The first of several callers starts the query; the others find its entry.
        var result = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fresh = new Entry(result.Task, now + (long)lifetime.TotalMilliseconds);
        var won = outdated is null ? _entries.TryAdd(hash, fresh) : _entries.TryUpdate(hash, fresh, outdated);
        if (!won)
            return _entries.TryGetValue(hash, out var other) ? other.Result : lookUp(hash);
        return Complete(hash, fresh, result);
    }

    private async Task<T?> Complete(SecretHash hash, Entry entry, TaskCompletionSource<T?> result)
    {
        try
        {
            result.SetResult(await lookUp(hash));
        }
        catch (Exception fault)
        {
            _entries.TryRemove(new(hash, entry));
            result.SetException(fault);
        }
        return await result.Task;
    }

    private void RemoveOutdated(long now)
    {
        foreach (var pair in _entries)
        {
            if (pair.Value.Until <= now)
                _entries.TryRemove(pair);
        }
        if (_entries.Count >= Capacity)
            _entries.Clear();
    }

    private sealed record Entry(Task<T?> Result, long Until);
}
