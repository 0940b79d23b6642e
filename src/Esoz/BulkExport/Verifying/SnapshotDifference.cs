using System.Collections;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// Differences left when a client with an older full set applies one window of a newer snapshot: it replaces its records by the window's
/// records with the same keys, and must then have exactly the newer full set. The older records are streamed.
/// <para>
/// If several records may have the same key (contract_divisions: its records have no id, a contract may have a division twice, and several
/// contracts may share a number) the replaced record is ambiguous. Then the check is: no key lost a record, and every record that the older
/// set does not have is in the window. With unique keys both checks are equivalent.
/// </para>
/// </summary>
internal sealed class SnapshotDifference(SnapshotIndex newer)
{
    /// <summary>Maximum number of keys in a finding.</summary>
    public const int Shown = 3;

    private readonly BitArray _isKnown = new(newer.Count);

    /// <summary>Indexed by the first entry of a key: number of older records of the key that are not among the newer ones.</summary>
    private readonly int[] _replaced = new int[newer.Count];

    /// <summary>Records that are new in the newer full set, with a change instant older than the window.</summary>
    public Shortfall Missing { get; } = new();

    /// <summary>Changed records that are not in the window.</summary>
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
            // The newer set does not contain this key, so its text is read here.
            if (Lost.Keys.Contains(key))
                Lost.Texts[key] = older.KeyText;
            return;
        }
        var entries = newer.Entries;
        // Of equal records the one that changed first is matched, so that the remaining ones are in the window if possible.
        for (var i = first; i < entries.Length && entries[i].Key == key; i++)
        {
            if (entries[i].Record != record || _isKnown[i])
                continue;
            _isKnown[i] = true;
            return;
        }
        _replaced[first]++;
    }

    /// <summary>Call after the last older record.</summary>
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

    /// <summary>Records of one category; the keys of the first few are kept.</summary>
    public sealed class Shortfall
    {
        public long Count { get; private set; }

        public List<Digest128> Keys { get; } = [];

        /// <summary>The human-readable keys found so far.</summary>
        public Dictionary<Digest128, string> Texts { get; } = [];

        public void Add(Digest128 key, int count = 1)
        {
            Count += count;
            if (count > 0 && Keys.Count < Shown && !Keys.Contains(key))
                Keys.Add(key);
        }
    }
}
