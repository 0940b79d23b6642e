using System.Diagnostics.Metrics;

namespace Esoz.Platform.Metrics;

/// <summary>Names of Prometheus for those of OpenTelemetry: underscores for dots, the unit as a suffix, <c>_total</c> for counters.</summary>
internal static class PrometheusName
{
    public static string Of(Instrument instrument, string type)
    {
        var name = OfLabel(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    public static string OfLabel(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
