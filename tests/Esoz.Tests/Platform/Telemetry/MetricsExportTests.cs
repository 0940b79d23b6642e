using System.Diagnostics.Metrics;
using System.Text;
using Esoz.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>How instruments are exported as text for Prometheus.</summary>
public sealed class MetricsExportTests : IDisposable
{
    private readonly ServiceProvider _services =
        new ServiceCollection().AddMetrics().AddLogging().AddMetricsExport().BuildServiceProvider();
    private readonly RequestDelegate _scrape;
    private readonly Meter _meter;

    public MetricsExportTests()
    {
        var app = new ApplicationBuilder(_services);
        app.UseMetrics(_services.GetRequiredService<MeterProvider>());
        _scrape = app.Build();
        _meter = _services.GetRequiredService<IMeterFactory>().Create("Esoz");
    }

    [Fact(DisplayName = "A histogram counts a value in the first bucket that holds it, bounds included")]
    public void Buckets()
    {
        var histogram = _meter.CreateHistogram("test.size", "By", "Sizes", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [1, 10],
        });
        foreach (var value in new[] { 0.5, 1, 1.5, 10, 11 })
            histogram.Record(value);

        Assert.Contains("""
            # TYPE test_size_bytes histogram
            # HELP test_size_bytes Sizes
            test_size_bytes_bucket{le="1"} 2
            test_size_bytes_bucket{le="10"} 4
            test_size_bytes_bucket{le="+Inf"} 5
            test_size_bytes_sum{} 24
            test_size_bytes_count{} 5

            """, Scrape(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Quotes, backslashes and line breaks are escaped in labels, the last two in help")]
    public void Escapes()
    {
        _meter.CreateCounter<int>("test.odd", description: "Back\\slash\nand \"quote\"")
            .Add(2, new KeyValuePair<string, object?>("the.tag", "a\"b\\c\nd"));

        Assert.Contains("# TYPE test_odd_total counter\n# HELP test_odd_total Back\\\\slash\\nand \"quote\"\n"
            + "test_odd_total{the_tag=\"a\\\"b\\\\c\\nd\"} 2\n",
            Scrape(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An observed series that is no longer reported is removed")]
    public void Observed()
    {
        IEnumerable<Measurement<long>> seen = [new(3, Tag("a")), new(5, Tag("b"))];
        _meter.CreateObservableUpDownCounter("test.pool", () => seen);
        Assert.Equal(["test_pool{name=\"a\"} 3", "test_pool{name=\"b\"} 5"], Series());

        seen = [new(4, Tag("b"))];

        Assert.Equal(["test_pool{name=\"b\"} 4"], Series());

        IEnumerable<string> Series() => Scrape().Split('\n').Where(line => line.StartsWith("test_pool", StringComparison.Ordinal)).Order();
        static KeyValuePair<string, object?> Tag(string name) => new("name", name);
    }

    [Fact(DisplayName = "An instrument that cannot be observed does not hide the others")]
    public void Failing()
    {
        _meter.CreateObservableGauge("test.bad", int () => throw new InvalidOperationException("no"));
        _meter.CreateObservableGauge("test.good", () => 7);

        Assert.Contains("test_good{} 7\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Of the meters Esoz only those of this server are collected: a process may hold several servers. Other meters are not")]
    public void Meters()
    {
        using var ofAnother = new Meter("Esoz");
        using var foreign = new Meter("Somebody");
        _meter.CreateCounter<long>("test.own").Add(1);
        ofAnother.CreateCounter<long>("test.another").Add(1);
        foreign.CreateCounter<long>("test.foreign").Add(1);

        var text = Scrape();

        Assert.Contains("test_own_total{} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("test_another", text, StringComparison.Ordinal);
        Assert.DoesNotContain("test_foreign", text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A measurement of a known series allocates nothing, and none is lost among threads")]
    public void Cheap()
    {
        var counter = _meter.CreateCounter<long>("test.hot");
        var histogram = _meter.CreateHistogram<double>("test.hot.time", "s");
        object status = 200;
        Measure(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Measure(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Parallel.For(0, 8, _ => Measure(1000));
        var text = Scrape();
        Assert.Contains("test_hot_total{method_id=\"m\",status=\"200\"} 10000\n", text, StringComparison.Ordinal);
        Assert.Contains("test_hot_time_seconds_count{method_id=\"m\"} 10000\n", text, StringComparison.Ordinal);

        void Measure(int times)
        {
            var method = new KeyValuePair<string, object?>("method_id", "m");
            for (var i = 0; i < times; i++)
            {
                counter.Add(1, method, new("status", status));
                histogram.Record(0.002, method);
            }
        }
    }

    public void Dispose() => _services.Dispose();

    private string Scrape()
    {
        using var text = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = _services,
            Request = { Method = "GET", Path = "/metrics" },
            Response = { Body = text },
        };
        _scrape(context).GetAwaiter().GetResult();
        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
