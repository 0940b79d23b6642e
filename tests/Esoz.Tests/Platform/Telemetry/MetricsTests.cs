using System.Globalization;
using System.Text.RegularExpressions;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>What <c>/metrics</c> reports about a running server.</summary>
public sealed partial class MetricsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Requests are counted by method id and status and timed by method id; unknown routes are one series")]
    public async Task Requests()
    {
        var token = await registry.Given.Token(await registry.Given.Provider(), "employee_role:write");
        for (var i = 0; i < 3; i++)
            await registry.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", token);
        await registry.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate");
        var unknown = await Value("""esoz_requests_total{method_id="unknown",status="404"}""");
        await registry.Send("GET", "/api/persons/3000000001");
        await registry.Send("GET", "/api/other");

        var text = await Read();

        Assert.Contains("""esoz_requests_total{method_id="API-005-007-004-0127",status="404"} 3""", text);
        Assert.Contains("""esoz_requests_total{method_id="API-005-007-004-0127",status="401"} 1""", text);
        Assert.Contains(FormattableString.Invariant($$"""esoz_requests_total{method_id="unknown",status="404"} {{unknown + 2}}"""), text);
        Assert.Contains("""esoz_request_duration_seconds_count{method_id="API-005-007-004-0127"} 4""", text);
        Assert.Contains("""esoz_request_duration_seconds_bucket{method_id="API-005-007-004-0127",le="+Inf"} 4""", text);
        Assert.Contains("esoz_requests_in_flight{} 0", text);
        Assert.DoesNotContain(text, line => line.Contains("3000000001", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "The metrics of pool and runtime are exported; the pool's name is not a connection string")]
    public async Task RuntimeAndPool()
    {
        var text = await Read();

        Assert.Contains(
            text, line =>
            line.StartsWith("""db_client_connection_count{db_client_connection_pool_name="esoz",db_client_connection_state="used"}""",
                StringComparison.Ordinal));
        Assert.Contains(
            text, line => line.StartsWith("""db_client_connection_max{db_client_connection_pool_name="esoz"}""", StringComparison.Ordinal));
        foreach (var name in new[] { "dotnet_gc_collections_total", "dotnet_gc_last_collection_heap_size_bytes",
            "dotnet_process_memory_working_set_bytes", "dotnet_process_cpu_time_seconds_total" })
            Assert.Contains(text, line => line.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Observed values are those of the moment, not sums of the readings")]
    public async Task Observed()
    {
        var first = await Value("dotnet_process_cpu_count{}");

        Assert.Equal(Environment.ProcessorCount, first);
        Assert.Equal(first, await Value("dotnet_process_cpu_count{}"));
    }

    [Fact(DisplayName = "Every line is well-formed, every family has one HELP and one TYPE before its samples, buckets add up")]
    public async Task Format()
    {
        await registry.Send("GET", "/api/nothing");
        var lines = await Read();

        var families = lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[2]).ToList();
        Assert.Equal(families.Distinct(), families);
        string family = "";
        var buckets = new List<double>();
        foreach (var line in lines)
        {
            if (line[0] == '#')
            {
                family = line.Split(' ')[2];
                continue;
            }
            var sample = Sample().Match(line);
            Assert.True(sample.Success, line);
            Assert.StartsWith(family, sample.Groups["name"].Value, StringComparison.Ordinal);
            if (sample.Groups["name"].Value.EndsWith("_bucket", StringComparison.Ordinal))
                buckets.Add(Number(sample));
            else if (sample.Groups["name"].Value.EndsWith("_sum", StringComparison.Ordinal))
                Assert.Equal(buckets.Order(), buckets);
            else if (buckets.Count > 0)
            {
                Assert.Equal(buckets[^1], Number(sample));
                buckets.Clear();
            }
        }

        static double Number(Match sample) => double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture);
    }

    private async Task<double> Value(string name) =>
        (await Read()).Where(line => line.StartsWith($"{name} ", StringComparison.Ordinal))
            .Select(line => double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture)).SingleOrDefault();

    private async Task<List<string>> Read()
    {
        var answer = await registry.Send("GET", "/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", string.Join("; ", answer.ContentHeaders.GetValues("Content-Type")));
        Assert.EndsWith("\n", answer.Text, StringComparison.Ordinal);
        return [.. answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"
        + @"\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\.)*""(,[a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\.)*"")*)?\} (?<value>\S+)$")]
    private static partial Regex Sample();
}
