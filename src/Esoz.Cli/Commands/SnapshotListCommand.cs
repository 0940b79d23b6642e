using System.CommandLine;
using System.Globalization;
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
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine(
            $"{"resource",-20} {"generation",-36} {"snapshot at",-27} {"state",-8} {"rows",12} {"bytes",14} {"depths",6} {"seconds",8} error");
        foreach (var it in builds)
            text.WriteLine(
                $"{it.Snapshot.Resource,-20} {it.Snapshot.Generation,-36} {it.Snapshot.At,-27:yyyy-MM-ddTHH:mm:ss.ffffffZ} {it.State,-8} {it.Rows,12} {it.Bytes,14} {it.Snapshot.MaxDepth,6} {it.Took?.TotalSeconds,8:F1} {it.Error?.ReplaceLineEndings(" ")}".TrimEnd());
        return text.ToString();
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
