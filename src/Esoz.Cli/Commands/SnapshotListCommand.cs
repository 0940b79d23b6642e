using System.CommandLine;
using System.Text.Json;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Http;

namespace Esoz.Cli.Commands;

/// <summary><c>snapshot list</c>: generations of the bulk export recorded in the database.</summary>
public static class SnapshotListCommand
{
    public static Command Create()
    {
        var names = SnapshotCommand.Resources();
        var command = new Command("list",
            "Lists the generations that the database knows with state, rows, bytes and errors, the newest of each resource first.") { names,
            CommandLine.Json };
        command.SetAction(async (parsed, ct) =>
        {
            var resources = SnapshotCommand.Choose(parsed.GetValue(names)!);
            await using var installation = await CommandLine.Open(parsed, ct);
            var builds = await new SnapshotTable(installation.Database).List(resources, ct);
            await Console.Out.WriteAsync(parsed.GetValue(CommandLine.Json) ? AsJson(builds) : AsTable(builds));
            return CommandLine.Done;
        });
        return command;
    }

    private static string AsTable(IEnumerable<SnapshotBuild> builds)
    {
        var table = new Table("resource", "generation", "snapshot at", "state", "rows", "bytes", "depths", "seconds", "error");
        foreach (var it in builds)
            table.Add(it.Snapshot.Resource, it.Snapshot.Generation, Table.Precise(it.Snapshot.At), it.State, it.Rows, it.Bytes,
                it.Snapshot.MaxDepth, Table.Seconds(it.Took), it.Error);
        return table.ToString();
    }

    private static string AsJson(IEnumerable<SnapshotBuild> builds) => JsonSerializer.Serialize(builds.Select(it => new
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
    }), IlDialect.Json) + Environment.NewLine;
}
