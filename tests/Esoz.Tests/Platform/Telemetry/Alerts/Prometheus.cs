using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Telemetry.Alerts;

/// <summary>
/// A real Prometheus with the rules that are delivered, in which what takes minutes takes seconds. Without the program (Debian: prometheus)
/// its tests are skipped.
/// </summary>
internal sealed partial class Prometheus : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("esoz-prometheus-");
    private readonly HttpClient _http;
    private readonly Process _process;

    private Prometheus(string program, IEnumerable<Uri> nodes)
    {
        File.WriteAllText(PathOf("esoz.rules.yml"), Hurried(SourceTree.Read("deploy/prometheus/esoz.rules.yml")));
        File.WriteAllText(PathOf("prometheus.yml"), $"""
            global:
              scrape_interval: 500ms
              scrape_timeout: 500ms
              evaluation_interval: 500ms
            rule_files:
              - esoz.rules.yml
            scrape_configs:
              - job_name: esoz
                static_configs:
                  - targets: [{string.Join(", ", nodes.Select(node => $"'{node.Authority}'"))}]
            """);
        var address = FreeAddress();
        _http = new HttpClient { BaseAddress = new($"http://{address}") };
        _process = Process.Start(new ProcessStartInfo(program,
        [
            $"--config.file={PathOf("prometheus.yml")}", $"--storage.tsdb.path={PathOf("data")}", $"--web.listen-address={address}",
            "--log.level=error",
        ]))!;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Path of a program of the package; the calling test is skipped where it is not installed.</summary>
    public static string Program(string name = "prometheus")
    {
        var program = new[] { "/usr/bin", "/usr/local/bin" }.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "needs Prometheus (prometheus)");
        return program;
    }

    /// <param name="nodes">Nodes that it scrapes.</param>
    public static async Task<Prometheus> Start(params IEnumerable<Uri> nodes)
    {
        var started = new Prometheus(Program(), nodes);
        await Eventually.Holds(started.IsReady, () => "Prometheus does not start.");
        return started;
    }

    /// <summary>Runs <c>promtool</c>.</summary>
    public static async Task<(int Exit, string Output)> Tool(string[] arguments, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(Program("promtool"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var texts = Task.WhenAll(process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = string.Concat(await texts);
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, output);
    }

    /// <summary>Waits until alerts fire, and describes in the output what else does.</summary>
    public Task Fires(params string[] alerts) => Becomes(firing => alerts.All(firing.Contains), $"{string.Join(", ", alerts)} do not fire");

    /// <summary>Waits until none of the alerts fires.</summary>
    public Task Resolves(params string[] alerts) => Becomes(firing => !alerts.Any(firing.Contains), $"{string.Join(", ", alerts)} still fire");

    /// <summary>Names of the alerts that fire.</summary>
    public async Task<IReadOnlySet<string>> Firing()
    {
        using var answer = JsonDocument.Parse(await _http.GetStringAsync("/api/v1/alerts", Ct));
        return answer.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray()
            .Where(alert => alert.GetProperty("state").GetString() == "firing")
            .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!).ToHashSet();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>The rules with shorter times: what they compare stays.</summary>
    internal static string Hurried(string rules) => AuditAge().Replace(
        Offset().Replace(Window().Replace(For().Replace(rules, "for: 1s"), "[5s]"), "offset 5s"), "> 90");

    private async Task Becomes(Func<IReadOnlySet<string>, bool> condition, string otherwise)
    {
        IReadOnlySet<string> firing = new HashSet<string>();
        await Eventually.Holds(async () => condition(firing = await Firing()), () => $"{otherwise}; these fire: {string.Join(", ", firing)}");
    }

    private async Task<bool> IsReady()
    {
        Assert.False(_process.HasExited, "Prometheus ended.");
        try
        {
            using var answer = await _http.GetAsync("/-/ready", Ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string PathOf(string file) => Path.Combine(_directory.FullName, file);

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"{listener.LocalEndpoint}";
    }

    [GeneratedRegex(@"for: \w+")]
    private static partial Regex For();

    [GeneratedRegex(@"\[\d+m\]")]
    private static partial Regex Window();

    [GeneratedRegex(@"offset \d+m")]
    private static partial Regex Offset();

    /// <summary>Seals are made every minute.</summary>
    [GeneratedRegex("> 900")]
    private static partial Regex AuditAge();
}
