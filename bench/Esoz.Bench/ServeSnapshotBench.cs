using Esoz.Platform.Access;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// Sending a snapshot of 300 MB to eight clients concurrently, uncompressed and compressed, and answering 304. The floor is nginx sending
/// the same bytes from a file, without keys or envelopes.
/// </summary>
public static class ServeSnapshotBench
{
    public const string Name = "serve-snapshot";

    private const int Employees = 375_000;
    private const int Clients = 8;
    private const int SlowReaders = 60;
    private const string Path = "/api/pis/bulk/employees";
    private static readonly Guid Pis = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000003");

    public static async Task Run(BenchInstallation installation, Load load)
    {
        await Console.Error.WriteLineAsync("Preparing a snapshot of 300 MB …");
        await installation.Prepare(SnapshotBench.EmployeesSql(Employees));
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Pis, "PIS", null, null, "DIRECT", null), CancellationToken.None);
        var key = await registrar.IssueKey(Pis, TimeSpan.FromHours(1), CancellationToken.None);
        using (var build = installation.StartProgram("snapshot", "run", "employees"))
        {
            var output = build.StandardOutput.ReadToEndAsync();
            var errors = build.StandardError.ReadToEndAsync();
            await build.WaitForExitAsync();
            if (build.ExitCode != 0)
                throw new InvalidOperationException($"snapshot run failed: {await errors}{await output}");
        }
        await installation.Serve();

        // nginx gets exactly the bytes that the program sends.
        using var http = new HttpClient { DefaultRequestHeaders = { { "api-key", key } } };
        using var nginx = await Nginx.Start();
        var tag = await Save(http, "identity", nginx.PathOf("identity.json"));
        await Save(http, "gzip", nginx.PathOf("stored.json.gz"));
        var nginxTag = await Nginx.TagOf("identity.json");

        await ReadSlowly(key!);
        Figures.Add($"{SlowReaders} slow readers", installation.PeakMemory / 1e6, "MB",
            "at the most, the start and the making of the local files included");
        await Compare("identity, 8 clients", 1.0, load, Megabytes, Script(key, "identity", null),
            new Load(Clients, load.Seconds, load.Rounds), Nginx.Url("identity.json"), "");
        await Compare("gzip, 8 clients", 0.9, load, Megabytes, Script(key, "gzip", null), new Load(Clients, load.Seconds, load.Rounds),
            Nginx.Url("stored.json.gz"), "");
        await Compare(
            "304", null, load, Requests, Script(key, "identity", tag), load, Nginx.Url("identity.json"), Header("If-None-Match", nginxTag));
    }

    /// <summary>Readers of every format that have read a little and then pause.</summary>
    private static async Task ReadSlowly(string key)
    {
        using var http = new HttpClient { DefaultRequestHeaders = { { "api-key", key } } };
        var answers = await Task.WhenAll(Enumerable.Range(0, SlowReaders).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, BenchInstallation.Url + Path);
            request.Headers.Add("Accept-Encoding", i % 2 == 0 ? "gzip" : "identity");
            request.Headers.Add("Accept", i % 4 < 2 ? "application/json" : "application/x-ndjson");
            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[1_000_000]);
            return answer;
        }));
        await Task.Delay(TimeSpan.FromSeconds(3));
        foreach (var answer in answers)
            answer.Dispose();
    }

    private static async Task Compare(string what, double? target, Load load, Func<WrkResult, double> measure,
        string script, Load connections,
        string floorUrl, string floorScript)
    {
        List<double> program = [], floor = [];
        for (var round = 0; round <= load.Rounds; round++)
        {
            var sent = measure(await new Wrk(script, connections).Run(BenchInstallation.Url + Path));
            var limit = measure(await new Wrk(floorScript, connections).Run(floorUrl));
            await Console.Error.WriteLineAsync(
                Invariant(
                    $"{what}, {(round == 0 ? "warm-up" : $"round {round}")}: program {sent:F0}, nginx {limit:F0}, ratio {sent / limit:F2}"));
            if (round == 0)
                continue;
            program.Add(sent);
            floor.Add(limit);
        }
        var unit = target is null ? "/s" : "MB/s";
        Figures.Add(what, Comparison.Median(program), unit);
        Figures.Add($"{what}, nginx", Comparison.Median(floor), unit);
        Figures.Add($"{what}, ratio", Comparison.MedianRatio(program, floor), "",
            target is null ? "target 70,000 requests/s behind authentication" : Invariant($"target {target:F1}"));
    }

    private static async Task<string> Save(HttpClient http, string coding, string file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, BenchInstallation.Url + Path);
        request.Headers.Add("Accept-Encoding", coding);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var target = File.Create(file);
        await answer.Content.CopyToAsync(target);
        return answer.Headers.ETag!.ToString();
    }

    private static string Script(string? key, string coding, string? tag) =>
        Header("api-key", key!) + Header("Accept-Encoding", coding) + (tag is null ? "" : Header("If-None-Match", tag));

    private static string Header(string name, string value) => $"wrk.headers[\"{name}\"] = '{value}'\n";

    private static double Megabytes(WrkResult result) => result.BytesPerSecond / 1e6;

    private static double Requests(WrkResult result) => result.RequestsPerSecond;
}
