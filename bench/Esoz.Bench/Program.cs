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
if (args is not [var name, .. var rest] || !benches.TryGetValue(name, out var run) || !Load.TryParse(rest, out var load))
{
    await Console.Error.WriteLineAsync($"Usage: ./esoz bench NAME [--connections 32] [--seconds 5] [--rounds 5]\nNAME: {known}");
    return args is ["--help"] ? 0 : 2;
}
await using var installation = await BenchInstallation.Start();
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
