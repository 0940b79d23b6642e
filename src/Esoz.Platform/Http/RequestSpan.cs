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
        var card = context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>();
        span.DisplayName = card is null ? RequestMetrics.Unknown : $"{card.Verb} {card.Path}";
        span.SetTag(Spans.RequestId, context.TraceIdentifier);
        span.SetTag(Spans.MethodId, card?.Id ?? RequestMetrics.Unknown);
        span.SetTag("http.request.method", card?.Verb ?? "_OTHER");
        span.SetTag("http.route", card?.Path);
        var status = RequestMetrics.StatusOf(context);
        span.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
            span.SetStatus(ActivityStatusCode.Error);
    }
}
