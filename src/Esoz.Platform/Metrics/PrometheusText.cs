using System.Globalization;
using System.Text;

namespace Esoz.Platform.Metrics;

/// <summary>Writes metrics in the text exposition format of Prometheus, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>One family after the other in the order of their names; instruments of one name share a family.</summary>
    public static string Of(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (var family in metrics.Where(metric => metric.Series.Any()).GroupBy(metric => metric.Name).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            var first = family.First();
            text.Append(CultureInfo.InvariantCulture, $"# HELP {first.Name} {InHelp(first.Instrument.Description ?? first.Instrument.Name)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {first.Name} {first.Type}\n");
            foreach (var metric in family)
            {
                foreach (var (tags, series) in metric.Series)
                    Write(text, metric, Labels(tags), series);
            }
        }
        return text.ToString();
    }

    private static void Write(StringBuilder text, Metric metric, string labels, Series series)
    {
        if (metric.Type != "histogram")
        {
            Line(text, metric.Name, labels, series.Sum);
            return;
        }
        long count = 0;
        for (var i = 0; i < series.Buckets.Length; i++)
        {
            count += Interlocked.Read(ref series.Buckets[i]);
            var bound = i < metric.Bounds.Length ? Number(metric.Bounds[i]) : "+Inf";
            Line(text, $"{metric.Name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", count);
        }
        Line(text, $"{metric.Name}_sum", labels, series.Sum);
        Line(text, $"{metric.Name}_count", labels, count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(Tags tags) => string.Join(',', tags.All.Select(tag =>
        $"{PrometheusName.OfLabel(tag.Key)}=\"{InLabel(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\""));

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string InHelp(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string InLabel(string text) => InHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
