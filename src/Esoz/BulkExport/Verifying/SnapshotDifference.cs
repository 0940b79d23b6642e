using System.Collections;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// Differences left when a client with an older full set applies one window and the removals of a newer snapshot: it replaces its records
/// by the window's records with the same keys and deletes those whose keys were removed, and must then have exactly the newer full set. The
/// older records are streamed.
/// </summary>
/// <param name="newer">The newer full set.</param>
/// <param name="windowRows">Rows of the window.</param>
/// <param name="removed">Keys of the removals.</param>
internal sealed class SnapshotDifference(SnapshotIndex newer, long windowRows, IReadOnlySet<Digest128> removed)
{
    /// <summary>Maximum number of keys in a finding.</summary>
    public const int Shown = 3;

    private readonly BitArray _isKnown = new(newer.Count);

    /// <summary>Records that are new in the newer full set, with a change instant older than the window.</summary>
    public Shortfall Missing { get; } = new();

    /// <summary>Changed records that are not in the window.</summary>
    public Shortfall Stale { get; } = new();

    /// <summary>Older records that the newer full set does not have, although they are not among the removals.</summary>
    public Shortfall Lost { get; } = new();

    /// <summary>One record of the older full set.</summary>
    public void Add(SnapshotRecordReader older)
    {
        var key = older.KeyDigest;
        if (newer.Find(key) is not (>= 0 and var place))
        {
            if (removed.Contains(key))
                return;
            Lost.Add(key);
            // The newer set does not contain this key, so its text is read here.
            if (Lost.Keys.Contains(key))
                Lost.Texts[key] = older.KeyText;
            return;
        }
        _isKnown[place] = true;
        var entry = newer.Entries[place];
        if (entry.Place >= windowRows && entry.Record != older.RecordDigest)
            Stale.Add(key);
    }

    /// <summary>Call after the last older record.</summary>
    public void Complete()
    {
        var entries = newer.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            if (!_isKnown[i] && entries[i].Place >= windowRows)
                Missing.Add(entries[i].Key);
        }
    }

    /// <summary>Records of one category; the keys of the first few are kept.</summary>
    public sealed class Shortfall
    {
        public long Count { get; private set; }

        public List<Digest128> Keys { get; } = [];

        /// <summary>The human-readable keys found so far.</summary>
        public Dictionary<Digest128, string> Texts { get; } = [];

        public void Add(Digest128 key)
        {
            Count++;
            if (Keys.Count < Shown)
                Keys.Add(key);
        }
    }
}
