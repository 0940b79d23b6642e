using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Platform.Http;
using Esoz.Platform.Telemetry;
using Esoz.Tests.Platform.Telemetry.Alerts;

namespace Esoz.Tests.Guards;

/// <summary>Metrics, alerts, runbooks and dashboards name each other: what one of them has, the others know.</summary>
public sealed partial class ObservabilityTests
{
    private const string Rules = "deploy/prometheus/esoz.rules.yml";
    private const string RuleTests = "deploy/prometheus/esoz.rules.test.yml";

    /// <summary>Families of /metrics, which MetricFamiliesTests compares with a running program.</summary>
    private static IReadOnlyList<(string Name, string Type, string[] Labels)> Families { get; } =
        [.. File.ReadLines(SourceTree.PathOf("tests/Esoz.Tests/Platform/Telemetry/metrics.txt"))
            .Select(line => line.TrimStart('?').Split(' ')).Select(words => (words[0], words[1], words[2].Trim('{', '}').Split(',')))];

    private static HashSet<string> Labels { get; } = [.. Families.SelectMany(it => it.Labels)];

    private static IReadOnlyList<string> Alerts { get; } =
        [.. AlertName().Matches(SourceTree.Read(Rules)).Select(it => it.Groups[1].Value)];

    [Fact(DisplayName = "Every alert has a section of its name in docs/runbooks.md, to which its runbook_url leads, and every section an alert")]
    public void Runbooks()
    {
        var text = SourceTree.Read("docs/runbooks.md");
        var sections = Section().Matches(text).ToDictionary(it => it.Groups[1].Value, it => it.Groups[2].Value);

        Assert.Equal(Alerts.Order(StringComparer.Ordinal), sections.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            Alerts.Select(alert => $"docs/runbooks.md#{alert.ToLowerInvariant()}"),
            RunbookUrl().Matches(SourceTree.Read(Rules)).Select(it => it.Groups[1].Value));
        Assert.All(sections.Values, section => Assert.All(["**Means.**", "**Look.**", "**Do.**"], part => Assert.Contains(part, section)));
    }

    [Fact(DisplayName = "Every alert is shown to fire, and not to fire, by the tests of the rules")]
    public void Tested()
    {
        var tests = AlertTest().Matches(SourceTree.Read(RuleTests))
            .Select(it => (Alert: it.Groups[1].Value, Fires: it.Groups[2].Length > 0)).ToList();

        Assert.Equal(Alerts.ToHashSet(), tests.Where(it => it.Fires).Select(it => it.Alert).ToHashSet());
        Assert.Empty(Alerts.Except(tests.Where(it => !it.Fires).Select(it => it.Alert)));
    }

    [Fact(DisplayName = "Every metric of rules and their tests is one of the program's, with labels that it has")]
    public void RulesKnowMetrics()
    {
        KnowsMetrics(SourceTree.Read(Rules));
        KnowsMetrics(SourceTree.Read(RuleTests));
    }

    [Fact(DisplayName = "Every metric of the program is in docs/operations.md, and every metric there is the program's")]
    public void Documented()
    {
        var text = SourceTree.Read("docs/operations.md");
        var start = text.IndexOf("### Metrics\n", StringComparison.Ordinal);
        var section = text[start..text.IndexOf("\n### ", start + 1, StringComparison.Ordinal)];
        var documented = MetricsIn(section).ToHashSet();

        Assert.Empty(Families.Select(it => it.Name).Where(name => !name.StartsWith("dotnet_", StringComparison.Ordinal)).Except(documented));
        Assert.Empty(documented.Except(Families.Select(it => it.Name)));
    }

    [Fact(DisplayName = "There are fewer pairs of method and rule than a family may have series")]
    public void Refusals() => Assert.InRange(
        Methods.All.Sum(card => card.Validations.Count + Gateway.ChecksOf(card).Count()) * 2, 1, MetricsExport.MaxRefusals);

    [Fact(DisplayName = "The slow methods of the alert are all but the downloads of the bulk export, which take as long as their readers do")]
    public void Downloads()
    {
        var without = new Regex($"^({SlowWithout().Match(SourceTree.Read(Rules)).Groups[1].Value})$");

        Assert.Equal(
            Methods.All.Where(card => card.Family == Family.PisBulk).Select(card => card.Id).Order(StringComparer.Ordinal),
            Methods.All.Select(card => card.Id).Where(id => without.IsMatch(id)).Order(StringComparer.Ordinal));
    }

    [Fact(DisplayName = "promtool finds the rules and the example of a configuration good, and the tests of the rules pass")]
    public async Task Promtool()
    {
        await Passes("check", "rules", SourceTree.PathOf(Rules));
        await Passes("check", "config", "--syntax-only", SourceTree.PathOf("deploy/prometheus/prometheus.yml"));
        await Passes("test", "rules", SourceTree.PathOf(RuleTests));
    }

    [Fact(DisplayName = "Every query of the dashboard names metrics of the program with labels that they have; panels lie side by side, with titles and units")]
    public void Dashboard()
    {
        using var dashboard = JsonDocument.Parse(SourceTree.Read("deploy/grafana/esoz.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(it => it.GetProperty("type").GetString() != "row").ToList();

        Assert.NotEmpty(panels);
        foreach (var panel in panels)
        {
            var title = panel.GetProperty("title").GetString();
            Assert.False(string.IsNullOrEmpty(title));
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString());
            Assert.True(panel.GetProperty("fieldConfig").GetProperty("defaults").TryGetProperty("unit", out _), title);
            var place = panel.GetProperty("gridPos");
            Assert.InRange(place.GetProperty("x").GetInt32() + place.GetProperty("w").GetInt32(), 1, 24);
            Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
            {
                var query = target.GetProperty("expr").GetString()!;
                Assert.NotEmpty(MetricsIn(query).Concat(Recorded(query)).Concat(OwnOfPrometheus().Matches(query).Select(it => it.Value)));
                KnowsMetrics(query);
                Assert.Empty(Recorded(query).Except(Recorded(SourceTree.Read(Rules))));
            }
        }
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("gridPos").GetRawText()).Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
    }

    /// <summary>Names of series: a histogram has three kinds.</summary>
    private static HashSet<string> Series { get; } = [.. Families.SelectMany(it => it.Type == "histogram" ? Parts(it.Name) : [it.Name])];

    private static string[] Parts(string histogram) => [$"{histogram}_bucket", $"{histogram}_sum", $"{histogram}_count"];

    private static IEnumerable<string> MetricsIn(string text) =>
        Metric().Matches(Comment().Replace(text, "")).Select(it => it.Value).Distinct().Except(Labels);

    private static void KnowsMetrics(string text)
    {
        Assert.Empty(MetricsIn(text).Except(Series));
        foreach (var selector in Selector().Matches(text).Where(it => Series.Contains(it.Groups[1].Value)))
        {
            var name = selector.Groups[1].Value;
            var labels = Families.Single(it => name == it.Name || (it.Type == "histogram" && Parts(it.Name).Contains(name))).Labels;
            Assert.Empty(Label().Matches(selector.Groups[2].Value).Select(it => it.Groups[1].Value).Except([.. labels, "job", "instance", "le"]));
        }
    }

    private static IEnumerable<string> Recorded(string text) => RecordedName().Matches(text).Select(it => it.Value).Distinct();

    private static async Task Passes(params string[] arguments)
    {
        var (exit, output) = await Prometheus.Tool(arguments);
        Assert.True(exit == 0, output);
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"runbook_url: (\S+)")]
    private static partial Regex RunbookUrl();

    [GeneratedRegex(@"^## (Esoz\w+)\n(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"alertname: (\w+)(?: \})?\n(\s+exp_alerts:)?")]
    private static partial Regex AlertTest();

    [GeneratedRegex(@"(?<![\w:.])(esoz|db_client|dotnet)_[a-z0-9_]+(?![\w:*])")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(\w+)\{([^{}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(\w+) ?[=!]")]
    private static partial Regex Label();

    [GeneratedRegex(@"esoz:[a-z0-9_:]+")]
    private static partial Regex RecordedName();

    [GeneratedRegex(@"method_id!~""([^""]+)""")]
    private static partial Regex SlowWithout();

    [GeneratedRegex(@"\b(ALERTS|up)\{")]
    private static partial Regex OwnOfPrometheus();

    [GeneratedRegex("#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
