namespace Esoz.Platform.Storage;

/// <summary>The body of an answer of the store. A store that stops sending is not waited for without end.</summary>
internal sealed class S3Content(Stream body, TimeSpan patience) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = body.ReadAsync(buffer, cancellationToken);
        if (read.IsCompletedSuccessfully)
            return read.Result;
        try
        {
            return await read.AsTask().WaitAsync(patience, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested && fault is TimeoutException or IOException)
        {
            throw new StoreUnavailableException(fault);
        }
    }

    /// <summary>For readers with a thread of their own.</summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }
}
