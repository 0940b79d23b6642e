using System.IO.Pipelines;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// Records only, one per line. The bytes come from a local file, so ranges are supported and a broken download can be resumed. The tag
/// contains the file's digest, because two nodes may compress the same lines differently.
/// </summary>
public sealed class LinesRepresentation : Representation
{
    private readonly CachedFile _file;

    private LinesRepresentation(Snapshot snapshot, SnapshotWindow window, bool isCompressed, CachedFile file) : base(isCompressed)
    {
        _file = file;
        Tag = window.TagIn(snapshot, Convert.ToHexStringLower(file.Sha256.Span));
    }

    public override string MediaType => Negotiation.Ndjson;

    public override long Length => _file.Length;

    public override string Tag { get; }

    public override ReadOnlyMemory<byte>? Sha256 => _file.Sha256;

    public static async Task<LinesRepresentation> Open(
        Snapshot snapshot, SnapshotWindow window, bool isCompressed, SnapshotCache cache, CancellationToken ct) =>
        new(snapshot, window, isCompressed,
            await cache.Open(snapshot, window, isCompressed ? SnapshotForm.CompressedLines : SnapshotForm.Lines, ct));

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
