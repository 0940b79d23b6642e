using System.Diagnostics;

namespace Esoz.Platform.Health;

/// <summary>
/// Probes for orchestrators and monitoring, without credentials and in plain text (platform §1): <c>/healthz</c> (the version),
/// <c>/healthz/live</c> (the process runs), <c>/healthz/ready</c> (200, with a line for a read-only node and for each thing that is
/// degraded, or 503 with a line for each reason). They run in front of the gateway.
/// </summary>
public sealed class Probes(RequestDelegate next, Readiness readiness)
{
    private const string PlainText = "text/plain; charset=utf-8";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return next(context);
        return request.Path.Value switch
        {
            "/healthz" => Write(context, StatusCodes.Status200OK, PlainText, $"esoz {BuildVersion.WithCommit}\n"),
            "/healthz/live" => Write(context, StatusCodes.Status200OK, PlainText, "live\n"),
            "/healthz/ready" => WriteReadiness(context),
            _ => next(context),
        };
    }

    private async Task WriteReadiness(HttpContext context)
    {
        // Statements of a probe are not traced.
        if (Activity.Current is { } probe)
            probe.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        var asked = readiness.Degradations(context.RequestAborted);
        var faults = await readiness.Faults(context.RequestAborted);
        var degradations = await asked;
        if (faults.Count == 0)
            await Write(context, StatusCodes.Status200OK, PlainText,
                $"ready\n{(readiness.IsReadOnly ? "read-only\n" : "")}{string.Concat(degradations.Select(fault => $"degraded: {fault}\n"))}");
        else
            await Write(context, StatusCodes.Status503ServiceUnavailable, PlainText, string.Concat(faults.Select(fault => $"{fault}\n")));
    }

    private static Task Write(HttpContext context, int status, string type, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
