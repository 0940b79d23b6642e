using System.Globalization;
using Esoz.BulkExport.Verifying;
using Esoz.Platform.Storage;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>snapshot verify</c>: verifies the stored generations, in the object store or in a copy of its bucket. Needs no database and writes
/// nothing.
/// </summary>
public static class SnapshotVerifyCommand
{
    public static Command Create()
    {
        var names = SnapshotCommand.Resources();
        var from = new Option<string?>("--from")
        {
            HelpName = "DIR",
            Description = "A copy of the bucket in a local directory, instead of the object store of the settings.",
        };
        return new Command("verify",
            "Verifies every stored generation against its manifest, and that an older full set plus a window without the removals equals the newer full set.")
        { names, from, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var chosen = parsed.GetValue(names)!;
            var resources = SnapshotCommand.Choose(chosen);
            var (store, bucket) = parsed.GetValue(from) is { } directory ? Copy(directory) : Configured(CommandLine.Settings(parsed));
            using var opened = store;
            Verification verdict;
            using (var bar = new ProgressBar())
                verdict = await new VerifySnapshots(store, bucket)
                    .Run(resources, ct, progress => bar.Show(progress.Resource.Name, progress.Files, progress.Of));
            if (verdict.Empty.Count == resources.Count)
                throw new CommandException("Nothing to verify: no snapshot of these resources is stored.");

            await CommandLine.Print(parsed, AsObject(verdict), _ => AsTables(verdict));
            string[] findings = [.. verdict.Findings, .. verdict.Empty.Intersect(chosen).Select(name => $"{name}: no snapshot is stored")];
            foreach (var finding in findings)
                await Console.Error.WriteLineAsync(finding);
            return findings.Length == 0 ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static (IObjectStore, Bucket) Configured(Settings settings) =>
        (settings.Storage.Open(TimeProvider.System), settings.Buckets.BulkActions);

    /// <summary>A directory with the bucket's layout can be read as a bucket of an embedded store rooted at its parent.</summary>
    private static (IObjectStore, Bucket) Copy(string directory)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        if (!Directory.Exists(path) || Path.GetDirectoryName(path) is not { } parent)
            throw new UsageException($"Directory with a copy of the bucket not found: {directory}");
        var name = Path.GetFileName(path);
        return (new FileSystemStore(parent, TimeProvider.System), new Bucket(name, name));
    }

    private static string AsTables(Verification verdict)
    {
        var snapshots = Table.Of(verdict.Snapshots,
            ["resource", "generation", "snapshot at", "files", "rows", "verdict"],
            it => [it.Resource, it.Generation, Table.Precise(it.SnapshotAt), it.Files, it.Rows,
                it.Findings.Count == 0 ? "good" : string.Join("; ", it.Findings)]);
        var pairs = Table.Of(verdict.Pairs,
            ["resource", "from", "to", "gap", "depth", "verdict"],
            it => [it.Resource, Table.Precise(it.FromAt), Table.Precise(it.ToAt),
                it.Gap.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture), it.Depth, VerdictOf(it)]);
        return snapshots + (verdict.Pairs.Count == 0 ? "" : Environment.NewLine + pairs)
            + string.Concat(verdict.Others.Select(finding => finding + Environment.NewLine));
    }

    private static string VerdictOf(PairVerdict pair) => (pair.IsProved, pair.Depth) switch
    {
        (true, _) => "verified",
        (_, null) when pair.FromAt <= pair.WindowsValidFrom =>
            $"windows are valid from {Table.Precise(pair.WindowsValidFrom.Value)}: download the full set",
        (_, null) => "no window covers this gap: download the full set",
        _ => string.Join("; ", pair.Findings),
    };

    private static object AsObject(Verification verdict) => new
    {
        Generations = verdict.Snapshots,
        Pairs = verdict.Pairs.Select(it => new
        {
            it.Resource,
            it.From,
            it.FromAt,
            it.To,
            it.ToAt,
            GapSeconds = it.Gap.TotalSeconds,
            it.WindowsValidFrom,
            it.Depth,
            Proved = it.IsProved,
            it.Findings,
        }),
        verdict.Others,
        verdict.Empty,
    };
}
