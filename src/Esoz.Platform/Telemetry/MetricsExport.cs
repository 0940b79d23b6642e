using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// <c>/metrics</c>: metrics for operators in the Prometheus text format (docs/adr/0019-opentelemetry.md): the meter <c>Esoz</c>, the
/// runtime, and the pool of the database driver.
/// </summary>
public static class MetricsExport
{
    /// <summary>Buckets in seconds, from a point read to the slowest acceptable answer.</summary>
    private static readonly ExplicitBucketHistogramConfiguration Durations = new()
    {
        Boundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        RecordMinMax = false,
    };

    /// <summary>
    /// Families of the libraries whose names end in <c>_count</c>, which Prometheus keeps for parts of histograms, and the names that they
    /// have here. The names of the libraries stay for one more version.
    /// </summary>
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["db.client.connection.count"] = "db.client.connections",
        ["dotnet.assembly.count"] = "dotnet.assemblies",
        ["dotnet.process.cpu.count"] = "dotnet.process.cpus",
        ["dotnet.timer.count"] = "dotnet.timers",
    };

    /// <summary>There are more rules than a family has series by default; a test counts them.</summary>
    internal const int MaxRefusals = 10_000;

    /// <summary>
    /// Memory for so many series is taken at the start, in each family; the library takes it for two thousand unless it is told otherwise.
    /// </summary>
    private const int FewSeries = 200;

    /// <summary>Families with a series for each method or client.</summary>
    private static readonly string[] ManySeries =
        ["esoz.requests", "esoz.requests.cut", "esoz.request.duration", "esoz.client.requests", "esoz.client.request.time"];

    /// <summary>Observed by the driver only when somebody waits, so they cost nothing otherwise.</summary>
    private static readonly string[] PoolWaits = ["db.client.connection.npgsql.pending_requests", "db.client.connection.npgsql.timeouts"];

    public static IServiceCollection AddMetricsExport(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Esoz", "System.Runtime", "Npgsql")
            .AddPrometheusExporter(text =>
            {
                text.ScopeInfoEnabled = false;
                text.TargetInfoEnabled = false;
                text.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        return services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var meters = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => !IsWanted(instrument, meters) ? MetricStreamConfiguration.Drop
                : instrument is Histogram<double> { Advice: null } ? Durations
                : instrument.Name == "esoz.refusals" ? new MetricStreamConfiguration { CardinalityLimit = MaxRefusals }
                : ManySeries.Contains(instrument.Name) ? null
                : new MetricStreamConfiguration { Name = instrument.Name, CardinalityLimit = FewSeries });
            metrics.AddView(instrument => IsWanted(instrument, meters) && Renamed.TryGetValue(instrument.Name, out var name)
                ? new() { Name = name, CardinalityLimit = FewSeries } : null);
        });
    }

    /// <summary>Answers <c>GET /metrics</c>.</summary>
    public static void UseMetrics(this IApplicationBuilder app, MeterProvider meters) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(meters, IsScrape, path: null, ConfigureScrape, optionsName: null);

    private static bool IsScrape(HttpContext context) =>
        context.Request.Path == "/metrics" && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));

    private static void ConfigureScrape(IApplicationBuilder scrape) => scrape.Use((context, next) =>
    {
        // A scraper that prefers OpenMetrics would get additional series and differently formatted bounds.
        context.Request.Headers.Accept = "text/plain;version=0.0.4";
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    });

    /// <summary>
    /// Excludes meters of another server in the same process. Of the driver's instruments it exports the observable ones and
    /// <see cref="PoolWaits"/>: the timings add a cost to every command.
    /// </summary>
    private static bool IsWanted(Instrument instrument, IMeterFactory meters) => instrument.Meter.Name switch
    {
        "Esoz" => instrument.Meter.Scope == meters,
        "Npgsql" => instrument.IsObservable || PoolWaits.Contains(instrument.Name),
        _ => true,
    };
}
