using System.Diagnostics;
using Esoz.Bench;

if (args is [ConstantServer.Command, var url, var answer])
    return await ConstantServer.Run(url, answer);

Dictionary<string, Func<BenchInstallation, Load, Task>> benches = new()
{
    [SnapshotBench.Name] = SnapshotBench.Run,
    [CreateCompositionBench.Name] = CreateCompositionBench.Run,
    [SignCompositionBench.Name] = SignCompositionBench.Run,
    [ServeSnapshotBench.Name] = ServeSnapshotBench.Run,
    [SignInStormBench.Name] = SignInStormBench.Run,
    [PagesBench.Name] = PagesBench.Run,
    [StartBench.Name] = StartBench.Run,
};
foreach (var comparison in new[] { DeactivateEmployeeRoleBench.Comparison, CreateContractEmployeeBench.Comparison,
    JobStatusBench.Comparison, ListEmployeeRolesBench.Comparison, GenerateUrlBench.Comparison,
    SignInTokensBench.Comparison })
    benches.Add(comparison.Name, comparison.Run);

var known = string.Join(", ", benches.Keys.Order());
if (args is not [var name, .. var rest] || (name != "all" && !benches.ContainsKey(name)) || !Load.TryParse(rest, out var load))
{
    await Console.Error.WriteLineAsync($"""
        Usage: ./esoz bench NAME [--connections 32] [--seconds 5] [--rounds 5] [--peers]
        NAME: {known}; or all, which also writes bench/results/DATE.json
        """);
    return args is ["--help"] ? 0 : 2;
}
var began = Stopwatch.GetTimestamp();
try
{
    foreach (var bench in name == "all" ? [.. benches.Keys] : new[] { name })
    {
        if (name == "all")
            Console.WriteLine($"== {bench}");
        Figures.Bench = bench;
        await using var installation = await BenchInstallation.Start();
        await benches[bench](installation, load);
    }
    if (name == "all")
    {
        var file = Path.Combine(SourceTree.Root, "bench", "results", $"{DateTime.UtcNow:yyyy-MM-dd}.json");
        await Figures.Write(file, Stopwatch.GetElapsedTime(began));
        Console.WriteLine($"\n{Figures.Table()}\n\n{file}, {Stopwatch.GetElapsedTime(began).TotalMinutes:F1} minutes");
    }
    return 0;
}
catch (InvalidOperationException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
