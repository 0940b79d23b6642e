namespace Esoz.Platform.Http;

/// <summary>
/// The answer of a card: data, a page of data, or a refusal. The dialect of the card's family determines status and envelope when it is
/// executed; a <see cref="Refusal"/> converts to a reply implicitly.
/// </summary>
public abstract class Reply : IResult
{
    /// <summary><c>data</c> is written with the family's JSON options; the status is the card's success status.</summary>
    public static Reply Data(object data) => new DataReply(data, null, null);

    /// <summary>The same with <c>urgent</c>, what the caller does next (sign-in §3).</summary>
    public static Reply Data(object data, object urgent) => new DataReply(data, null, urgent);

    /// <summary>Data with validators: the preconditions of the request decide whether it is sent.</summary>
    public static Reply Data(object data, Validators validators) => new ConditionalReply(data, validators);

    /// <summary>The same without an envelope, for a method of the MC family (platform §6).</summary>
    public static Reply Bare(object data) => new BareReply(data);

    /// <summary>The answer to a delete: <c>data</c> is <c>{}</c> (platform §4).</summary>
    public static Reply Deleted { get; } = Data(new Nothing());

    /// <summary>A page of a list with its <c>paging</c> member (platform §9).</summary>
    public static Reply Page<T>(IReadOnlyList<T> items, Paging paging) => new DataReply(items, paging, null);

    public static implicit operator Reply(Refusal refusal) => new RefusalReply(refusal);

    public static implicit operator Reply(Validation validation) => new RefusalReply(validation.Refusal);

    /// <summary>Sends the answer, when the access journal has its row.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var recorded = Record(httpContext);
        return recorded.IsCompletedSuccessfully ? Write(httpContext) : WriteAfter(recorded, httpContext);
    }

    /// <summary>Row of the access journal; a reply that records a refusal or a download itself does nothing here.</summary>
    private protected virtual Task Record(HttpContext context) => Task.CompletedTask;

    protected abstract Task Write(HttpContext context);

    /// <summary>The row of a download, which shows more records than a row can name. Call it before the first byte.</summary>
    protected static Task RecordDownload(HttpContext context, int status) => AccessRecord.Answered(context, status, data: null);

    private async Task WriteAfter(Task recorded, HttpContext context)
    {
        await recorded;
        await Write(context);
    }

    private static Task Success(HttpContext context, object data) =>
        AccessRecord.Answered(context, context.GetEndpoint()!.Metadata.GetRequiredMetadata<MethodCard>().Success, data);

    private sealed class DataReply(object data, Paging? paging, object? urgent) : Reply
    {
        private protected override Task Record(HttpContext context) => Success(context, data);

        protected override Task Write(HttpContext context) =>
            Dialect.Of(context).WriteData(context, data, paging, urgent);
    }

    private sealed class ConditionalReply(object data, Validators validators) : Reply
    {
        private protected override Task Record(HttpContext context) => Preconditions.Evaluate(context.Request, validators) switch
        {
            Verdict.Hold => Success(context, data),
            Verdict.NotModified => AccessRecord.Answered(context, StatusCodes.Status304NotModified, data),
            Verdict.Failed => Task.CompletedTask,
        };

        protected override Task Write(HttpContext context)
        {
            var verdict = Preconditions.Evaluate(context.Request, validators);
            if (verdict == Verdict.Failed)
                return ((Reply)Preconditions.Failed).ExecuteAsync(context);
            validators.Write(context.Response);
            context.Response.Headers.CacheControl = "private, no-cache";
            if (verdict == Verdict.Hold)
                return Dialect.Of(context).WriteData(context, data, paging: null);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
    }

    private sealed class BareReply(object data) : Reply
    {
        private protected override Task Record(HttpContext context) => Success(context, data);

        protected override Task Write(HttpContext context) => McDialect.WriteBare(context, data);
    }

    private sealed class RefusalReply(Refusal refusal) : Reply
    {
        protected override Task Write(HttpContext context) => Dialect.Of(context).WriteRefusal(context, refusal);
    }
}

/// <summary>An object without members.</summary>
public sealed record Nothing;
