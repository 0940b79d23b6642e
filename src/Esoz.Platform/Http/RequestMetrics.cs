using System.Diagnostics;
using System.Diagnostics.Metrics;
using Esoz.Platform.RollUp;

namespace Esoz.Platform.Http;

/// <summary>
/// Counts and times requests by method id and status, for Prometheus and for the figures in the database. A request that matches no card or
/// page is counted as <c>unknown</c>, never by its path: paths contain ids, so their number is unbounded. A request that the client closed
/// before the end of the answer is counted with status 499, one that the server cut off with 408 or 500 (<see cref="CutAnswer"/>).
/// </summary>
public sealed class RequestMetrics
{
    public const string Unknown = "unknown";

    /// <summary>Boxed once, so that recording does not allocate.</summary>
    private static readonly object[] Statuses = [.. Enumerable.Range(0, 600).Select(status => (object)status)];

    private readonly RequestDelegate _next;
    private readonly RequestCounter _counter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Counter<long> _cut;
    private readonly Counter<long> _refusals;
    private readonly ClientMetrics _clients;
    private readonly SlowRequests _slow;

    public RequestMetrics(RequestDelegate next, IMeterFactory meters, RequestCounter counter, ClientMetrics clients, SlowRequests slow)
    {
        (_next, _counter, _clients, _slow) = (next, counter, clients, slow);
        var meter = meters.Create("Esoz");
        _requests = meter.CreateCounter<long>("esoz.requests", "{request}", "Requests answered, by method id and status");
        _duration = meter.CreateHistogram<double>("esoz.request.duration", "s", "Time to answer a request, by method id");
        _inFlight = meter.CreateUpDownCounter<long>("esoz.requests.in_flight", "{request}", "Requests being answered");
        _cut = meter.CreateCounter<long>(
            "esoz.requests.cut", "{request}", "Connections closed by the server before the end of an answer or upload");
        _refusals = meter.CreateCounter<long>(
            "esoz.refusals", "{request}", "Requests refused, by method id, code of the answer and number of the rule");
    }

    public async Task InvokeAsync(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        _inFlight.Add(1);
        var times = _slow.Begin();
        try
        {
            await _next(context);
        }
        finally
        {
            _inFlight.Add(-1);
            var (took, id, status) = (Stopwatch.GetElapsedTime(started), MethodOf(context), StatusOf(context));
            var method = new KeyValuePair<string, object?>("method_id", id);
            _requests.Add(1, method, new("status", Statuses[status]));
            _duration.Record(took.TotalSeconds, method);
            var refused = RefusedBy.Of(context);
            if (refused is not null)
                _refusals.Add(1, method, new("code", refused.Code), new("rule", refused.Rule));
            // Views of pages say nothing about the API.
            if (context.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is null)
            {
                var client = AccessRecord.ClientOf(context);
                _counter.Count(new(id, client ?? RequestKey.NoClient, status, refused?.Rule ?? ""), took);
                _clients.Count(client, status, took);
            }
            if (times is not null)
                _slow.End(context, times, took, status);
            if (context.Features.Get<CutAnswer>() is { Reason: { } reason })
                _cut.Add(1, method, new("reason", reason));
        }
    }

    /// <summary>Id of the method or page; <see cref="Unknown"/> when the request matches none.</summary>
    internal static string MethodOf(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<MethodCard>()?.Id ?? metadata?.GetMetadata<PageRoute>()?.Id ?? Unknown;
    }

    /// <summary>The status that was sent, or that of <see cref="CutAnswer"/>.</summary>
    internal static int StatusOf(HttpContext context) => context.Features.Get<CutAnswer>()?.Status
        ?? (context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted ? CutAnswer.ClientClosedRequest
            : context.Response.StatusCode);
}
