using System.Diagnostics.Tracing;

namespace Esoz.Platform.Telemetry;

/// <summary>
/// Logs what keeps OpenTelemetry from its work, such as a receiver that does not answer, which it reports to nobody but event listeners: once
/// a minute for each kind of fault.
/// </summary>
internal sealed class TelemetryFaults(TimeProvider clock, ILogger<TelemetryFaults> log) : IHostedService
{
    private Listener? _listener;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = new Listener(clock, log);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _listener?.Dispose();
        return Task.CompletedTask;
    }

    private sealed class Listener(TimeProvider clock, ILogger log) : EventListener
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

        private readonly Dictionary<(string Source, int Event), long> _loggedAt = [];

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
            var text = eventData.Message is { } format ? string.Format(null, format, [.. eventData.Payload ?? []]) : eventData.EventName;
            log.LogWarning("Telemetry: {Fault}", text);
        }
    }
}
