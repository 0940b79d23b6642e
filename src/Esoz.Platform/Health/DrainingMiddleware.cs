namespace Esoz.Platform.Health;

/// <summary>Counts the requests that <see cref="Draining"/> waits for, and closes their connections after it has started.</summary>
public sealed class DrainingMiddleware(RequestDelegate next, Draining draining)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var isWaitedFor = draining.Enter();
        try
        {
            await next(context);
            if (draining.HasBegun && !context.Response.HasStarted)
                context.Response.Headers.Connection = "close";
        }
        finally
        {
            if (isWaitedFor)
                draining.Leave();
        }
    }
}
