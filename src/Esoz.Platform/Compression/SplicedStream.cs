using Microsoft.Win32.SafeHandles;

namespace Esoz.Platform.Compression;

/// <summary>The start of a file followed by other bytes, as one seekable stream.</summary>
/// <param name="file">Not owned.</param>
/// <param name="prefix">Number of bytes of the file that belong to the stream.</param>
/// <param name="rest">The bytes after the prefix.</param>
public sealed class SplicedStream(SafeFileHandle file, long prefix, byte[] rest) : Stream
{
    public override long Length => prefix + rest.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var read = Position < prefix
            ? RandomAccess.Read(file, buffer[..(int)Math.Min(buffer.Length, prefix - Position)], Position)
            : ReadRest(buffer);
        Position += read;
        return read;
    }

    /// <summary>Synchronous: local files have no asynchronous reads; the runtime would only block another thread.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : new(Read(buffer.Span));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        SeekOrigin.End => Length + offset,
        _ => throw new ArgumentOutOfRangeException(nameof(origin)),
    };

    private int ReadRest(Span<byte> buffer)
    {
        var left = rest.AsSpan((int)Math.Min(Position - prefix, rest.Length));
        var read = Math.Min(left.Length, buffer.Length);
        left[..read].CopyTo(buffer);
        return read;
    }

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override void Flush() => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
