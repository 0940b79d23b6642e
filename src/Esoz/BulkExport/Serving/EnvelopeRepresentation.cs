using System.IO.Pipelines;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Compression;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// The JSON array inside the envelope, whose head differs per response. The array is copied unchanged: uncompressed from a local file; for
/// gzip as it is stored, with the head before it and the tail after it as stored blocks, so that the whole is one gzip member with its own
/// checksum.
/// </summary>
/// <param name="mediaType">JSON or octet-stream.</param>
/// <param name="makeHead">Writes the head of the envelope; not called for 304.</param>
public sealed class EnvelopeRepresentation(
    Snapshot snapshot, SnapshotWindow window, bool isCompressed, string mediaType, Func<byte[]> makeHead, SnapshotFiles files,
    SnapshotCache cache) : Representation(isCompressed)
{
    private StoredObject? _stored;
    private CachedFile? _array;

    public override string MediaType => mediaType;

    public override long Length => IsCompressed ? CompressedHead.Length + BodyLength + CompressedTail.Length + GzipMember.EndLength
        : PlainLength;

    /// <summary>Weak, because <c>meta.request_id</c> differs per response.</summary>
    public override string Tag { get; } = $"W/{window.TagIn(snapshot)}";

    private byte[] Head => field ??= makeHead();

    private long PlainLength => Head.Length + window.PlainBytes + Envelope.Tail.Length;

    /// <summary>Stored bytes between the gzip header and the trailer: the array, in non-final blocks.</summary>
    private long BodyLength => window.Bytes - GzipMember.Header.Length - GzipMember.EndLength;

    private byte[] CompressedHead => field ??= [.. GzipMember.Header, .. GzipMember.Stored(Head)];

    private static byte[] CompressedTail { get; } = GzipMember.Stored(Envelope.Tail);

    public override async Task Prepare(CancellationToken ct)
    {
        if (IsCompressed)
            _stored = await files.Open(snapshot, window, new(GzipMember.Header.Length, BodyLength + GzipMember.EndLength), ct);
        else
            _array = await cache.Open(snapshot, window, SnapshotForm.Array, ct);
    }

    public override Task Send(PipeWriter body, ByteRange part, CancellationToken ct) =>
        IsCompressed ? SendCompressed(body, ct) : SendPlain(body, ct);

    public override async ValueTask DisposeAsync()
    {
        _array?.Dispose();
        if (_stored is not null)
            await _stored.DisposeAsync();
    }

    private async Task SendPlain(PipeWriter body, CancellationToken ct)
    {
        await using var array = _array!.Read();
        await body.WriteAsync(Head, ct);
        await array.CopyExactly(body, window.PlainBytes, ct);
        await body.WriteAsync(Envelope.Tail.ToArray(), ct);
    }

    /// <summary>Checksum and body come from the same object.</summary>
    private async Task SendCompressed(PipeWriter body, CancellationToken ct)
    {
        await body.WriteAsync(CompressedHead, ct);
        await _stored!.Content.CopyExactly(body, BodyLength, ct);
        var end = new byte[GzipMember.EndLength];
        await _stored.Content.ReadExactlyAsync(end, ct);
        var crc = Crc32.Combine(Crc32.Of(Head), GzipMember.CrcOf(end), window.PlainBytes);
        crc = Crc32.Combine(crc, Crc32.Of(Envelope.Tail), Envelope.Tail.Length);
        await body.WriteAsync(CompressedTail, ct);
        await body.WriteAsync(GzipMember.End(crc, PlainLength), ct);
    }
}
