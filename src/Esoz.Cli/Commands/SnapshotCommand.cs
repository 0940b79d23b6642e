using System.Globalization;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Logging;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>snapshot run</c>, <c>reset-windows</c>, <c>list</c> and <c>verify</c>: builds bulk snapshots now, tells clients to download full
/// sets, lists builds, and verifies stored snapshots.
/// </summary>
public static class SnapshotCommand
{
    public static Command Create() =>
        new("snapshot", "Snapshots of the bulk export.") { Run(), ResetWindows(), SnapshotListCommand.Create(), SnapshotVerifyCommand.Create() };

    /// <summary>The resources that a command applies to.</summary>
    internal static Argument<string[]> Resources() => new("RESOURCE")
    {
        Description = $"Resources to build: {Known}; default: all.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static string Known => string.Join(", ", BulkResources.All.Select(resource => resource.Name));

    private static Command Run()
    {
        var names = Resources();
        return new Command("run", "Builds and uploads bulk snapshots now; prints resource, depth, rows, bytes and seconds.")
        { names, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var resources = Choose(parsed.GetValue(names)!);
            await using var installation = await CommandLine.Open(parsed, ct);
            await using var services = Services(installation);
            BuildRun run;
            using (var bar = new ProgressBar())
                run = await services.GetRequiredService<BuildSnapshots>().Run(
                    resources, ct, progress => bar.Show(progress.Resource.Name, progress.Rows, progress.Expected, progress.RowsPerSecond));
            await CommandLine.Print(parsed, run.Reports.Select(AsObject), _ => AsTable(run.Reports));
            foreach (var (resource, fault) in run.Failures)
                await Console.Error.WriteLineAsync($"{resource.Name} failed: {fault.Message}");
            return run.Failures.Count == 0 ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static Command ResetWindows()
    {
        var names = Resources();
        return new Command("reset-windows",
            "After rows were changed by hand without a new updated_at: clients are told to download the full set once.")
        { names, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var resources = Choose(parsed.GetValue(names)!).Where(resource => resource.HasWindows).ToList();
            await using var installation = await CommandLine.Open(parsed, ct);
            await using var connection = await installation.Database.Source.OpenConnectionAsync(ct);
            await WindowStarts.Move(connection, resources, ct);
            var reset = resources.Select(it => it.Name).ToList();
            await CommandLine.Print(parsed, new { Resources = reset },
                _ => $"From the next snapshot on, older copies need the full set of: {string.Join(", ", reset)}{Environment.NewLine}");
        });
    }

    /// <summary>The named resources, or all, in the order of the catalogue.</summary>
    internal static IReadOnlyList<BulkResource> Choose(string[] names)
    {
        if (names.FirstOrDefault(name => BulkResources.All.All(resource => resource.Name != name)) is { } unknown)
            throw new UsageException($"There is no resource '{unknown}'; known: {Known}.");
        return names.Length == 0 ? BulkResources.All : [.. BulkResources.All.Where(resource => names.Contains(resource.Name))];
    }

    private static ServiceProvider Services(Installation installation)
    {
        var settings = installation.Settings;
        return new ServiceCollection()
            .AddLogging(logging =>
                // Progress and table say what the lines at level Information would.
                Logs.Configure(logging, settings.LogLevel == LogLevel.Information ? LogLevel.Warning : settings.LogLevel))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(installation.Database)
            .AddReadReplica(installation)
            .AddSingleton(_ => settings.Storage.Open(TimeProvider.System))
            .AddBulkExport(settings.Bulk, settings.Buckets.BulkActions, settings.DataDirectory)
            .BuildServiceProvider();
    }

    /// <summary>One line per file; the full set is last, with the seconds of the whole build.</summary>
    private static Table AsTable(IEnumerable<BuildReport> reports) => Table.Of(
        reports.SelectMany(report => report.Windows, (report, window) => (report, window)),
        ["resource", "depth", "rows", "bytes", "seconds"],
        it => [it.report.Snapshot.Resource, it.window.Depth?.ToString(CultureInfo.InvariantCulture) ?? "full", it.window.Rows,
            it.window.Bytes, it.window.Depth is null ? Table.Seconds(it.report.Elapsed) : null]);

    private static object AsObject(BuildReport report) => new
    {
        report.Snapshot.Resource,
        report.Snapshot.Generation,
        SnapshotAt = report.Snapshot.At,
        Seconds = Math.Round(report.Elapsed.TotalSeconds, 3),
        Files = report.Windows.Select(window => new { window.Depth, window.Rows, window.Bytes, window.PlainBytes }),
    };
}
