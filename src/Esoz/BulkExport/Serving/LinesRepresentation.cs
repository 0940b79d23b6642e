using System.IO.Pipelines;
using Esoz.Platform.Storage;

namespace Esoz.Pis.Serving;

/// <summary>
/// Records only, one per line. The bytes are those of a file of this node, so they can be asked for in parts, and what was cut off can be
/// resumed. The tag carries the file's digest: two nodes may compress the same lines differently.
/// </summary>
public sealed class LinesRepresentation : Representation
{
    private readonly CachedFile _file;

    private LinesRepresentation(BulkGeneration generation, SnapshotWindow window, bool isCompressed, CachedFile file) : base(isCompressed)
    {
        _file = file;
        Tag = $"{window.TagIn(generation)[..^1]}-{Convert.ToHexStringLower(file.Sha256.Span[..8])}\"";
    }

    public override string MediaType => Negotiation.Ndjson;

    public override long Length => _file.Length;

    public override string Tag { get; }

    public override ReadOnlyMemory<byte>? Sha256 => _file.Sha256;

    public static async Task<LinesRepresentation> Open(BulkGeneration generation, SnapshotWindow window, bool isCompressed, SnapshotCache cache, CancellationToken ct) =>
        new(generation, window, isCompressed, await cache.Open(generation, window, isCompressed ? SnapshotForm.CompressedLines : SnapshotForm.Lines, ct));

    public override Task Prepare(CancellationToken ct) => Task.CompletedTask;

    public override async Task Send(PipeWriter body, ByteRange part, CancellationToken ct)
    {
        await using var lines = _file.Read();
        lines.Position = part.First;
        await lines.CopyExactly(body, part.Count, ct);
    }

    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        return default;
    }
}
