using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport.Serving;

/// <summary>The stored JSON array as records only, one per line (pis-bulk §6).</summary>
public static class Ndjson
{
    private const int PieceLength = 256 * 1024;

    /// <summary>
    /// Rewrites an array whose records are separated by <see cref="SnapshotWindow.Separator"/>, which does not occur elsewhere.
    /// </summary>
    /// <param name="array">From its opening bracket to its closing one.</param>
    /// <param name="target">Receives one line per record, each ending with a line feed.</param>
    /// <returns>False when there are no records, so that nothing was written.</returns>
    public static bool Write(Stream array, Stream target)
    {
        if (array.ReadByte() != '[')
            throw new InvalidDataException("The stored snapshot does not begin as an array.");
        var piece = new byte[PieceLength];
        // The last byte is held back: a comma may be the first half of a separator, a bracket the end of the array.
        int read, held = 0;
        var isEmpty = true;
        while ((read = array.Read(piece.AsSpan(held))) > 0)
        {
            var length = held + read;
            var kept = WithoutCommas(piece.AsSpan(0, length));
            target.Write(piece.AsSpan(0, kept));
            isEmpty &= kept == 0;
            held = 1;
            piece[0] = piece[length - 1];
        }
        if (held == 0 || piece[0] != ']')
            throw new InvalidDataException("The stored snapshot does not end as an array.");
        if (!isEmpty)
            target.WriteByte((byte)'\n');
        return !isEmpty;
    }

    /// <summary>Compacts all bytes but the last one, dropping commas at the ends of lines.</summary>
    /// <returns>Number of remaining bytes.</returns>
    private static int WithoutCommas(Span<byte> bytes)
    {
        var (from, to, last) = (0, 0, bytes.Length - 1);
        while (from < last)
        {
            var separator = bytes[from..].IndexOf(SnapshotWindow.Separator);
            var run = separator < 0 ? last - from : separator;
            bytes.Slice(from, run).CopyTo(bytes[to..]);
            to += run;
            from += separator < 0 ? run : run + 1;
        }
        return to;
    }
}
