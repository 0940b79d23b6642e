using System.Globalization;
using Esoz.Platform;
using Esoz.Platform.Http;
using Esoz.Platform.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Esoz.MediaStorage;

/// <summary>
/// Serves the links of the embedded store, <c>PUT</c> and <c>GET {public URL}/{bucket}/{resource_id}/{name}</c>, outside <c>/api</c> and
/// without api-key or token: the signature is the permission (media-storage §6). Bodies are streamed both ways in constant memory.
/// </summary>
public sealed class MediaLinkRoutes(RequestDelegate next, EmbeddedLinkSigner signer, IObjectStore store, MediaStorageOptions options, TimeProvider clock)
{
    private readonly MediaAddress _address = new(options.PublicUrl);

    private static readonly Refusal SignatureInvalid = Refusal.Forbidden("Link signature is invalid");
    private static readonly Refusal Expired = Refusal.Forbidden("Link has expired");
    private static readonly Refusal Absent = Refusal.NotFound("Object is not found");

    /// <summary>A client on a bad line may pause for longer than the server's usual five seconds, but not keep a file open for ever.</summary>
    private static readonly MinDataRate SlowestUpload = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));

    public async Task InvokeAsync(HttpContext context)
    {
        if (_address.Locate(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, context.Request.Host) is not { } path)
            await next(context);
        else if (await Answer(context, path) is { } refusal)
            await Dialect.Of(context).WriteRefusal(context, refusal);
    }

    private async Task<Refusal?> Answer(HttpContext context, string path)
    {
        var request = context.Request;

        // The parameters are present, each once
        if (request.Query[EmbeddedLinkSigner.Expires] is not [{ Length: > 0 } expires] || request.Query[EmbeddedLinkSigner.Signature] is not [{ Length: > 0 } signature])
            return SignatureInvalid;

        // The signature was made for this object and time
        if (MediaObject.Parse(path) is not { } media || signer.SignedVerb(media.Path, expires, signature) is not { } verb)
            return SignatureInvalid;

        // The link has not expired
        if (long.Parse(expires, CultureInfo.InvariantCulture) < clock.GetUtcNow().ToUnixTimeSeconds())
            return Expired;

        // The verb is the one that was signed
        if (request.Method != verb)
            return SignatureInvalid;

        return verb == HttpMethods.Put ? await Receive(context, media) : await Send(context, media);
    }

    private async Task<Refusal?> Receive(HttpContext context, MediaObject media)
    {
        var request = context.Request;
        if (request.ContentLength is null && !context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
            return new Refusal(RefusalKind.LengthRequired);
        if (request.ContentLength > options.LargestObject)
            return new Refusal(RefusalKind.TooLarge);
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = SlowestUpload;
        try
        {
            var written = await store.Write(media.Bucket, media.Key, new BoundedBody(request.Body, options.LargestObject), context.RequestAborted);
            context.Response.Headers.ETag = $"\"{written.ETag}\"";
            context.Response.ContentLength = 0;
            return null;
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new Refusal(RefusalKind.TooLarge);
        }
        catch (StorageFullException)
        {
            return new Refusal(RefusalKind.StorageFull);
        }
    }

    private async Task<Refusal?> Send(HttpContext context, MediaObject media)
    {
        await using var whole = await store.Open(media.Bucket, media.Key, range: null, context.RequestAborted);
        if (whole is null)
            return Absent;
        var response = context.Response;
        var range = RangeHeader.Choose(context.Request, $"\"{whole.Info.ETag}\"", whole.Info.Length);
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
        response.Headers.ETag = $"\"{stored.Info.ETag}\"";
        response.Headers.LastModified = stored.Info.LastModified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ContentDisposition = Attachment(media.Key.Name!);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "private, no-store";
        await stored.CopyTo(response.BodyWriter, context.RequestAborted);
        return null;
    }

    /// <summary>The name twice: in ASCII for old clients, and as it is.</summary>
    private static string Attachment(ObjectName name)
    {
        var ascii = string.Concat(name.Text.EnumerateRunes().Select(rune => rune.IsAscii && rune.Value is not ('"' or '%') ? (char)rune.Value : '_'));
        return $"attachment; filename=\"{ascii}\"; filename*=UTF-8''{name.Encoded}";
    }
}
