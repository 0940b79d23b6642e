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

    public override Task ExecuteAsync(HttpContext httpContext)
    {
        var date = generation.SnapshotAt.ToString(BulkEnvelope.DateTimeFormat);
        WriteHeaders(httpContext, date);
        if (Matches(httpContext))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        httpContext.Response.ContentType = Negotiation.MediaType(httpContext.Request.Headers.Accept);
        var head = BulkEnvelope.Head(httpContext, date);
        return Negotiation.Gzip(httpContext.Request.Headers.AcceptEncoding) ? SendGzip(httpContext, head) : SendPlain(httpContext, head);
    }

    /// <summary>Weak, because <c>meta.request_id</c> differs from answer to answer.</summary>
    private EntityTagHeaderValue ETag => new($"\"{generation.Id:n}-{window.Depth?.ToString() ?? "full"}\"", isWeak: true);

    private void WriteHeaders(HttpContext context, string date)
    {
        var headers = context.Response.Headers;
        headers["X-Snapshot-Date"] = date;
        headers.LastModified = generation.SnapshotAt.ToString("R");
        headers.ETag = ETag.ToString();
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Accept, Accept-Encoding";
        headers.AcceptRanges = "none";
    }

    private bool Matches(HttpContext context) =>
        EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(ETag, useStrongComparison: false));

    private async Task SendGzip(HttpContext context, byte[] head)
    {
        var (response, ct) = (context.Response, context.RequestAborted);
        byte[] before = [.. GzipMember.Header, .. GzipMember.Stored(head)];
        var tail = GzipMember.Stored(BulkEnvelope.Tail);
        response.Headers.ContentEncoding = "gzip";
        response.ContentLength = before.Length + BodyLength + tail.Length + GzipMember.EndLength;
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        // Opened as a whole, so that checksum and body come from the same object.
        await using var stored = await files.Open(generation, window, new ByteRange(GzipMember.Header.Length, BodyLength + GzipMember.EndLength), ct);
        await response.BodyWriter.WriteAsync(before, ct);
        await Copy(stored.Content, response.BodyWriter, BodyLength, ct);
        var end = new byte[GzipMember.EndLength];
        await stored.Content.ReadExactlyAsync(end, ct);
        await response.BodyWriter.WriteAsync(tail, ct);
        await response.BodyWriter.WriteAsync(GzipMember.End(CrcOfWhole(head, GzipMember.CrcOf(end)), head.Length + window.PlainBytes + BulkEnvelope.Tail.Length), ct);
        record.Done(context, generation, "gzip", response.ContentLength.Value);
    }

    private async Task SendPlain(HttpContext context, byte[] head)
    {
        var (response, ct) = (context.Response, context.RequestAborted);
        response.ContentLength = head.Length + window.PlainBytes + BulkEnvelope.Tail.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        await using var stored = await files.Open(generation, window, range: null, ct);
        await using var plain = new GZipStream(stored.Content, CompressionMode.Decompress);
        await response.BodyWriter.WriteAsync(head, ct);
        await Copy(plain, response.BodyWriter, window.PlainBytes, ct);
        await response.BodyWriter.WriteAsync(BulkEnvelope.Tail.ToArray(), ct);
        record.Done(context, generation, "identity", response.ContentLength.Value);
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
