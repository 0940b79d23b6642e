using Esoz.Bench;

if (args is [ConstantServer.Command, var url, var answer])
    return await ConstantServer.RunAsync(url, answer);

Dictionary<string, Func<BenchInstallation, Load, Task>> benches = new()
{
    [SnapshotBench.Name] = SnapshotBench.RunAsync,
    [CreateCompositionBench.Name] = CreateCompositionBench.RunAsync,
    [SignCompositionBench.Name] = SignCompositionBench.RunAsync,
    [ServeSnapshotBench.Name] = ServeSnapshotBench.RunAsync,
};
foreach (var comparison in new[] { DeactivateEmployeeRoleBench.Comparison, CreateContractEmployeeBench.Comparison,
    JobStatusBench.Comparison, ListEmployeeRolesBench.Comparison, GenerateUrlBench.Comparison })
    benches.Add(comparison.Name, comparison.RunAsync);

var known = string.Join(", ", benches.Keys.Order());
if (args is not [var name, .. var rest] || !benches.TryGetValue(name, out var run) || !Load.TryParse(rest, out var load))
{
    await Console.Error.WriteLineAsync($"Usage: ./esoz bench NAME [--connections 32] [--seconds 5] [--rounds 5]\nNAME: {known}");
    return args is ["--help"] ? 0 : 2;
}
await using var installation = await BenchInstallation.StartAsync();
try
{
    await run(installation, load);
    return 0;
}
catch (InvalidOperationException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
