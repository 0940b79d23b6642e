using Esoz.Platform.Storage;

namespace Esoz.Platform.Http;

/// <summary>
/// Turns an unexpected exception into the family's 500 (details only in the log), and ignores a disconnect of the caller (platform §10).
/// When the response has started, the connection is aborted so that the client cannot take a truncated body for a complete one.
/// </summary>
public sealed class UnhandledFaults(RequestDelegate next, ILogger<UnhandledFaults> log)
{
    internal static readonly Refusal Unexpected = new(RefusalKind.Fault);

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
            log.LogWarning("The connection was closed: the body of {Method} came too slowly", MethodOf(context));
            context.Abort();
        }
        catch (BadHttpRequestException fault)
        {
            log.LogDebug(fault, "The request is not well-formed HTTP");
            if (context.Response.HasStarted)
            {
                CutAnswer.Record(context, fault.StatusCode, CutAnswer.Fault);
                context.Abort();
            }
            else
                await Dialect.Of(context).WriteRefusal(context,
                    fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? Body.SizeIsKept : Body.SyntaxIsJson);
        }
        catch (Exception fault)
        {
            if (context.Response.HasStarted)
            {
                log.LogError(fault, "Unhandled exception in {Method} after {Bytes} bytes of the answer; the connection was closed",
                    MethodOf(context), TransferWatch.Sent(context));
                CutAnswer.Record(context, StatusCodes.Status500InternalServerError, CutAnswer.Fault);
                context.Abort();
                return;
            }
            log.LogError(fault, "Unhandled exception in {Method}; answered 500", MethodOf(context));
            await Dialect.Of(context).WriteRefusal(context, Unexpected);
        }
    }

    private static string MethodOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>()?.Id ?? RequestMetrics.Unknown;
}
