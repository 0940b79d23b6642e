using Esoz.BulkExport.Snapshots;
using Esoz.Platform;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;
using Microsoft.Net.Http.Headers;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// Answers with a window of a snapshot in the form that the client asks for (pis-bulk §6): chooses the representation, evaluates
/// conditional headers, and sends the whole body or, if its bytes are the same for every client, a range. Memory is one buffer per client,
/// however slow. An error before the first byte gets an error response; a later one aborts the connection before Content-Length is reached.
/// </summary>
public sealed class SnapshotReply(Snapshot snapshot, SnapshotWindow window, SnapshotFiles files, SnapshotCache cache,
    DownloadLog record) : Reply
{
    /// <summary>The requested range begins behind the end (416).</summary>
    public static readonly Refusal OutOfRange = new(RefusalKind.RangeNotSatisfiable);

    public override async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response, ct) = (httpContext.Request, httpContext.Response, httpContext.RequestAborted);
        var mediaType = Negotiation.MediaType(request.Headers.Accept);
        var isCompressed = ContentCoding.Gzip(request.Headers.AcceptEncoding);
        await using Representation chosen = mediaType == Negotiation.Ndjson
            ? await LinesRepresentation.Open(snapshot, window, isCompressed, cache, ct)
            : new EnvelopeRepresentation(snapshot, window, isCompressed, mediaType, () => Envelope.Head(httpContext, Date), files, cache);
        if (IsKnown(request, chosen))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            WriteValidators(response, chosen);
            return;
        }
        var part = chosen.HasRanges && HttpMethods.IsGet(request.Method) ? RangeHeader.Choose(request, chosen.Tag, chosen.Length) : null;
        if (part is { Count: 0 })
        {
            response.Headers.ContentRange = $"bytes */{chosen.Length}";
            await ((Reply)OutOfRange).ExecuteAsync(httpContext);
            return;
        }
        var sent = part ?? new ByteRange(0, chosen.Length);
        if (HttpMethods.IsGet(request.Method))
            await chosen.Prepare(ct);
        WriteValidators(response, chosen);
        WriteHeaders(response, chosen, part, sent.Count);
        if (!HttpMethods.IsGet(request.Method))
            return;
        await chosen.Send(response.BodyWriter, sent, ct);
        record.Done(request.Path, snapshot, isCompressed ? "gzip" : "identity", sent.Count);
    }

    private string Date => snapshot.At.ToString(Envelope.DateTimeFormat);

    /// <summary>If-None-Match takes precedence; the instant counts only without it.</summary>
    private bool IsKnown(HttpRequest request, Representation chosen)
    {
        // Fast path: almost always it is the single tag that was sent.
        if (request.Headers.IfNoneMatch is [{ } only] && only == chosen.Tag)
            return true;
        if (request.Headers.IfNoneMatch.Count > 0)
            return EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
                && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any)
                    || tag.Compare(EntityTagHeaderValue.Parse(chosen.Tag), useStrongComparison: false));
        return request.GetTypedHeaders().IfModifiedSince is { } since && snapshot.At < since.UtcDateTime.AddSeconds(1);
    }

    private void WriteValidators(HttpResponse response, Representation chosen)
    {
        var headers = response.Headers;
        headers["X-Snapshot-Date"] = Date;
        headers.LastModified = snapshot.At.ToString("R");
        headers.ETag = chosen.Tag;
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Accept, Accept-Encoding";
        headers.AcceptRanges = chosen.HasRanges ? "bytes" : "none";
    }

    private static void WriteHeaders(HttpResponse response, Representation chosen, ByteRange? part, long length)
    {
        response.ContentType = chosen.MediaType;
        response.ContentLength = length;
        if (chosen.IsCompressed)
            response.Headers.ContentEncoding = "gzip";
        if (chosen.Sha256 is { } digest)
            response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(digest.Span)}:";
        if (part is { } range)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {range.First}-{range.Last}/{chosen.Length}";
        }
    }
}
