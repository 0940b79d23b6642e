using System.Runtime.InteropServices;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// The records of one full set without their contents, 40 bytes each: digest of the key, digest of the record, and its position. A window
/// is a prefix of the full set, so it has the records whose position is below its number of rows.
/// </summary>
internal sealed class SnapshotIndex
{
    private readonly List<Entry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Number of records whose key is not unique.</summary>
    public int Repeated { get; private set; }

    /// <summary>Key digests of the first few of <see cref="Repeated"/>.</summary>
    public IReadOnlyList<Digest128> SomeRepeated { get; private set; } = [];

    public ReadOnlySpan<Entry> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <param name="rows">Expected number of rows.</param>
    public void Expect(long rows) => _entries.EnsureCapacity((int)Math.Clamp(rows, 0, 1 << 24));

    /// <summary>The next record of the full set.</summary>
    public void Add(Digest128 key, Digest128 record) => _entries.Add(new(key, record, _entries.Count));

    /// <summary>Call after the last record and before the first search.</summary>
    public void Complete()
    {
        var entries = CollectionsMarshal.AsSpan(_entries);
        entries.Sort();
        var some = new List<Digest128>();
        for (var i = 1; i < entries.Length; i++)
        {
            if (entries[i].Key != entries[i - 1].Key)
                continue;
            Repeated++;
            if (some.Count < SnapshotDifference.Shown)
                some.Add(entries[i].Key);
        }
        SomeRepeated = some;
    }

    /// <summary>Index of the first entry of a key; negative when there is none.</summary>
    public int Find(Digest128 key)
    {
        var entries = Entries;
        int low = 0, high = entries.Length;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (entries[middle].Key.CompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low < entries.Length && entries[low].Key == key ? low : -1;
    }

    /// <summary>Ordered by key.</summary>
    /// <param name="Place">Number of the records before it in the full set.</param>
    public readonly record struct Entry(Digest128 Key, Digest128 Record, int Place) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Key.CompareTo(other.Key);
    }
}
