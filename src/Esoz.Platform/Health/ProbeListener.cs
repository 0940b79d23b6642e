using Esoz.Platform.Http;
using Esoz.Platform.Telemetry;
using OpenTelemetry.Metrics;

namespace Esoz.Platform.Health;

/// <summary>
/// A separate listener only for the probes (<c>ESOZ_PROBE_URLS</c>). It opens before the main listener and closes after it, so that
/// monitoring can observe the draining.
/// </summary>
public sealed class ProbeListener(IReadOnlyList<string> urls, Readiness readiness, MeterProvider meters, ILoggerFactory log)
    : IHostedService
{
    private WebApplication? _server;

    /// <summary>Addresses it listens on, with the actual ports.</summary>
    public ICollection<string> Urls => _server?.Urls ?? [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls([.. urls]);
        _server = builder.Build();
        _server.Use(next => new SafeHeaders(next, tls: null).InvokeAsync);
        _server.UseMiddleware<Probes>(readiness);
        _server.UseMetrics(meters);
        return _server.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null)
            return;
        await _server.StopAsync(cancellationToken);
        await _server.DisposeAsync();
    }
}
