using System.IO.Compression;
using System.IO.Pipelines;
using Esoz.Platform.Compression;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;
using Microsoft.Net.Http.Headers;

namespace Esoz.Pis;

/// <summary>
/// Streams a stored window inside the envelope (pis-bulk §6). The stored body is passed through as it is: for gzip the head becomes a
/// stored block in front of it and the tail one behind it, so that the whole is one gzip member with a checksum of its own; for identity
/// it is decompressed on the way. Memory is one piece per reader, however slow. A fault after the first byte leaves the body short of its
/// Content-Length and cuts the connection.
/// </summary>
public sealed class SnapshotReply(BulkGeneration generation, SnapshotWindow window, SnapshotFiles files, DownloadRecord record) : Reply
{
    private const int Piece = 256 * 1024;

    /// <summary>Stored bytes between the gzip header and the end: the array, in blocks that are not final.</summary>
    private long BodyLength => window.Bytes - GzipMember.Header.Length - GzipMember.EndLength;

    public override async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, ct) = (httpContext.Request, httpContext.Response, httpContext.RequestAborted);
        if (Matches(request))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            WriteHeaders(response);
            return;
        }
        var head = BulkEnvelope.Head(httpContext, Date);
        var coding = Negotiation.Gzip(request.Headers.AcceptEncoding) ? "gzip" : "identity";
        if (HttpMethods.IsHead(request.Method))
        {
            WriteHeaders(response, request, coding, head);
            return;
        }
        // Opened before any header is set, so that a fault of the store is answered as one. Checksum and body come from the same object.
        await using var stored = await files.Open(generation, window, coding == "gzip" ? BodyAndEnd : null, ct);
        WriteHeaders(response, request, coding, head);
        await (coding == "gzip" ? SendGzip(stored, response.BodyWriter, head, ct) : SendPlain(stored, response.BodyWriter, head, ct));
        record.Done(request.Path, generation, coding, response.ContentLength!.Value);
    }

    private string Date => generation.SnapshotAt.ToString(BulkEnvelope.DateTimeFormat);

    /// <summary>Weak, because <c>meta.request_id</c> differs from answer to answer.</summary>
    private EntityTagHeaderValue ETag => new($"\"{generation.Id:n}-{window.Depth?.ToString() ?? "full"}\"", isWeak: true);

    private ByteRange BodyAndEnd => new(GzipMember.Header.Length, BodyLength + GzipMember.EndLength);

    private bool Matches(HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(ETag, useStrongComparison: false));

    private void WriteHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers["X-Snapshot-Date"] = Date;
        headers.LastModified = generation.SnapshotAt.ToString("R");
        headers.ETag = ETag.ToString();
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Accept, Accept-Encoding";
        headers.AcceptRanges = "none";
    }

    private void WriteHeaders(HttpResponse response, HttpRequest request, string coding, byte[] head)
    {
        WriteHeaders(response);
        response.ContentType = Negotiation.MediaType(request.Headers.Accept);
        if (coding == "gzip")
            response.Headers.ContentEncoding = coding;
        response.ContentLength = coding == "gzip"
            ? GzipHead(head).Length + BodyLength + GzipTail.Length + GzipMember.EndLength
            : PlainLength(head);
    }

    private static byte[] GzipHead(byte[] head) => [.. GzipMember.Header, .. GzipMember.Stored(head)];

    private static byte[] GzipTail { get; } = GzipMember.Stored(BulkEnvelope.Tail);

    private long PlainLength(byte[] head) => head.Length + window.PlainBytes + BulkEnvelope.Tail.Length;

    private async Task SendGzip(StoredObject stored, PipeWriter body, byte[] head, CancellationToken ct)
    {
        await body.WriteAsync(GzipHead(head), ct);
        await Copy(stored.Content, body, BodyLength, ct);
        var end = new byte[GzipMember.EndLength];
        await stored.Content.ReadExactlyAsync(end, ct);
        await body.WriteAsync(GzipTail, ct);
        await body.WriteAsync(GzipMember.End(CrcOfWhole(head, GzipMember.CrcOf(end)), PlainLength(head)), ct);
    }

    private async Task SendPlain(StoredObject stored, PipeWriter body, byte[] head, CancellationToken ct)
    {
        await using var plain = new GZipStream(stored.Content, CompressionMode.Decompress);
        await body.WriteAsync(head, ct);
        await Copy(plain, body, window.PlainBytes, ct);
        await body.WriteAsync(BulkEnvelope.Tail.ToArray(), ct);
    }

    private uint CrcOfWhole(byte[] head, uint array) =>
        Crc32.Combine(Crc32.Combine(Crc32.Of(head), array, window.PlainBytes), Crc32.Of(BulkEnvelope.Tail), BulkEnvelope.Tail.Length);

    /// <summary>Copies exactly so many bytes, waiting for a slow reader.</summary>
    private static async Task Copy(Stream source, PipeWriter target, long count, CancellationToken ct)
    {
        while (count > 0)
        {
            var piece = (int)Math.Min(Piece, count);
            var read = await source.ReadAsync(target.GetMemory(piece)[..piece], ct);
            if (read == 0)
                throw new EndOfStreamException($"The stored snapshot ends {count} bytes early.");
            target.Advance(read);
            count -= read;
            if ((await target.FlushAsync(ct)).IsCompleted)
                throw new OperationCanceledException("The reader went away.", ct);
        }
    }
}
