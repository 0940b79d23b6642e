using System.Buffers.Binary;
using System.Globalization;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// Finds the rows that windows would lose (docs/adr/0027): written since the snapshot in service was read, with a change instant before
/// that snapshot. Such rows come from imports, repairs by hand, a clock that was set back and transactions that began to write late.
/// </summary>
public sealed class LateWrites
{
    private readonly DateTime _formerAt;
    private readonly HashSet<uint> _running;
    private readonly bool _isOfAnotherServer;
    private readonly uint _firstUnseen;
    private readonly uint _unseen;

    /// <param name="formerAt">Instant of the former snapshot.</param>
    /// <param name="former">What it was read from, as PostgreSQL writes a <c>pg_snapshot</c>: <c>xmin:xmax:xip,…</c>.</param>
    /// <param name="now">What is read from now.</param>
    public LateWrites(DateTime formerAt, string former, string now)
    {
        _formerAt = formerAt;
        var parts = former.Split(':');
        var (begin, end) = (Number(parts[1]), Number(now.Split(':')[1]));
        _running = [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => unchecked((uint)Number(id)))];
        // Numbers only grow, except when a dump was restored: then every row is written anew.
        _isOfAnotherServer = end < begin;
        (_firstUnseen, _unseen) = unchecked(((uint)begin, (uint)Math.Min(end - begin, uint.MaxValue)));
    }

    /// <summary>Rows found so far.</summary>
    public long Count { get; private set; }

    /// <summary>Looks at one row.</summary>
    /// <param name="firstWriter">First of the columns with the transactions that wrote the row.</param>
    public void Look(DateTime changedAt, BinaryCopyRows row, int firstWriter, int writers)
    {
        if (changedAt >= _formerAt)
            return;
        for (var i = 0; i < writers; i++)
        {
            if (!IsUnseen(BinaryPrimitives.ReadUInt32BigEndian(row[firstWriter + i])))
                continue;
            Count++;
            return;
        }
    }

    /// <summary>Whether the former snapshot cannot have what this transaction wrote.</summary>
    /// <param name="writer">
    /// The low half of its number, as rows have it for ever. It comes round again after 4 billion transactions: then a row may count
    /// needlessly.
    /// </param>
    internal bool IsUnseen(uint writer) =>
        _isOfAnotherServer || unchecked(writer - _firstUnseen) < _unseen || _running.Contains(writer);

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
