using System.Runtime.InteropServices;

namespace Esoz.Platform.RollUp;

/// <summary>
/// Counts requests in memory until they are taken. Each processor has a table of its own, so that requests rarely wait for each other;
/// counting what was counted before allocates nothing.
/// </summary>
public sealed class RequestCounter
{
    /// <summary>Clients that are counted one by one: those with the most requests.</summary>
    public const int MaxClients = 50;

    /// <summary>Keys of one table; beyond them requests are counted without client and rule, of which there are few combinations.</summary>
    internal const int MaxKeys = 4096;

    private readonly Table[] _tables = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Table())];

    public void Count(in RequestKey key, TimeSpan took) =>
        _tables[Thread.GetCurrentProcessorId() % _tables.Length].Add(key, Durations.PlaceOf(took));

    /// <summary>What was counted since the last call: requests at each place of <see cref="Durations"/>.</summary>
    public IReadOnlyDictionary<RequestKey, long[]> Take()
    {
        List<KeyValuePair<RequestKey, long[]>> counted = [.. _tables.SelectMany(table => table.Take())];
        var named = counted.Where(it => it.Key.ClientId != RequestKey.NoClient && it.Key.ClientId != RequestKey.OtherClients)
            .GroupBy(it => it.Key.ClientId, it => it.Value.Sum())
            .OrderByDescending(client => client.Sum()).ThenBy(client => client.Key)
            .Take(MaxClients).Select(client => client.Key).Append(RequestKey.NoClient).ToHashSet();
        var sums = new Dictionary<RequestKey, long[]>();
        foreach (var (key, counts) in counted)
            Add(sums, named.Contains(key.ClientId) ? key : key with { ClientId = RequestKey.OtherClients }, counts);
        return sums;
    }

    /// <summary>Adds the counts of one key to those that it has.</summary>
    internal static void Add<TKey>(Dictionary<TKey, long[]> sums, TKey key, long[] counts) where TKey : notnull
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _);
        sum ??= new long[Durations.Places];
        for (var place = 0; place < counts.Length; place++)
            sum[place] += counts[place];
    }

    private sealed class Table
    {
        private readonly Lock _gate = new();
        private Dictionary<RequestKey, long[]> _counts = [];

        public void Add(in RequestKey key, int place)
        {
            lock (_gate)
            {
                if (!_counts.TryGetValue(key, out var counts))
                    counts = New(key);
                counts[place]++;
            }
        }

        public Dictionary<RequestKey, long[]> Take()
        {
            lock (_gate)
            {
                var taken = _counts;
                _counts = [];
                return taken;
            }
        }

        private long[] New(RequestKey key)
        {
            if (_counts.Count >= MaxKeys)
                key = key with { ClientId = RequestKey.OtherClients, Rule = "" };
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _);
            return counts ??= new long[Durations.Places];
        }
    }
}
