using System.IO.Pipelines;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Serving;

/// <summary>One form in which a window can be answered: media type and coding, and what HTTP says of it.</summary>
/// <param name="isCompressed">Coding gzip instead of none.</param>
public abstract class Representation(bool isCompressed) : IAsyncDisposable
{
    public bool IsCompressed => isCompressed;

    public abstract string MediaType { get; }

    /// <summary>Bytes of the body.</summary>
    public abstract long Length { get; }

    /// <summary>Entity tag as it is written; a weak one where the body differs from answer to answer.</summary>
    public abstract string Tag { get; }

    /// <summary>Of the body; null where it differs from answer to answer.</summary>
    public virtual ReadOnlyMemory<byte>? Sha256 => null;

    /// <summary>Whether parts of the body can be asked for: its bytes are the same for everybody.</summary>
    public bool HasRanges => Tag[0] == '"';

    /// <summary>Opens what the body is read from, before any header is set, so that a fault of the store is answered as one.</summary>
    public abstract Task Prepare(CancellationToken ct);

    /// <param name="part">The whole body where there are no ranges.</param>
    public abstract Task Send(PipeWriter body, ByteRange part, CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}
