using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// Answers with a window of a snapshot in the form that the client asks for (pis-bulk §6): chooses the representation, evaluates the
/// preconditions, and sends the whole body or, if its bytes are the same for every client, a range. Memory is one buffer per client,
/// however slow. An error before the first byte gets an error response; a later one aborts the connection before Content-Length is reached.
/// </summary>
public sealed class SnapshotReply(Snapshot snapshot, SnapshotWindow window, SnapshotFiles files, SnapshotCache cache,
    TransferWatch watch, DownloadLog record) : Reply
{
    /// <summary>The requested range begins behind the end (416).</summary>
    public static readonly Refusal OutOfRange = new(RefusalKind.RangeNotSatisfiable);

    protected override async Task Write(HttpContext context)
    {
        var (request, response, ct) = (context.Request, context.Response, context.RequestAborted);
        var mediaType = Negotiation.MediaType(request.Headers.Accept);
        var isCompressed = ContentCoding.Gzip(request.Headers.AcceptEncoding);
        await using Representation chosen = mediaType == Negotiation.Ndjson
            ? await LinesRepresentation.Open(snapshot, window, isCompressed, cache, ct)
            : new EnvelopeRepresentation(snapshot, window, isCompressed, mediaType, () => Envelope.Head(context, Date), files, cache);
        var validators = ValidatorsOf(chosen);
        switch (Preconditions.Evaluate(request, validators))
        {
            case Verdict.NotModified:
                await RecordDownload(context, StatusCodes.Status304NotModified);
                response.StatusCode = StatusCodes.Status304NotModified;
                WriteValidators(response, chosen, validators);
                return;
            case Verdict.Failed:
                await ((Reply)Preconditions.Failed).ExecuteAsync(context);
                return;
        }
        var part = chosen.HasRanges ? RangeHeader.Choose(request, validators, chosen.Length) : null;
        if (part is { Count: 0 })
        {
            response.Headers.ContentRange = $"bytes */{chosen.Length}";
            await ((Reply)OutOfRange).ExecuteAsync(context);
            return;
        }
        var sent = part ?? new ByteRange(0, chosen.Length);
        if (HttpMethods.IsGet(request.Method))
            await chosen.Prepare(ct);
        await RecordDownload(context, part is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent);
        WriteValidators(response, chosen, validators);
        WriteHeaders(response, chosen, part, sent.Count);
        if (!HttpMethods.IsGet(request.Method))
            return;
        await watch.Send(context, sent.Count, aborted => chosen.Send(response.BodyWriter, sent, aborted));
        record.Done(request.Path, snapshot, isCompressed ? "gzip" : "identity", sent.Count);
    }

    private string Date => snapshot.At.ToString(Envelope.DateTimeFormat);

    /// <summary>
    /// The date is that of the data, but a client can have got the previous snapshot long after it: until this one went into service and
    /// every node noticed. It is left out when it does not tell two snapshots apart.
    /// </summary>
    private Validators ValidatorsOf(Representation chosen) => new(chosen.Tag, snapshot.SharesItsSecond ? null : snapshot.At)
    {
        ServedSince = snapshot.InServiceSince + ServedSnapshots.Lifetime,
    };

    private void WriteValidators(HttpResponse response, Representation chosen, Validators validators)
    {
        var headers = response.Headers;
        validators.Write(response);
        headers["X-Snapshot-Date"] = Date;
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
