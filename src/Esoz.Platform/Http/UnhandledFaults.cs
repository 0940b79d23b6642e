using Esoz.Platform.Database;
using Esoz.Platform.Journal;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Http;

/// <summary>
/// Turns an unexpected exception into the family's 500 (details only in the log), a fault of the database or of the object store that
/// passes, or of the access journal, into its 503 with Retry-After, and ignores a disconnect of the caller (platform §10).
/// When the response has started, the connection is aborted so that the client cannot take a truncated body for a complete one.
/// </summary>
public sealed class UnhandledFaults(RequestDelegate next, TimeProvider clock, ILogger<UnhandledFaults> log)
{
    internal static readonly Refusal Unexpected = new(RefusalKind.Fault);

    /// <summary>The database does not answer, or the outcome of a write is unknown.</summary>
    internal static readonly Refusal Unavailable =
        new(RefusalKind.NotReady, "Service is temporarily unavailable") { RetryAfter = Wait };

    /// <summary>Another request, or an operator, has held a lock for too long.</summary>
    internal static readonly Refusal Locked = new(RefusalKind.NotReady, "Resource is locked by another request") { RetryAfter = Wait };

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);

    private static TimeSpan Wait => TimeSpan.FromSeconds(5);

    private readonly Outage _database = new("database", clock, log);
    private readonly Outage _store = new("object store", clock, log);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (fault is ReaderGoneException || context.RequestAborted.IsCancellationRequested)
        {
            CutAnswer.Record(context, CutAnswer.ClientClosedRequest, reason: null);
            log.LogDebug("The client closed the connection before the end of the answer");
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            CutAnswer.Record(context, fault.StatusCode, CutAnswer.Stalled);
            log.LogWarning("The connection was closed: the body of {Method} came too slowly", RequestMetrics.MethodOf(context));
            context.Abort();
        }
        // The web server has no exception of its own for the size of a chunk that is no number of its range.
        catch (IOException fault) when (fault.InnerException is OverflowException)
        {
            await Refuse(context, new BadHttpRequestException(fault.Message, StatusCodes.Status400BadRequest));
        }
        catch (BadHttpRequestException fault)
        {
            await Refuse(context, fault);
        }
        catch (JournalException) when (!context.Response.HasStarted)
        {
            await Answer(context, Unavailable);
        }
        catch (Exception fault) when (PassingFaults.Of(fault) is { } passing)
        {
            _database.Log(PassingFaults.Reason(fault));
            await Later(context, passing == PassingFault.Outage ? Unavailable : Locked);
        }
        catch (StoreUnavailableException fault)
        {
            _store.Log(fault.Message);
            await Later(context, fault.Refusal ?? Unavailable);
        }
        catch (Exception fault)
        {
            if (context.Response.HasStarted)
            {
                log.LogError(fault, "Unhandled exception in {Method} after {Bytes} bytes of the answer; the connection was closed",
                    RequestMetrics.MethodOf(context), TransferWatch.Sent(context));
                CutAnswer.Record(context, StatusCodes.Status500InternalServerError, CutAnswer.Fault);
                context.Abort();
                return;
            }
            log.LogError(fault, "Unhandled exception in {Method}; answered 500", RequestMetrics.MethodOf(context));
            await Answer(context, Unexpected);
        }
    }

    private async Task Refuse(HttpContext context, BadHttpRequestException fault)
    {
        log.LogDebug(fault, "The request is not well-formed HTTP");
        if (context.Response.HasStarted)
        {
            CutAnswer.Record(context, fault.StatusCode, CutAnswer.Fault);
            context.Abort();
        }
        else
            await Answer(context,
                fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? Body.SizeIsKept : Body.SyntaxIsJson);
    }

    /// <summary>The same request may succeed later.</summary>
    private static async Task Later(HttpContext context, Refusal refusal)
    {
        if (context.Response.HasStarted)
        {
            CutAnswer.Record(context, StatusCodes.Status503ServiceUnavailable, CutAnswer.Fault);
            context.Abort();
        }
        else
            await Answer(context, refusal);
    }

    internal static Task Answer(HttpContext context, Refusal refusal) =>
        context.GetEndpoint()?.Metadata.GetMetadata<FaultPage>() is { } page
            ? page.Write(context, refusal)
            : Dialect.Of(context).WriteRefusal(context, refusal);

    /// <summary>At most one line a second and no stack trace: an outage ends every request in the same way.</summary>
    private sealed class Outage(string of, TimeProvider clock, ILogger log)
    {
        private readonly Lock _gate = new();
        private long? _logged;
        private int _faults;

        public void Log(string reason)
        {
            int faults;
            lock (_gate)
            {
                _faults++;
                if (_logged is { } last && clock.GetElapsedTime(last) < LogInterval)
                    return;
                (faults, _logged, _faults) = (_faults, clock.GetTimestamp(), 0);
            }
            log.LogError("The {Dependency} failed {Count} requests since the last such line; answered 503. The latest fault: {Reason}", of, faults,
                reason);
        }
    }
}
