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
public sealed class MediaLinkRoutes(
    RequestDelegate next, EmbeddedLinkSigner signer, IObjectStore store, Bucket bucket, MediaStorageOptions options, TimeProvider clock)
{
    private readonly MediaAddress _address = new(options.PublicUrl);

    private static readonly Refusal Absent = Refusal.NotFound("Object is not found");

    /// <summary>
    /// A client on a bad connection may pause for longer than the server's default of five seconds, but not keep a file open forever.
    /// </summary>
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

        return link.Verb == HttpMethods.Put ? await Receive(context, link.Key!) : await Send(context, link.Key!);
    }

    private static Refusal SignatureInvalid(LinkFault fault) => Refused("Link signature is invalid", fault);

    /// <summary>Names the wrong part; nothing has been looked up yet, so nothing about the object is disclosed.</summary>
    private static Refusal Refused(string message, LinkFault fault) => Refusal.Forbidden(message) with
    {
        Invalid = fault.Part.StartsWith("X-", StringComparison.Ordinal)
            ? [Invalid.Query(fault.Part, Rule.Business(fault.Text))]
            : [new Invalid("request", null, [Rule.Business(fault.ToString())])],
    };

    private async Task<Refusal?> Receive(HttpContext context, ObjectKey key)
    {
        var request = context.Request;
        if (request.ContentLength is null && !context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
            return new Refusal(RefusalKind.LengthRequired);
        if (request.ContentLength > options.MaxObjectBytes)
            return new Refusal(RefusalKind.TooLarge);
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = SlowestUpload;
        try
        {
            var written = await store.Write(bucket, key, new BoundedBody(request.Body, options.MaxObjectBytes), context.RequestAborted);
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

    private async Task<Refusal?> Send(HttpContext context, ObjectKey key)
    {
        await using var whole = await store.Open(bucket, key, range: null, context.RequestAborted);
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
        response.Headers.ContentDisposition = Attachment(key.Name!);
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "private, no-store";
        await stored.CopyTo(response.BodyWriter, context.RequestAborted);
        return null;
    }

    /// <summary>The name twice: in ASCII for old clients, and in full.</summary>
    private static string Attachment(ObjectName name)
    {
        var ascii = string.Concat(
            name.Text.EnumerateRunes().Select(rune => rune.IsAscii && rune.Value is not ('"' or '%') ? (char)rune.Value : '_'));
        return $"attachment; filename=\"{ascii}\"; filename*=UTF-8''{name.Encoded}";
    }
}
