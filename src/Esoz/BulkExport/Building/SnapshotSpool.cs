using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Compression;
using Esoz.Platform.Storage;
using Microsoft.Win32.SafeHandles;

namespace Esoz.BulkExport.Building;

/// <summary>
/// Turns records, newest change first, into the files of a snapshot in one pass. Every window of days is a prefix of the full set, so the
/// compressed day segments are stored one after another in one local file, and each stored file is a prefix of it followed by a short
/// trailer (<see cref="GzipMember"/>): nothing is compressed or hashed twice, and memory does not depend on the number of rows.
/// <para>
/// Two threads share the work: the caller's thread writes and hashes the JSON array and the same records as NDJSON, another one compresses
/// the array. Buffers of 256 KiB pass between them; when all are in use the faster thread waits.
/// </para>
/// </summary>
public sealed class SnapshotSpool : IDisposable
{
    private const int PieceLength = 256 * 1024;
    private const int Pieces = 8;

    private readonly FileStream _file;
    private readonly SafeFileHandle _handle;
    private readonly DigestedStream _output;
    private readonly GzipPieces _gzip;
    private readonly IncrementalHash _plain = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _lines = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlockingCollection<byte[]> _free = [];
    private readonly BlockingCollection<IStep> _steps = [];
    private readonly Channel<SnapshotWindow> _windows = Channel.CreateUnbounded<SnapshotWindow>();
    private readonly ConcurrentDictionary<SnapshotWindow, byte[]> _ends = [];
    private readonly Task _compressing;
    private readonly DateTime _snapshotAt;
    private readonly int _maxDepth;
    private byte[] _piece;
    private int _filled;
    private int _ended;
    private long _rows;
    private long _bodyLength;

    /// <param name="directory">For the local file, which is unlinked at once, so that a killed process leaves nothing behind.</param>
    /// <param name="snapshotAt">Windows are counted back from this instant.</param>
    /// <param name="maxDepth">Number of windows in addition to the full set.</param>
    public SnapshotSpool(string directory, DateTime snapshotAt, int maxDepth)
    {
        (_snapshotAt, _maxDepth) = (snapshotAt, maxDepth);
        _file = UnnamedFile.Create(directory);
        // Read once: the getter has side effects on concurrent writes.
        _handle = _file.SafeFileHandle;
        _output = new DigestedStream(_file);
        _gzip = new GzipPieces(_output);
        for (var i = 0; i < Pieces; i++)
            _free.Add(new byte[PieceLength]);
        _piece = _free.Take();
        _output.Write(GzipMember.Header);
        _output.Write(GzipMember.Stored(ArrayBegin));
        _plain.AppendData(ArrayBegin);
        _compressing = Task.Factory.StartNew(Compress, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static ReadOnlySpan<byte> ArrayBegin => "["u8;

    private static ReadOnlySpan<byte> ArrayEnd => "]"u8;

    private static ReadOnlySpan<byte> LineEnd => "\n"u8;

    /// <summary>Depth 1 to the largest, then the full set; each as soon as its last record has been compressed.</summary>
    public IAsyncEnumerable<SnapshotWindow> Windows(CancellationToken ct) => _windows.Reader.ReadAllAsync(ct);

    /// <param name="changedAt">Not later than that of the previous record.</param>
    public void Add(DateTime changedAt, ReadOnlySpan<byte> record)
    {
        while (_ended < _maxDepth && changedAt < _snapshotAt.AddDays(-(_ended + 1)))
            EndWindow(_ended + 1);
        if (_rows++ > 0)
            Append(SnapshotWindow.Separator);
        Append(record);
        _lines.AppendData(record);
        _lines.AppendData(LineEnd);
    }

    /// <summary>Ends the pass.</summary>
    public void Complete()
    {
        while (_ended < _maxDepth)
            EndWindow(_ended + 1);
        EndWindow(null);
        _steps.CompleteAdding();
    }

    /// <summary>Aborts the pass; readers of the windows get the exception.</summary>
    public void Abort(Exception fault)
    {
        _windows.Writer.TryComplete(fault);
        _steps.CompleteAdding();
    }

    /// <summary>The bytes of a window as they are stored. Valid until the spool is disposed; the pass may continue meanwhile.</summary>
    public Stream Read(SnapshotWindow window)
    {
        var end = _ends[window];
        return new SplicedStream(_handle, window.Bytes - end.Length, end);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _bodyLength += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, PieceLength - _filled)];
            part.CopyTo(_piece.AsSpan(_filled));
            _filled += part.Length;
            bytes = bytes[part.Length..];
            if (_filled == PieceLength)
                Forward();
        }
    }

    private void Forward()
    {
        if (_filled == 0)
            return;
        _plain.AppendData(_piece.AsSpan(0, _filled));
        _steps.Add(new Piece(_piece, _filled));
        _filled = 0;
        // Waits for the compressor; if that has failed, it returns no more buffers.
        while (!_free.TryTake(out _piece!, millisecondsTimeout: 1000))
        {
            if (_compressing.IsCompleted)
                throw new InvalidOperationException("The compressor has stopped.", _compressing.Exception);
        }
    }

    private void EndWindow(int? depth)
    {
        Forward();
        _steps.Add(new Cut(depth, _rows, _bodyLength, DigestWith(_plain, ArrayEnd), DigestWith(_lines, [])));
        _ended++;
    }

    private void Compress()
    {
        try
        {
            foreach (var step in _steps.GetConsumingEnumerable())
            {
                switch (step)
                {
                    case Piece piece:
                        _gzip.Write(piece.Bytes.AsSpan(0, piece.Length));
                        _free.Add(piece.Bytes);
                        break;
                    case Cut cut:
                        _windows.Writer.TryWrite(EndFile(cut));
                        break;
                }
            }
            _windows.Writer.TryComplete();
        }
        catch (Exception fault)
        {
            _windows.Writer.TryComplete(fault);
            throw;
        }
    }

    /// <summary>The current content of the local file, with its own trailer, is a window.</summary>
    private SnapshotWindow EndFile(Cut cut)
    {
        _gzip.EndPiece();
        _output.Flush();
        var length = ArrayBegin.Length + cut.BodyLength + ArrayEnd.Length;
        var crc = Crc32.Combine(Crc32.Of(ArrayBegin), _gzip.Crc, cut.BodyLength);
        crc = Crc32.Combine(crc, Crc32.Of(ArrayEnd), ArrayEnd.Length);
        byte[] end = [.. GzipMember.Stored(ArrayEnd), .. GzipMember.End(crc, length)];
        var window = new SnapshotWindow(
            cut.Depth, cut.Rows, _output.Written + end.Length, DigestWith(_output.Digest, end), length, cut.PlainSha256)
        {
            LinesSha256 = cut.LinesSha256,
        };
        _ends[window] = end;
        return window;
    }

    /// <summary>Digest of everything so far plus a trailer; the running hash stays usable.</summary>
    private static string DigestWith(IncrementalHash soFar, ReadOnlySpan<byte> end)
    {
        using var digest = soFar.Clone();
        digest.AppendData(end);
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    public void Dispose()
    {
        Abort(new ObjectDisposedException(nameof(SnapshotSpool)));
        // Its exception, if any, has been passed to the readers of the windows.
        ((IAsyncResult)_compressing).AsyncWaitHandle.WaitOne();
        _gzip.Dispose();
        _plain.Dispose();
        _lines.Dispose();
        _output.Dispose();
        _file.Dispose();
        _free.Dispose();
        _steps.Dispose();
    }

    private interface IStep;

    /// <summary>A part of the JSON array to compress.</summary>
    private sealed record Piece(byte[] Bytes, int Length) : IStep;

    /// <summary>The end of a window.</summary>
    /// <param name="BodyLength">Bytes of the array so far, without its brackets.</param>
    private sealed record Cut(int? Depth, long Rows, long BodyLength, string PlainSha256, string LinesSha256) : IStep;
}
