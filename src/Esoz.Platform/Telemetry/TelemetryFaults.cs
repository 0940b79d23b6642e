using System.Diagnostics.Tracing;
using System.Globalization;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// Logs internal faults of OpenTelemetry, such as an unreachable receiver, which it reports only to event listeners: at most once a minute
/// per kind of fault. It listens from its creation; as a hosted service it is created at startup.
/// </summary>
internal sealed class TelemetryFaults(TimeProvider clock, ILogger<TelemetryFaults> log) : EventListener, IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(string Source, int Event), long> _loggedAt = [];

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name.StartsWith("OpenTelemetry", StringComparison.Ordinal))
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_loggedAt)
        {
            var kind = (eventData.EventSource.Name, eventData.EventId);
            if (_loggedAt.TryGetValue(kind, out var at) && clock.GetElapsedTime(at) < Pause)
                return;
            _loggedAt[kind] = clock.GetTimestamp();
        }
        var text = eventData.Message is { } format
            ? string.Format(CultureInfo.InvariantCulture, format, [.. eventData.Payload ?? []])
            : eventData.EventName;
        log.LogWarning("Telemetry: {Fault}", text);
    }
}
