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
            log.LogDebug("The client closed the connection before the answer");
        }
        catch (BadHttpRequestException fault)
        {
            log.LogDebug(fault, "The request is not well-formed HTTP");
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Dialect.Of(context).WriteRefusal(context,
                    fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? Body.SizeIsKept : Body.SyntaxIsJson);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Unhandled exception in {Method}; answered 500", context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>()?.Id);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Dialect.Of(context).WriteRefusal(context, Unexpected);
        }
    }
}
