using System.IO.Pipelines;

namespace Esoz.Platform.Storage;

/// <summary>An object open for reading; holds a file or a connection until it is disposed of.</summary>
/// <param name="info">Metadata of the whole object, even when only a part is read.</param>
/// <param name="content">Positioned at the first byte to read.</param>
/// <param name="count">Number of bytes to read.</param>
public sealed class StoredObject(ObjectInfo info, Stream content, long count) : IAsyncDisposable
{
    public ObjectInfo Info => info;

    /// <summary>May continue after <see cref="Count"/> bytes when only a part of the object was requested.</summary>
    public Stream Content => content;

    public long Count => count;

    /// <summary>The same object limited to a part; for stores whose content is seekable.</summary>
    public StoredObject Narrow(ByteRange range)
    {
        content.Position = range.First;
        return new(info, content, range.Count);
    }

    /// <summary>Copies <see cref="Count"/> bytes.</summary>
    public Task CopyTo(PipeWriter writer, CancellationToken ct) => content.CopyExactly(writer, count, ct);

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
