using Esoz.Bench;

IReadOnlyList<Comparison> comparisons = [DeactivateEmployeeRoleBench.Comparison, CreateContractEmployeeBench.Comparison, JobStatusBench.Comparison];

var known = string.Join(", ", comparisons.Select(comparison => comparison.Name));
if (args is not [var name, .. var rest] || comparisons.FirstOrDefault(comparison => comparison.Name == name) is not { } chosen || !Load.TryParse(rest, out var load))
{
    await Console.Error.WriteLineAsync($"Usage: ./esoz bench NAME [--connections 32] [--seconds 5] [--rounds 5]\nNAME: {known}");
    return args is ["--help"] ? 0 : 2;
}
await using var installation = await BenchInstallation.StartAsync();
try
{
    await chosen.RunAsync(installation, load);
    return 0;
}
catch (InvalidOperationException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
