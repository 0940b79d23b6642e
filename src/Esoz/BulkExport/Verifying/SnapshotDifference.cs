using System.Collections;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// What a client that has an older full set does not get right by taking one window of a newer snapshot: it puts the window's records
/// in place of its own by their keys, and must then have exactly the newer full set. The older records come by one after another.
/// <para>
/// Where one key may stand in several records (contract_divisions: its records have no id of their own, a contract may have a division
/// twice, and several contracts a number) "in place of" names no record, and what can be asked is: of every key no record is gone, and
/// every record that the older set has not is in the window. With unique keys this is the same as the former.
/// </para>
/// </summary>
internal sealed class SnapshotDifference(SnapshotIndex newer)
{
    /// <summary>So many keys stand in a finding.</summary>
    public const int Shown = 3;

    private readonly BitArray _isKnown = new(newer.Count);

    /// <summary>By the first entry of a key: older records of the key that are none of the newer ones.</summary>
    private readonly int[] _replaced = new int[newer.Count];

    /// <summary>New records that came into the newer full set with a change instant older than the window.</summary>
    public Shortfall Missing { get; } = new();

    /// <summary>Records whose change is not in the window.</summary>
    public Shortfall Stale { get; } = new();

    /// <summary>Older records that have no successor in the newer full set.</summary>
    public Shortfall Lost { get; } = new();

    /// <summary>One record of the older full set.</summary>
    public void Add(SnapshotRecordReader older)
    {
        var (key, record) = (older.KeyDigest, older.RecordDigest);
        var first = newer.Find(key);
        if (first < 0)
        {
            Lost.Add(key);
            // Nobody will find it in the newer set.
            if (Lost.Keys.Contains(key))
                Lost.Texts[key] = older.KeyText;
            return;
        }
        var entries = newer.Entries;
        // Of equal records the one that changed first is taken: what remains is then in the window if it can be.
        for (var i = first; i < entries.Length && entries[i].Key == key; i++)
        {
            if (entries[i].Record != record || _isKnown[i])
                continue;
            _isKnown[i] = true;
            return;
        }
        _replaced[first]++;
    }

    /// <summary>After the last older record.</summary>
    /// <param name="windowRows">Rows of the window.</param>
    public void Complete(long windowRows)
    {
        var entries = newer.Entries;
        for (int first = 0, end; first < entries.Length; first = end)
        {
            int inside = 0, outside = 0;
            for (end = first; end < entries.Length && entries[end].Key == entries[first].Key; end++)
            {
                if (_isKnown[end])
                    continue;
                if (entries[end].Place < windowRows)
                    inside++;
                else
                    outside++;
            }
            var stale = Math.Min(outside, Math.Max(0, _replaced[first] - inside));
            Stale.Add(entries[first].Key, stale);
            Missing.Add(entries[first].Key, outside - stale);
            Lost.Add(entries[first].Key, Math.Max(0, _replaced[first] - inside - outside));
        }
    }

    /// <summary>Records of one sort, of which the first few are known by key.</summary>
    public sealed class Shortfall
    {
        public long Count { get; private set; }

        public List<Digest128> Keys { get; } = [];

        /// <summary>The keys as a person reads them, as far as they have been found.</summary>
        public Dictionary<Digest128, string> Texts { get; } = [];

        public void Add(Digest128 key, int count = 1)
        {
            Count += count;
            if (count > 0 && Keys.Count < Shown && !Keys.Contains(key))
                Keys.Add(key);
        }
    }
}
