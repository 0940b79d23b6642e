using System.Diagnostics;
using Esoz.Platform.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// Adds request id, method and outcome to the span of a request. Of the URL it adds only the route template, because paths and queries
/// contain ids.
/// </summary>
public sealed class RequestSpan(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            if (context.Features.Get<IHttpActivityFeature>()?.Activity is { Recorded: true } span)
                Describe(span, context);
        }
    }

    private static void Describe(Activity span, HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        var (verb, path) = metadata?.GetMetadata<MethodCard>() is { } card ? (card.Verb, card.Path)
            : metadata?.GetMetadata<PageRoute>() is { } page ? (page.Verb, page.Path)
            : (null, null);
        span.DisplayName = path is null ? RequestMetrics.Unknown : $"{verb} {path}";
        span.SetTag(Spans.RequestId, context.TraceIdentifier);
        span.SetTag(Spans.MethodId, RequestMetrics.MethodOf(context));
        span.SetTag("http.request.method", verb ?? "_OTHER");
        span.SetTag("http.route", path);
        var status = RequestMetrics.StatusOf(context);
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
