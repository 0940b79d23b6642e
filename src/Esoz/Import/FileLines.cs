namespace Esoz.Import;

/// <summary>
/// Lines of a UTF-8 file as bytes, without line ends (LF or CR LF) and without a byte order mark. A line is valid only until the next one
/// is read.
/// </summary>
public sealed class FileLines(string path) : IDisposable
{
    private const byte LineFeed = (byte)'\n';

    private readonly FileStream _file = new(
        path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
    private byte[] _buffer = new byte[1 << 20];
    private int _start;
    private int _end;

    /// <summary>Number of the line last read, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Bytes of the file read so far.</summary>
    public long Position => _file.Position;

    /// <summary>The next line; null at the end of the file.</summary>
    public ReadOnlyMemory<byte>? Next()
    {
        var searched = 0;
        while (true)
        {
            var feed = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf(LineFeed);
            if (feed >= 0)
                return Take(searched + feed, terminator: 1);
            searched = _end - _start;
            if (Fill())
                continue;
            if (searched == 0)
                return null;
            return Take(searched, terminator: 0);
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int terminator)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + terminator;
        Number++;
        if (Number == 1 && line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    /// <summary>Reads more bytes after the remaining ones, making room first; false at the end of the file.</summary>
    private bool Fill()
    {
        var left = _end - _start;
        if (left == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        else if (_start > 0)
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, left);
        (_start, _end) = (0, left);
        var read = _file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }

    public void Dispose() => _file.Dispose();
}
