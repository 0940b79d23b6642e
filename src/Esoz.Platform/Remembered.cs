using System.Collections.Concurrent;

namespace Esoz.Platform;

/// <summary>
/// Cache of values that are loaded on demand. Concurrent callers for one key share one load, which continues when one of them cancels. The
/// lifetime of a value starts with its load, so a value is never older than that; a failed load is not cached. Thread-safe.
/// </summary>
/// <param name="lifetime">Zero = nothing is cached or shared.</param>
/// <param name="capacity">Maximum number of keys, so that a flood of invalid keys uses bounded memory.</param>
/// <param name="clock">Its timestamps measure the lifetime.</param>
/// <param name="load">Loads a value; null or an empty value is cached like any other.</param>
public sealed class Remembered<TKey, T>(TimeSpan lifetime, int capacity, TimeProvider clock, Func<TKey, Task<T>> load) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    /// <param name="key">Key of the value.</param>
    /// <param name="ct">Cancels the wait, not the load.</param>
    public Task<T> Find(TKey key, CancellationToken ct = default)
    {
        if (lifetime == TimeSpan.Zero)
            return load(key).WaitAsync(ct);
        if (_entries.TryGetValue(key, out var entry) && IsGood(entry))
            return entry.Value.WaitAsync(ct);
        if (entry is null && _entries.Count >= capacity)
            MakeRoom();
        return Share(key, entry).WaitAsync(ct);
    }

    /// <summary>Clears the cache: later calls load again. A running load is returned to its waiting callers but not cached.</summary>
    public void Forget() => _entries.Clear();

    /// <summary>The same for one key.</summary>
    public void Forget(TKey key) => _entries.TryRemove(key, out _);

    /// <summary>
    /// The first of several callers loads. Its entry is added before the load starts, so that <see cref="Forget()"/> removes it.
    /// </summary>
    private Task<T> Share(TKey key, Entry? outdated)
    {
        var fresh = new Entry(clock.GetTimestamp());
        var isFirst = outdated is null ? _entries.TryAdd(key, fresh) : _entries.TryUpdate(key, fresh, outdated);
        if (!isFirst)
            return _entries.TryGetValue(key, out var other) ? other.Value : load(key);
        _ = Load(key, fresh);
        return fresh.Value;
    }

    private async Task Load(TKey key, Entry entry)
    {
        try
        {
            entry.Source.SetResult(await load(key));
        }
        catch (Exception fault)
        {
            _entries.TryRemove(new(key, entry));
            entry.Source.SetException(fault);
        }
    }

    private bool IsGood(Entry entry) => clock.GetElapsedTime(entry.BegunAt) < lifetime && !entry.Value.IsFaulted;

    private void MakeRoom()
    {
        foreach (var pair in _entries)
        {
            if (!IsGood(pair.Value))
                _entries.TryRemove(pair);
        }
        if (_entries.Count >= capacity)
            _entries.Clear();
    }

    private sealed class Entry(long begunAt)
    {
        public long BegunAt => begunAt;

        public TaskCompletionSource<T> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Value => Source.Task;
    }
}
