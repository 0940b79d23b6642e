using Esoz.BulkExport.Snapshots;

namespace Esoz.Cli.Commands;

/// <summary><c>snapshot list</c>: generations of the bulk export recorded in the database.</summary>
public static class SnapshotListCommand
{
    public static Command Create()
    {
        var names = SnapshotCommand.Resources();
        return new Command("list",
            "Lists the generations that the database knows with state, rows, bytes and errors, the newest of each resource first.")
        { names, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var resources = SnapshotCommand.Choose(parsed.GetValue(names)!);
            await using var installation = await CommandLine.Open(parsed, ct);
            var builds = await new SnapshotTable(installation.Database).List(resources, ct);
            await CommandLine.Print(parsed, builds.Select(AsObject), _ => AsTable(builds));
        });
    }

    private static Table AsTable(IEnumerable<SnapshotBuild> builds) => Table.Of(builds,
        ["resource", "generation", "snapshot at", "state", "rows", "bytes", "depths", "seconds", "error"],
        it => [it.Snapshot.Resource, it.Snapshot.Generation, Table.Precise(it.Snapshot.At), it.State, it.Rows, it.Bytes,
            it.Snapshot.MaxDepth, Table.Seconds(it.Took), it.Error]);

    private static object AsObject(SnapshotBuild it) => new
    {
        it.Snapshot.Resource,
        it.Snapshot.Generation,
        SnapshotAt = it.Snapshot.At,
        it.State,
        it.Rows,
        it.Bytes,
        it.Snapshot.MaxDepth,
        it.StartedAt,
        Seconds = it.Took is { } took ? Math.Round(took.TotalSeconds, 3) : (double?)null,
        it.Error,
    };
}
