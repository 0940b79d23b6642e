namespace Esoz.Platform.Http;

/// <summary>
/// The answer of a card: data, a page of data, or a refusal. The dialect of the card's family determines status and envelope when it is
/// executed; a <see cref="Refusal"/> converts to a reply implicitly.
/// </summary>
public abstract class Reply : IResult
{
    /// <summary><c>data</c> is written with the family's JSON options; the status is the card's success status.</summary>
    public static Reply Data(object data) => new DataReply(data, null);

    /// <summary>Data with validators: the preconditions of the request decide whether it is sent.</summary>
    public static Reply Data(object data, Validators validators) => new ConditionalReply(data, validators);

    /// <summary>The same without an envelope, for a method of the MC family (platform §6).</summary>
    public static Reply Bare(object data) => new BareReply(data);

    /// <summary>The answer to a delete: <c>data</c> is <c>{}</c> (platform §4).</summary>
    public static Reply Deleted { get; } = Data(new Nothing());

    /// <summary>A page of a list with its <c>paging</c> member (platform §9).</summary>
    public static Reply Page<T>(IReadOnlyList<T> items, Paging paging) => new DataReply(items, paging);

    public static implicit operator Reply(Refusal refusal) => new RefusalReply(refusal);

    public static implicit operator Reply(Validation validation) => new RefusalReply(validation.Refusal);

    public abstract Task ExecuteAsync(HttpContext httpContext);

    private sealed class DataReply(object data, Paging? paging) : Reply
    {
        public override Task ExecuteAsync(HttpContext httpContext) => Dialect.Of(httpContext).WriteData(httpContext, data, paging);
    }

    private sealed class ConditionalReply(object data, Validators validators) : Reply
    {
        public override Task ExecuteAsync(HttpContext httpContext)
        {
            var verdict = Preconditions.Evaluate(httpContext.Request, validators);
            if (verdict == Verdict.Failed)
                return ((Reply)Preconditions.Failed).ExecuteAsync(httpContext);
            validators.Write(httpContext.Response);
            httpContext.Response.Headers.CacheControl = "private, no-cache";
            if (verdict == Verdict.Hold)
                return Dialect.Of(httpContext).WriteData(httpContext, data, paging: null);
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
    }

    private sealed class BareReply(object data) : Reply
    {
        public override Task ExecuteAsync(HttpContext httpContext) => McDialect.WriteBare(httpContext, data);
    }

    private sealed class RefusalReply(Refusal refusal) : Reply
    {
        public override Task ExecuteAsync(HttpContext httpContext) => Dialect.Of(httpContext).WriteRefusal(httpContext, refusal);
    }
}

/// <summary>An object without members.</summary>
public sealed record Nothing;
