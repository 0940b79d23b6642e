using System.Text.RegularExpressions;
using Esoz.Tests.Compositions;
using Esoz.Tests.Guards;
using Esoz.Tests.Platform.Telemetry.Alerts;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>
/// Dashboards and alerts depend on names: <c>metrics.txt</c> next to this file lists every family of <c>/metrics</c> with its type, labels,
/// bucket bounds and help. A family that begins with <c>?</c> may be missing: the runtime reports it when it first happens.
/// </summary>
public sealed partial class MetricFamiliesTests(Registry registry) : IClassFixture<Registry>
{
    private const string List = "tests/Esoz.Tests/Platform/Telemetry/metrics.txt";

    [Fact(DisplayName = "After requests, jobs, snapshots and a download /metrics has exactly the listed families")]
    public async Task Families()
    {
        var text = await Scrape();

        var (families, listed) = (FamiliesIn(text), File.ReadAllLines(SourceTree.PathOf(List)));

        Assert.Empty(listed.Where(line => !line.StartsWith('?')).Except(families));
        Assert.Empty(families.Except(listed.Select(line => line.TrimStart('?'))));
        Assert.DoesNotMatch("Host=|Username=|/tmp/|\\.PGSQL|localhost|127\\.0\\.0\\.1", text);
    }

    [Fact(DisplayName = "promtool finds no fault in the names of /metrics, but for the four of libraries that are deprecated")]
    public async Task Names()
    {
        using var server = await ServerProcess.Serve(EsozProcess.Production(registry.ConnectionString, registry.DataDirectory), "--roles", "api");
        using var http = new HttpClient { BaseAddress = server.Url };
        var text = "";
        await Eventually.Holds(async () =>
            (text = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Contains("esoz_node_ready", StringComparison.Ordinal));

        var (_, complaints) = await Prometheus.Tool(["check", "metrics"], text);

        Assert.Equal(["db_client_connection_count", "dotnet_assembly_count", "dotnet_process_cpu_count", "dotnet_timer_count"],
            complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
    }

    /// <summary>The metrics of a program in its own process that has exercised everything.</summary>
    private async Task<string> Scrape()
    {
        var composition = await CompositionCase.Disability(registry);
        var job = (await composition.Create()).Succeeded().Data.GetProperty("id").GetGuid();
        var key = await registry.Given.ApiKey("PIS", "employee_bulk:read_pis");
        using var server = await ServerProcess.Serve(EsozProcess.Production(registry.ConnectionString, registry.DataDirectory));
        using var http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Add("api-key", key);
        var ct = TestContext.Current.CancellationToken;
        Assert.Equal("DONE", (await composition.Ended(job)).Data.GetProperty("status").GetString());
        var text = "";
        string[] awaited =
        [
            "esoz_bulk_served_bytes_total", "esoz_task_duration_seconds", "esoz_bulk_snapshot_age_seconds", "esoz_queue_depth",
            "dotnet_gc_collections_total",
        ];
        await Eventually.Holds(async () =>
        {
            using var download = await http.GetAsync("/api/pis/bulk/employees", ct);
            await download.Content.ReadAsByteArrayAsync(ct);
            text = await http.GetStringAsync("/metrics", ct);
            return awaited.All(name => text.Contains(name, StringComparison.Ordinal));
        }, () => text + server.Errors);
        return text;
    }

    /// <summary>One line per family, ordered by name.</summary>
    private static List<string> FamiliesIn(string text) =>
        [.. from type in TypeLine().Matches(text)
            let name = type.Groups["name"].Value
            let samples = Regex.Matches(text, $@"^{name}(?<part>_bucket|_sum|_count)?(\{{(?<labels>.*)\}})? \S+$", RegexOptions.Multiline)
            let labels = samples.SelectMany(sample => Label().Matches(sample.Groups["labels"].Value)).ToList()
            let names = labels.Select(label => label.Groups["name"].Value).Where(label => label != "le").Distinct()
            let bounds = labels.Where(label => label.Groups["name"].Value == "le").Select(label => label.Groups["value"].Value).Distinct()
            let help = Regex.Match(text, $"^# HELP {name} (.*)$", RegexOptions.Multiline).Groups[1].Value
            orderby name
            select $"{name} {type.Groups["type"].Value}"
                + $" {{{string.Join(',', names.Order(StringComparer.Ordinal))}}}"
                + $" [{string.Join(' ', bounds)}] {help}"];

    [GeneratedRegex(@"^# TYPE (?<name>\S+) (?<type>\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
