using System.Collections.Concurrent;

namespace Esoz.Platform;

/// <summary>
/// Values that are loaded when they are asked for and then remembered for a while. Callers that ask for one key at the same time share one
/// load, which goes on when one of them leaves. A value lives from the beginning of its load, so it is never older than its lifetime; a
/// load that failed is not remembered. Serves all threads.
/// </summary>
/// <param name="lifetime">Zero = nothing is remembered or shared.</param>
/// <param name="capacity">Number of keys at the most, so that a flood of made-up keys takes bounded memory.</param>
/// <param name="clock">Its timestamps count.</param>
/// <param name="load">Null or an empty value is an answer like any other.</param>
public sealed class Remembered<TKey, T>(TimeSpan lifetime, int capacity, TimeProvider clock, Func<TKey, Task<T>> load) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    /// <param name="key">What is asked for.</param>
    /// <param name="ct">Ends the waiting, not the load.</param>
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

    /// <summary>
    /// What is asked for from now on is loaded from now on: a load that has begun answers those who wait for it and is not remembered.
    /// </summary>
    public void Forget() => _entries.Clear();

    /// <summary>The first of several callers loads. Its entry is there before the load begins: <see cref="Forget"/> removes it.</summary>
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
