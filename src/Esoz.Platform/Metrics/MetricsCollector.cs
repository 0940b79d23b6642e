using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Esoz.Platform.Metrics;

/// <summary>
/// Listens to the meters that operators look at: everything on meter <c>Esoz</c>, the runtime, and the pool of the database driver.
/// Observable instruments are asked when the text is read.
/// </summary>
public sealed class MetricsCollector : IDisposable
{
    private readonly ConcurrentDictionary<Instrument, Metric> _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;
    private readonly ILogger _log;
    private readonly Lock _reading = new();

    /// <param name="meters">The factory of this server: meters of another server in the same process are not ours.</param>
    /// <param name="log">Told when an instrument cannot be observed.</param>
    public MetricsCollector(IMeterFactory meters, ILogger<MetricsCollector> log)
    {
        _log = log;
        _meters = meters;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument))
                listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument, static published => new Metric(published)));
        };
        _listener.MeasurementsCompleted = (instrument, state) => _metrics.TryRemove(new(instrument, (Metric)state!));
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, metric) => ((Metric)metric!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, metric) => ((Metric)metric!).Measure((double)value, tags));
        _listener.Start();
    }

    /// <summary>All metrics of this moment in the text format of Prometheus.</summary>
    public string Read()
    {
        lock (_reading)
        {
            foreach (var metric in _metrics.Values.Where(metric => metric.Instrument.IsObservable))
                metric.Forget();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException fault)
            {
                // The other instruments have been observed all the same.
                _log.LogWarning(fault, "Some instruments cannot be observed");
            }
            return PrometheusText.Of(_metrics.Values);
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Of the driver only what is observed: its own timings cost something on every command.</summary>
    private bool IsWanted(Instrument instrument) => instrument.Meter.Name switch
    {
        "Esoz" => instrument.Meter.Scope is null || instrument.Meter.Scope == _meters,
        "System.Runtime" => true,
        "Npgsql" => instrument.IsObservable,
        _ => false,
    };
}
