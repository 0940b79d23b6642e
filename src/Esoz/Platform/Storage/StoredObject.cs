using System.IO.Pipelines;

namespace Esoz.Platform.Storage;

/// <summary>An object open for reading; holds a file or a connection until it is disposed of.</summary>
/// <param name="info">Of the whole object, even when only a part is read.</param>
/// <param name="content">Stands at the first byte to read.</param>
/// <param name="count">How many bytes to read.</param>
public sealed class StoredObject(ObjectInfo info, Stream content, long count) : IAsyncDisposable
{
    /// <summary>Measured: larger writes into the response pipe beat the server's own way of sending files by half.</summary>
    private const int Piece = 256 * 1024;

    public ObjectInfo Info => info;

    /// <summary>May go on after <see cref="Count"/> bytes when only a part of the object was asked for.</summary>
    public Stream Content => content;

    public long Count => count;

    /// <summary>The same object, of which only a part is to be read; for stores whose content can be positioned.</summary>
    public StoredObject Narrow(ByteRange range)
    {
        content.Position = range.First;
        return new(info, content, range.Count);
    }

    /// <summary>Copies <see cref="Count"/> bytes in pieces, waiting for a slow reader, so that memory stays constant.</summary>
    /// <exception cref="EndOfStreamException">The store gave fewer bytes than it promised.</exception>
    public async Task CopyTo(PipeWriter writer, CancellationToken ct)
    {
        for (var remaining = count; remaining > 0;)
        {
            var piece = (int)Math.Min(Piece, remaining);
            var read = await content.ReadAsync(writer.GetMemory(piece)[..piece], ct);
            if (read == 0)
                throw new EndOfStreamException($"The object ended {remaining} bytes early.");
            writer.Advance(read);
            remaining -= read;
            if ((await writer.FlushAsync(ct)).IsCompleted)
                return;
        }
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
