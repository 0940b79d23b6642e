using System.Globalization;
using Esoz.Platform.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Esoz.MediaStorage;

/// <summary>
/// Serves the links of the embedded store, <c>PUT</c> and <c>GET {public URL}/{bucket}/{resource_id}/{name}</c>, outside <c>/api</c> and
/// without api-key or token: the signature is the permission (media-storage §6). Bodies are streamed both ways in constant memory. An
/// upload is on record before it can be read (<see cref="UploadRecord"/>).
/// </summary>
public sealed class MediaLinkRoutes(RequestDelegate next, EmbeddedLinkSigner signer, FileSystemStore store, Bucket bucket,
    MediaStorageOptions options, TransferWatch watch, TimeProvider clock, PostgresDatabase database, bool isReadOnly)
{
    private readonly MediaAddress _address = new(options.PublicUrl);

    private static readonly Refusal Absent = Refusal.NotFound("Object is not found");

    /// <summary>By its name or by its content (<see cref="FileTypes"/>).</summary>
    private static readonly Refusal WrongType =
        Refusal.Unprocessable(new Invalid("request", null, [Rule.Business("type of the file is not allowed")]));

    public async Task InvokeAsync(HttpContext context)
    {
        if (_address.Locate(context) is not { } path)
            await next(context);
        else if (await Answer(context, path) is { } refusal)
            await Dialect.Of(context).WriteRefusal(context, refusal);
    }

    private async Task<Refusal?> Answer(HttpContext context, string path)
    {
        var request = context.Request;

        // The parameters are present, each once; the signature is for this object and time
        var link = signer.Read(path, request.Query[EmbeddedLinkSigner.Expires], request.Query[EmbeddedLinkSigner.Signature]);
        if (link.Fault is { } fault)
            return SignatureInvalid(fault);
        if (link.Bucket != bucket.Physical)
            return SignatureInvalid(new("path", "names another bucket than that of contract files"));

        // The link has not expired
        if (link.ExpiresAt < clock.GetUtcNow().ToUnixTimeSeconds())
            return Refused(
                "Link has expired",
                new(EmbeddedLinkSigner.Expires,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"was {DateTimeOffset.FromUnixTimeSeconds(link.ExpiresAt.Value):yyyy-MM-dd'T'HH:mm:ss'Z'}")));

        // The verb is the one that was signed
        if (request.Method != link.Verb)
            return SignatureInvalid(new("verb", $"is not the signed one, {link.Verb}"));

        if (link.Verb == HttpMethods.Put && isReadOnly)
            return ReadOnlyNode.Refuse(context);
        return link.Verb == HttpMethods.Put ? await Receive(context, link.Key!, link.ExpiresAt!.Value) : await Send(context, link.Key!);
    }

    private static Refusal SignatureInvalid(LinkFault fault) => Refused("Link signature is invalid", fault);

    /// <summary>Names the wrong part; nothing has been looked up yet, so nothing about the object is disclosed.</summary>
    private static Refusal Refused(string message, LinkFault fault) => Refusal.Forbidden(message) with
    {
        Invalid = fault.Part.StartsWith("X-", StringComparison.Ordinal)
            ? [Invalid.Query(fault.Part, Rule.Business(fault.Text))]
            : [new Invalid("request", null, [Rule.Business(fault.ToString())])],
    };

    private async Task<Refusal?> Receive(HttpContext context, ObjectKey key, long expiresAt)
    {
        var request = context.Request;
        if (UploadHeaders.Read(request.Headers, out var md5) is { } unsupported)
            return unsupported;
        if (request.ContentLength is null && !context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
            return new Refusal(RefusalKind.LengthRequired);
        if (request.ContentLength > options.MaxObjectBytes)
            return Refusal.TooLarge;
        if (options.FileTypes.BeginningsOf(key.Name!) is not { } beginnings)
            return WrongType;
        // The body need not be sent in vain; what counts is what is there when it is complete.
        if (!MayReplace(request, await Traced("find", () => store.Find(bucket, key, context.RequestAborted))))
            return Preconditions.Failed;
        Refusal? refusal = null;
        var linkId = LinkId.OfSignature(request.Query[EmbeddedLinkSigner.Signature].ToString());
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(expiresAt) - options.LinkLifetime;
        try
        {
            await using var body = new BoundedBody(watch.Receive(context), options.MaxObjectBytes, beginnings);
            var written = await Traced("write", () => store.WriteIf(bucket, key, body, MayWrite, Record, context.RequestAborted));
            if (written is null)
                return refusal;

            Task Record(ObjectInfo written, ObjectInfo? replaced, CancellationToken ct) =>
                new UploadRecord(bucket, key, written, body.Digest, replaced, linkId, issuedAt, context.TraceIdentifier)
                    .Write(database, ct);
            context.Response.Headers.ETag = $"\"{written.ETag}\"";
            context.Response.ContentLength = 0;
            return null;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refusal.TooLarge;
        }
        catch (WrongFileTypeException)
        {
            return WrongType;
        }
        catch (StorageFullException)
        {
            return new Refusal(RefusalKind.StorageFull);
        }

        bool MayWrite(string tag, ObjectInfo? current)
        {
            refusal = md5 is not null && md5 != tag ? UploadHeaders.OtherContent
                : MayReplace(request, current) ? null : Preconditions.Failed;
            return refusal is null;
        }
    }

    private static bool MayReplace(HttpRequest request, ObjectInfo? current) =>
        Preconditions.Evaluate(request, current is null ? null : ValidatorsOf(current)) == Verdict.Hold;

    private static Validators ValidatorsOf(ObjectInfo stored) => new($"\"{stored.ETag}\"", stored.LastModified);

    private Task<T> Traced<T>(string operation, Func<Task<T>> run) => TracedStore.Traced(operation, bucket, run);

    private async Task<Refusal?> Send(HttpContext context, ObjectKey key)
    {
        await using var whole = await Traced("open", () => store.Open(bucket, key, range: null, context.RequestAborted));
        if (whole is null)
            return Absent;
        var response = context.Response;
        var validators = ValidatorsOf(whole.Info);
        switch (Preconditions.Evaluate(context.Request, validators))
        {
            case Verdict.NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                WriteValidators(response, validators);
                return null;
            case Verdict.Failed:
                return Preconditions.Failed;
        }
        var range = RangeHeader.Choose(context.Request, validators, whole.Info.Length);
        if (range is { Count: 0 })
        {
            response.Headers.ContentRange = $"bytes */{whole.Info.Length}";
            return new Refusal(RefusalKind.RangeNotSatisfiable);
        }
        var stored = range is { } part ? whole.Narrow(part) : whole;
        if (range is { } sent)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {sent.First}-{sent.Last}/{whole.Info.Length}";
        }
        response.ContentLength = stored.Count;
        response.ContentType = "application/octet-stream";
        WriteValidators(response, validators);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = key.Name!.Attachment;
        response.Headers.XContentTypeOptions = "nosniff";
        await watch.Send(context, stored.Count, aborted => stored.CopyTo(response.BodyWriter, aborted));
        return null;
    }

    private static void WriteValidators(HttpResponse response, Validators validators)
    {
        validators.Write(response);
        response.Headers.CacheControl = "private, no-store";
    }
}
