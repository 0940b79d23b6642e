using System.IO.Pipelines;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Serving;

/// <summary>One representation of a window: media type, content coding and HTTP metadata.</summary>
/// <param name="isCompressed">Whether the content coding is gzip instead of identity.</param>
public abstract class Representation(bool isCompressed) : IAsyncDisposable
{
    public bool IsCompressed => isCompressed;

    public abstract string MediaType { get; }

    /// <summary>Bytes of the body.</summary>
    public abstract long Length { get; }

    /// <summary>Entity tag as sent; weak if the body differs per response.</summary>
    public abstract string Tag { get; }

    /// <summary>Digest of the body; null if the body differs per response.</summary>
    public virtual ReadOnlyMemory<byte>? Sha256 => null;

    /// <summary>Whether range requests are supported: the bytes are the same for every client.</summary>
    public bool HasRanges => Tag[0] == '"';

    /// <summary>Opens the source of the body before any header is set, so that a storage error gets an error response.</summary>
    public abstract Task Prepare(CancellationToken ct);

    /// <param name="part">The whole body if ranges are not supported.</param>
    public abstract Task Send(PipeWriter body, ByteRange part, CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
