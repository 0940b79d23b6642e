using Esoz.Platform.Database;
using Microsoft.AspNetCore.Http.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// The header <c>Idempotency-Key</c> on methods that create (IETF draft-ietf-httpapi-idempotency-key-header): a repeated request with the
/// same key gets the first answer, and nothing is created twice. The created data and the answer are committed together, so a crash of
/// client or server at any time is safe. A duplicate that arrives while the first request is running waits for it.
/// </summary>
/// <remarks>
/// Keys are scoped to the client and are kept for <see cref="Kept"/>. Only successes are stored: a refused request left no data and is
/// processed again. A request without the header has no overhead.
/// </remarks>
public sealed class Idempotency(RequestDelegate next, PostgresDatabase database)
{
    public const string Header = "Idempotency-Key";
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int MaxKeyLength = 255;

    private static readonly Validation KeyIsSound = new("–", $"{Header}, when it is sent, is one of 1 to 255 visible ASCII characters",
        Fault("format", "must be 1 to 255 visible ASCII characters"));

    private static readonly Validation KeyIsOfThisRequest = new("–", $"{Header} was not used for another request within 24 hours",
        Fault("invalid", "was used for another request"));

    /// <summary>The second step stores the key and its transaction in the request's features.</summary>
    internal static IReadOnlyList<GatewayStep> Steps { get; } = [Step(KeyIsSound, CheckKey), Step(KeyIsOfThisRequest, Claim)];

    public Task InvokeAsync(HttpContext context) => context.Features.Get<HeldKey>() is { } held ? Answer(context, held) : next(context);

    private async Task Answer(HttpContext context, HeldKey held)
    {
        await using (held)
        {
            if (held.Remembered is { } remembered)
            {
                await held.Commit(context.RequestAborted);
                await AccessRecord.Answered(context, remembered.Status, data: null);
                await Record(context, held);
                await Replay(context, remembered);
            }
            else
                await Run(context, held, context.RequestAborted);
        }
    }

    private static GatewayStep Step(Validation validation, Func<GatewayRequest, ValueTask<Refusal?>> check) =>
        new(validation, check, static request => request.Context.Request.Headers[Header] switch
        {
            [] => $"{Header}: not sent",
            [{ } text] => $"{Header}: {text.Length} characters",
            { Count: var count } => $"{Header}: sent {count} times",
        })
        {
            AppliesTo = static card => card is { IsIdempotent: true },
        };

    private static ValueTask<Refusal?> CheckKey(GatewayRequest request) =>
        request.Context.Request.Headers.TryGetValue(Header, out var sent) && KeyOf(sent) is null ? new(KeyIsSound.Refusal) : default;

    private static async ValueTask<Refusal?> Claim(GatewayRequest request)
    {
        var context = request.Context;
        if (!context.Request.Headers.TryGetValue(Header, out var sent))
            return null;
        var hash = request.Body!.HashWith(context.Request);
        var held = await HeldKey.Claim(request.Gateway.Database, request.Token!.ClientId, KeyOf(sent)!, hash, context.RequestAborted);
        if (held.Remembered is { } remembered && !remembered.RequestHash.AsSpan().SequenceEqual(hash))
        {
            await held.DisposeAsync();
            return KeyIsOfThisRequest;
        }
        context.Features.Set(held);
        return null;
    }

    /// <summary>Executes the method inside the transaction that holds the key, and stores its answer when it is a success.</summary>
    private async Task Run(HttpContext context, HeldKey held, CancellationToken ct)
    {
        context.Features.Set(new Work(database, Origin.Of(context), held.Connection));
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        var kept = new StreamResponseBodyFeature(answer);
        context.Features.Set<IHttpResponseBodyFeature>(kept);
        try
        {
            await next(context);
            await kept.CompleteAsync();
        }
        finally
        {
            context.Features.Set(wire);
        }
        if (context.Response.StatusCode < StatusCodes.Status300MultipleChoices)
            await held.Remember(context.Response.StatusCode, answer.ToArray(), ct);
        else
            await held.Release(ct);
        await Record(context, held);
        await wire.Writer.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), ct);
    }

    /// <summary>The row of the access journal waited for the commit.</summary>
    private static Task Record(HttpContext context, HeldKey held) =>
        held.Row is { } row ? AccessRecord.Record(context, row) : Task.CompletedTask;

    private static Task Replay(HttpContext context, RememberedAnswer remembered)
    {
        var response = context.Response;
        response.StatusCode = remembered.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = remembered.Answer.Length;
        response.Headers[ReplayedHeader] = "true";
        return response.Body.WriteAsync(remembered.Answer, context.RequestAborted).AsTask();
    }

    /// <summary>Parses a key without quotes or, as in the draft, in quotes; null when it is neither.</summary>
    private static string? KeyOf(Microsoft.Extensions.Primitives.StringValues sent)
    {
        if (sent is not [{ } text])
            return null;
        var key = text.Length > 1 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
        return key.Length is > 0 and <= MaxKeyLength && key.All(symbol => symbol is > ' ' and <= '~') ? key : null;
    }

    private static Refusal Fault(string rule, string description) =>
        Refusal.Unprocessable(new Invalid("header", Header, [new Rule(rule, description, Array.Empty<string>())]));
}
