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

    private readonly FileStream _file;
    private readonly DigestedStream _output;
    private readonly GzipPieces _pieces;
    private readonly IncrementalHash _plain = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly DateTime _snapshotAt;
    private readonly int _maxDepth;
    private readonly List<Cut> _cuts = [];
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _buffered;
    private long _rows;
    private long _plainBytes;

    /// <param name="directory">For the local file; it loses its name at once, so that nothing remains of a killed process.</param>
    /// <param name="snapshotAt">Windows count back from here.</param>
    /// <param name="maxDepth">Number of windows beside the full set.</param>
    public SnapshotSpool(string directory, DateTime snapshotAt, int maxDepth)
    {
        (_snapshotAt, _maxDepth) = (snapshotAt, maxDepth);
        Directory.CreateDirectory(directory);
        _file = new FileStream(Path.Combine(directory, $"{Guid.NewGuid():n}.spool"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = BufferLength,
        });
        File.Delete(_file.Name);
        _output = new DigestedStream(_file);
        _pieces = new GzipPieces(_output);
        _output.Write(GzipMember.Header);
        _output.Write(GzipMember.Stored(ArrayBegin));
        _plain.AppendData(ArrayBegin);
    }

    private static ReadOnlySpan<byte> ArrayBegin => "["u8;

    private static ReadOnlySpan<byte> ArrayEnd => "]"u8;

    /// <param name="changedAt">Not later than that of the record before.</param>
    public void Add(DateTime changedAt, ReadOnlySpan<byte> record)
    {
        while (_cuts.Count < _maxDepth && changedAt < _snapshotAt.AddDays(-(_cuts.Count + 1)))
            EndWindow(_cuts.Count + 1);
        if (_rows++ > 0)
            Append(","u8);
        Append(record);
    }

    /// <summary>Ends the pass.</summary>
    /// <returns>Depth 1 to the largest, then the full set.</returns>
    public IReadOnlyList<SnapshotWindow> Complete()
    {
        while (_cuts.Count < _maxDepth)
            EndWindow(_cuts.Count + 1);
        EndWindow(null);
        _file.Flush();
        return [.. _cuts.Select(cut => cut.Window)];
    }

    /// <summary>The bytes of a window as they are to be stored. Valid as long as the spool; one is read at a time.</summary>
    public Stream Read(SnapshotWindow window)
    {
        var cut = _cuts.Single(cut => cut.Window == window);
        return new SplicedStream(_file.SafeFileHandle, window.Bytes - cut.End.Length, cut.End);
    }

    private void EndWindow(int? depth)
    {
        FlushBuffer();
        _pieces.EndPiece();
        var length = _plainBytes + ArrayBegin.Length + ArrayEnd.Length;
        var crc = Crc32.Combine(Crc32.Of(ArrayBegin), _pieces.Crc, _plainBytes);
        crc = Crc32.Combine(crc, Crc32.Of(ArrayEnd), ArrayEnd.Length);
        byte[] end = [.. GzipMember.Stored(ArrayEnd), .. GzipMember.End(crc, length)];
        _cuts.Add(new(new(depth, _rows, _output.Written + end.Length, DigestWith(_output.Digest, end), length, DigestWith(_plain, ArrayEnd)), end));
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
        _plainBytes += bytes.Length;
        if (bytes.Length > _buffer.Length - _buffered)
            FlushBuffer();
        if (bytes.Length > _buffer.Length)
        {
            Compress(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void FlushBuffer()
    {
        Compress(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void Compress(ReadOnlySpan<byte> bytes)
    {
        _plain.AppendData(bytes);
        _pieces.Write(bytes);
    }

    public void Dispose()
    {
        _pieces.Dispose();
        _plain.Dispose();
        _output.Dispose();
        _file.Dispose();
    }

    /// <param name="End">What follows the window's prefix of the local file.</param>
    private sealed record Cut(SnapshotWindow Window, byte[] End);
}
