using System.Globalization;
using Esoz.Tests.Compositions;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Telemetry;

/// <summary>
/// What <c>/metrics</c> of a worker reports about the queue. The worker runs in its own process, so its numbers are its own.
/// </summary>
public sealed class QueueMetricsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Depth and age of the queue, attempts and durations, by type of task")]
    public async Task Queue()
    {
        var (done, waits) = (await CompositionCase.Disability(registry), await CompositionCase.Disability(registry));
        var job = (await done.Create()).Succeeded().Data.GetProperty("id").GetGuid();
        (await waits.Create()).Succeeded();
        // Due for an hour, but another task of its subject is running elsewhere.
        await registry.Execute("UPDATE background_tasks SET run_at = now() - interval '1 hour' WHERE key = $1", waits.Subject);
        await registry.Execute("""
            INSERT INTO background_tasks (type, key, payload, status, attempts, locked_by, locked_until)
            VALUES ('CREATE_COMPOSITION', $1, '{}', 'RUNNING', 1, 'elsewhere', now() + interval '1 hour')
            """, waits.Subject);

        using var worker = await ServerProcess.Serve(EsozProcess.Production(registry.ConnectionString, registry.DataDirectory), "--roles", "worker");
        using var http = new HttpClient { BaseAddress = worker.Url };
        Assert.Equal("DONE", (await done.Ended(job)).Data.GetProperty("status").GetString());
        string[] metrics = [];
        await Eventually.Holds(async () =>
        {
            metrics = (await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');
            return Value("esoz_queue_depth", "CREATE_COMPOSITION") == 1 && Value("esoz_task_attempts_total", "CREATE_COMPOSITION") == 1;
        }, () => string.Join('\n', metrics));

        Assert.InRange(Value("esoz_queue_oldest_age_seconds", "CREATE_COMPOSITION"), 3600, 3600 + (5 * Eventually.Limit.TotalSeconds));
        Assert.Equal((0, 0), (Value("esoz_queue_depth", "SIGN_COMPOSITION"), Value("esoz_queue_oldest_age_seconds", "SIGN_COMPOSITION")));
        Assert.Contains(metrics, line => line.StartsWith("esoz_task_attempts_total{", StringComparison.Ordinal)
            && line.Contains("outcome=\"done\"", StringComparison.Ordinal));
        Assert.Equal(1, Value("esoz_task_duration_seconds_count", "CREATE_COMPOSITION"));

        double Value(string name, string type) => metrics
            .Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal)
                && line.Contains($"type=\"{type}\"", StringComparison.Ordinal))
            .Select(line => double.Parse(line[line.LastIndexOf(' ')..], CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).Single();
    }

    [Fact(DisplayName = "A node without a worker reports the queue too, so that the alert fires where no worker runs at all")]
    public async Task WithoutWorker()
    {
        await registry.Execute("""
            INSERT INTO background_tasks (type, key, payload, status, run_at)
            VALUES ('CANCEL_COMPOSITION', $1, '{}', 'QUEUED', now() - interval '1 hour')
            """, Guid.NewGuid());
        using var node = await ServerProcess.Serve(EsozProcess.Production(registry.ConnectionString, registry.DataDirectory), "--roles", "api");
        using var http = new HttpClient { BaseAddress = node.Url };
        var metrics = "";

        await Eventually.Holds(async () =>
        {
            metrics = await http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            return System.Text.RegularExpressions.Regex.IsMatch(
                metrics, @"esoz_queue_oldest_age_seconds\{[^}]*type=""CANCEL_COMPOSITION""[^}]*\} 3\d{3}");
        }, () => metrics);
    }
}
