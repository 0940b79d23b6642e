using Esoz.Platform.Database;

namespace Esoz.Platform.Http;

/// <summary>
/// In front of the gateway of a read-only node (docs/adr/0061): refuses changes before anything is asked of the primary, and while the
/// primary is away everything that needs it.
/// </summary>
public sealed class ReadOnlyNode(RequestDelegate next, ReadReplica replica)
{
    /// <summary>Header of a refused change, by which a proxy may send the request to another node: nothing has been done.</summary>
    public const string Header = "Esoz-Node";

    public const string HeaderValue = "read-only";

    /// <summary>No Retry-After: the same node will never take it.</summary>
    public static readonly Refusal TakesNoChanges = new(RefusalKind.NotReady,
        "This node is read-only and takes no changes; nothing was changed. Send the request to a node that is not read-only.");

    /// <summary>The refusal of a change, with its header.</summary>
    public static Refusal Refuse(HttpContext context)
    {
        context.Response.Headers[Header] = HeaderValue;
        return TakesNoChanges;
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata)
            return next(context);
        var (card, page) = (metadata.GetMetadata<MethodCard>(), metadata.GetMetadata<PageRoute>());
        if ((card is not null && !HttpMethods.IsGet(card.Verb)) || page is { Changes: true })
            return UnhandledFaults.Answer(context, Refuse(context));
        var needsPrimary = card is not null ? AccessRecord.Covers(card) : page is { Gate: not null };
        return needsPrimary && replica.IsOutage ? UnhandledFaults.Answer(context, UnhandledFaults.Unavailable) : next(context);
    }
}
