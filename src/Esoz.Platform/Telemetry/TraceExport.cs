using System.Diagnostics;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// Sends spans of requests, background tasks, statements and objects to an OTLP receiver (docs/adr/0019-opentelemetry.md). Without a
/// receiver nothing is registered, so no spans are created.
/// </summary>
public static class TraceExport
{
    /// <summary>Source of ASP.NET Core's spans of requests.</summary>
    internal const string Requests = "Microsoft.AspNetCore";

    /// <summary>Source of HttpClient's spans of requests to an S3 store.</summary>
    internal const string Calls = "System.Net.Http";

    /// <summary>Source of Npgsql's spans of statements.</summary>
    internal const string Statements = "Npgsql";

    public static IServiceCollection AddTraceExport(this IServiceCollection services, TelemetryOptions options)
    {
        if (options.Endpoint is null)
            return services;
        services.AddSingleton<DistributedContextPropagator>(new CallersTrace());
        services.AddHostedService<TelemetryFaults>();
        services.AddOpenTelemetry().WithTracing(traces => traces
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(options.ServiceName, serviceInstanceId: Environment.MachineName))
            .SetSampler(SamplerOf(options.Share))
            .AddSource(Spans.Source.Name, Requests, Calls, Statements)
            .AddProcessor(new SpanPrivacy())
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = options.Protocol == OtlpExportProtocol.Grpc
                    ? options.Endpoint
                    : new Uri($"{options.Endpoint.AbsoluteUri.TrimEnd('/')}/v1/traces");
                otlp.Protocol = options.Protocol;
                otlp.Headers = options.Headers;
            }));
        return services;
    }

    /// <summary>
    /// The sampling rate is decided here, regardless of a caller's <c>traceparent</c>. A statement outside of requests and tasks, such as
    /// polling the queue, is not traced; the task of a request that is traced always is.
    /// </summary>
    private static ParentBasedSampler SamplerOf(double share)
    {
        var ratio = new TraceIdRatioBasedSampler(share);
        return new(new RootSampler(ratio), remoteParentSampled: ratio, remoteParentNotSampled: ratio);
    }

    private sealed class RootSampler(Sampler sampler) : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            samplingParameters.Kind == ActivityKind.Client ? new(SamplingDecision.Drop)
            : samplingParameters.Links?.Any(link => link.Context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)) is true
                ? new(SamplingDecision.RecordAndSample)
            : sampler.ShouldSample(samplingParameters);
    }

    /// <summary>
    /// Accepts only the trace id of a caller: <c>tracestate</c> and <c>baggage</c> can contain anything. Propagates nothing.
    /// </summary>
    private sealed class CallersTrace : DistributedContextPropagator
    {
        private const string Parent = "traceparent";

        public override IReadOnlyCollection<string> Fields { get; } = [Parent];

        public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
        {
        }

        public override void ExtractTraceIdAndState(
            object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
        {
            (traceId, traceState) = (null, null);
            if (getter is null)
                return;
            getter(carrier, Parent, out var given, out _);
            // The caller's sampled flag is ignored.
            if (ActivityContext.TryParse(given, null, out var parent))
                traceId = $"00-{parent.TraceId}-{parent.SpanId}-00";
        }

        public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
            null;
    }
}
