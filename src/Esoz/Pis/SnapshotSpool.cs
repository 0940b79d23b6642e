using System.Security.Cryptography;
using Esoz.Platform.Compression;

namespace Esoz.Pis;

/// <summary>
/// Turns records, newest change first, into the files of a generation in one pass. Every window of days is a prefix of the full set, so
/// the compressed day segments stand one after another in one local file, and each stored file is a prefix of it followed by a short end
/// (<see cref="GzipMember"/>): nothing is compressed or digested twice, and memory does not depend on the number of rows.
/// </summary>
public sealed class SnapshotSpool : IDisposable
{
    private const int BufferLength = 256 * 1024;

    private readonly FileStream file;
    private readonly DigestedStream output;
    private readonly GzipPieces pieces;
    private readonly IncrementalHash plain = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly DateTime snapshotAt;
    private readonly int maxDepth;
    private readonly List<Cut> cuts = [];
    private readonly byte[] buffer = new byte[BufferLength];
    private int buffered;
    private long rows;
    private long plainBytes;

    /// <param name="directory">For the local file; it loses its name at once, so that nothing remains of a killed process.</param>
    /// <param name="snapshotAt">Windows count back from here.</param>
    /// <param name="maxDepth">Number of windows beside the full set.</param>
    public SnapshotSpool(string directory, DateTime snapshotAt, int maxDepth)
    {
        (this.snapshotAt, this.maxDepth) = (snapshotAt, maxDepth);
        Directory.CreateDirectory(directory);
        file = new FileStream(Path.Combine(directory, $"{Guid.NewGuid():n}.spool"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = BufferLength,
        });
        File.Delete(file.Name);
        output = new DigestedStream(file);
        pieces = new GzipPieces(output);
        output.Write(GzipMember.Header);
        output.Write(GzipMember.Stored(ArrayBegin));
        plain.AppendData(ArrayBegin);
    }

    private static ReadOnlySpan<byte> ArrayBegin => "["u8;

    private static ReadOnlySpan<byte> ArrayEnd => "]"u8;

    /// <param name="changedAt">Not later than that of the record before.</param>
    public void Add(DateTime changedAt, ReadOnlySpan<byte> record)
    {
        while (cuts.Count < maxDepth && changedAt < snapshotAt.AddDays(-(cuts.Count + 1)))
            EndWindow(cuts.Count + 1);
        if (rows++ > 0)
            Append(","u8);
        Append(record);
    }

    /// <summary>Ends the pass.</summary>
    /// <returns>Depth 1 to the largest, then the full set.</returns>
    public IReadOnlyList<SnapshotWindow> Complete()
    {
        while (cuts.Count < maxDepth)
            EndWindow(cuts.Count + 1);
        EndWindow(null);
        file.Flush();
        return [.. cuts.Select(cut => cut.Window)];
    }

    /// <summary>The bytes of a window as they are to be stored. Valid as long as the spool; one is read at a time.</summary>
    public Stream Read(SnapshotWindow window)
    {
        var cut = cuts.Single(cut => cut.Window == window);
        return new SplicedStream(file.SafeFileHandle, window.Bytes - cut.End.Length, cut.End);
    }

    private void EndWindow(int? depth)
    {
        FlushBuffer();
        pieces.EndPiece();
        var length = plainBytes + ArrayBegin.Length + ArrayEnd.Length;
        var crc = Crc32.Combine(Crc32.Of(ArrayBegin), pieces.Crc, plainBytes);
        crc = Crc32.Combine(crc, Crc32.Of(ArrayEnd), ArrayEnd.Length);
        byte[] end = [.. GzipMember.Stored(ArrayEnd), .. GzipMember.End(crc, length)];
        cuts.Add(new(new(depth, rows, output.Written + end.Length, DigestWith(output.Digest, end), length, DigestWith(plain, ArrayEnd)), end));
    }

    /// <summary>Digest of everything so far and an end, without disturbing what is still to come.</summary>
    private static string DigestWith(IncrementalHash soFar, ReadOnlySpan<byte> end)
    {
        using var digest = soFar.Clone();
        digest.AppendData(end);
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        plainBytes += bytes.Length;
        if (bytes.Length > buffer.Length - buffered)
            FlushBuffer();
        if (bytes.Length > buffer.Length)
        {
            Compress(bytes);
            return;
        }
        bytes.CopyTo(buffer.AsSpan(buffered));
        buffered += bytes.Length;
    }

    private void FlushBuffer()
    {
        Compress(buffer.AsSpan(0, buffered));
        buffered = 0;
    }

    private void Compress(ReadOnlySpan<byte> bytes)
    {
        plain.AppendData(bytes);
        pieces.Write(bytes);
    }

    public void Dispose()
    {
        pieces.Dispose();
        plain.Dispose();
        output.Dispose();
        file.Dispose();
    }

    /// <param name="End">What follows the window's prefix of the local file.</param>
    private sealed record Cut(SnapshotWindow Window, byte[] End);
}
