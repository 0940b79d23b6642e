using System.Diagnostics.Metrics;

namespace Esoz.Platform.Health;

/// <summary>
/// What the probe would answer, as metrics, so that one scrape of a node tells its state. Dependencies are asked every five seconds.
/// </summary>
public sealed class HealthMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Readiness _readiness;
    private readonly TimeProvider _clock;
    private IReadOnlyList<(Dependency Of, string? Fault)> _states = [];

    public HealthMetrics(Readiness readiness, TimeProvider clock, IMeterFactory meters)
    {
        (_readiness, _clock) = (readiness, clock);
        var meter = meters.Create("Esoz");
        meter.CreateObservableGauge("esoz.node.ready", Ready, description: "1 = this node answers requests, 0 = it does not, or is draining");
        meter.CreateObservableGauge("esoz.node.draining", () => _readiness.IsDraining ? 1 : 0, description: "1 = this node is being stopped");
        meter.CreateObservableGauge("esoz.dependency.up",
            () => _states.Select(state => new Measurement<int>(
                state.Fault is null ? 1 : 0, new KeyValuePair<string, object?>("dependency", state.Of.Name.Replace(' ', '_')))),
            description: "1 = what this node depends on works; without the object store a node is degraded");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _states = await _readiness.States(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Interval, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<int>> Ready()
    {
        // Nobody knows before the first look.
        if (_states.Count > 0)
            yield return new(!_readiness.IsDraining && _states.All(state => state.Fault is null || !state.Of.IsRequired) ? 1 : 0);
    }
}
