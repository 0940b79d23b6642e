using System.Diagnostics;
using System.Net;
using static System.FormattableString;

namespace Esoz.Bench;

/// <summary>
/// What a start costs on a database that exists, and what a node costs that nobody uses: time until it is ready, transactions of the
/// database until then, memory, processor time. <c>ESOZ_BENCH_PROGRAM</c> names another program than the one that was built, such as the
/// one in a package.
/// </summary>
public static class StartBench
{
    public const string Name = "start";

    /// <summary>After this a node has done what it does once.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    public static async Task Run(BenchInstallation installation, Load load)
    {
        List<double> ready = [];
        // The first start loads the demo and is not counted.
        for (var round = 0; round <= load.Rounds; round++)
        {
            var (took, program) = await Start(installation);
            using (program)
            {
                await Console.Error.WriteLineAsync(Invariant($"{(round == 0 ? "warm-up" : $"round {round}")}: ready in {took.TotalSeconds:F3} s"));
                if (round > 0)
                    ready.Add(took.TotalSeconds);
                if (round == load.Rounds)
                    await Look(program);
                program.Kill();
                await program.WaitForExitAsync();
            }
        }
        Figures.Add("start", Comparison.Median(ready), "s",
            Invariant($"until ready, median of {load.Rounds} ({ready.Min():F3} … {ready.Max():F3} s); target 0.6 s, of a package 0.35 s"));
    }

    private static async Task Look(Process program)
    {
        await Task.Delay(Settled);
        var memory = ResidentSet.Now(program.Id);
        program.Refresh();
        var before = program.TotalProcessorTime;
        await Task.Delay(Idle);
        program.Refresh();
        Figures.Add("memory", memory / 1e6, "MB", "resident; target 110 MB");
        Figures.Add("idle", (program.TotalProcessorTime - before) / Idle * 100, "%", "of a processor, PostgreSQL not counted; target 0.5 %");
    }

    private static async Task<(TimeSpan, Process)> Start(BenchInstallation installation)
    {
        var url = BenchInstallation.FreeUrl();
        var file = Environment.GetEnvironmentVariable("ESOZ_BENCH_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "esoz");
        var started = Stopwatch.GetTimestamp();
        var program = Process.Start(new ProcessStartInfo(file, ["serve", "--urls", url])
        {
            Environment =
            {
                ["ESOZ_DATABASE"] = installation.Connection.ConnectionString,
                ["ESOZ_DATA_DIR"] = installation.DataDirectory,
                ["ESOZ_MODE"] = Environment.GetEnvironmentVariable("ESOZ_MODE") ?? "sandbox",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        program.OutputDataReceived += static (_, _) => { };
        program.ErrorDataReceived += static (_, _) => { };
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"{url}/healthz/ready"));
                if (answer.StatusCode == HttpStatusCode.OK)
                    return (Stopwatch.GetElapsedTime(started), program);
            }
            catch (HttpRequestException) when (!program.HasExited && Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                // It does not listen yet.
            }
            await Task.Delay(2);
        }
    }
}
