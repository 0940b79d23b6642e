using Esoz.Platform.Telemetry;
using OpenTelemetry.Metrics;

namespace Esoz.Platform.Health;

/// <summary>
/// A listener of its own for the probes (<c>ESOZ_PROBE_URLS</c>), which answers nothing else. It opens before the main one and closes
/// after it, so that whoever watches sees the server drain.
/// </summary>
public sealed class ProbeListener(IReadOnlyList<string> urls, Readiness readiness, MeterProvider meters, ILoggerFactory log)
    : IHostedService
{
    private WebApplication? _server;

    /// <summary>Addresses it listens on, with the ports that were taken.</summary>
    public ICollection<string> Urls => _server?.Urls ?? [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(log);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls([.. urls]);
        _server = builder.Build();
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
