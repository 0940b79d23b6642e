using System.Diagnostics;
using System.Text.Json;
using Esoz.Platform.Configuration;
using Esoz.Sandbox.Generate;

namespace Esoz.Cli.Commands;

/// <summary><c>generate</c>: fills the registry with synthetic data; sandbox only.</summary>
public static class GenerateCommand
{
    public static Command Create()
    {
        var employees = new Option<int>("--employees")
        {
            Required = true,
            Description = $"Number of employees, {SyntheticRegistry.MinEmployees} to {SyntheticRegistry.MaxEmployees}; the numbers of all other records follow from it.",
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Whole number from 0 on; the same seed gives the same ids and data.",
            DefaultValueFactory = _ => 1,
        };
        employees.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < SyntheticRegistry.MinEmployees or > SyntheticRegistry.MaxEmployees)
                result.AddError($"--employees must be between {SyntheticRegistry.MinEmployees} and {SyntheticRegistry.MaxEmployees}.");
        });
        seed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError("--seed must not be negative.");
        });
        return new Command("generate", "Fills the registry with synthetic data (sandbox only). Another seed adds a second data set.")
        { employees, seed, CommandLine.Json }.Runs((parsed, ct) =>
            Run(CommandLine.Settings(parsed), parsed.GetValue(employees), parsed.GetValue(seed), parsed.GetValue(CommandLine.Json), ct));
    }

    private static async Task Run(Settings settings, int employees, int seed, bool json, CancellationToken ct)
    {
        if (settings.Mode == Mode.Production)
            throw new CommandException("generate works in sandbox mode only: no synthetic data in a production registry (ESOZ_MODE=production).");
        await using var installation = await CommandLine.Open(settings, ct);
        var started = Stopwatch.GetTimestamp();
        Generation generation;
        using (var bar = new ProgressBar())
            generation = await SyntheticRegistry.Write(
                installation.Database, employees, seed, TimeProvider.System, done => bar.Show("employees", done, employees), ct);
        if (generation.ExistingEmployees is { } existing)
            throw new CommandException(
                $"The synthetic registry of seed {seed} already exists, with {existing} employees; nothing was written. Use another --seed to add another one.");
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Console.Out.WriteLineAsync(json ? Json(seed, generation, seconds) : AsTable(generation, seconds));
    }

    private static string Json(int seed, Generation generation, double seconds) => JsonSerializer.Serialize(new
    {
        seed,
        seconds = Math.Round(seconds, 1),
        tables = generation.Rows.ToDictionary(table => table.Table, table => table.Rows),
    });

    private static string AsTable(Generation generation, double seconds) =>
        Table.Of(generation.Rows, ["table", "rows"], it => [it.Table, it.Rows]) + FormattableString.Invariant($"in {seconds:F1} s");
}
