using System.Text.Json;
using Esoz.Import;

namespace Esoz.Cli.Commands;

/// <summary><c>import DIRECTORY</c> and <c>import --nszu FILE.csv</c>: load external rows.</summary>
public static class ImportCommand
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var directory = new Argument<string?>("DIRECTORY")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Directory of NDJSON files named after tables, such as employees.ndjson; upsert by id, all or nothing.",
        };
        var nszu = new Option<string?>("--nszu")
        {
            HelpName = "FILE.csv",
            Description = "The published НСЗУ file of contracted providers.",
        };
        var command = new Command(
            "import", "Imports data: a directory of NDJSON files, or the НСЗУ file of contracted providers.")
        {
            directory, nszu, CommandLine.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(directory) is null == result.GetValue(nszu) is null)
                result.AddError("import needs either a DIRECTORY or --nszu FILE.csv.");
        });
        return command.Runs(async (parsed, installation, ct) =>
        {
            var isJson = parsed.GetValue(CommandLine.Json);
            await (parsed.GetValue(nszu) is { } file
                ? FromNszu(installation, file, isJson, ct)
                : FromDirectory(installation, parsed.GetValue(directory)!, isJson, ct));
        });
    }

    private static async Task FromDirectory(Installation installation, string directory, bool isJson, CancellationToken ct)
    {
        ImportSummary summary;
        using (var bar = new ProgressBar())
            summary = await ImportDirectory.Run(
                installation.Database.Sessions, directory, progress => bar.Show(progress.What, progress.Done, progress.Of), ct);
        var seconds = Math.Round(summary.Took.TotalSeconds, 1);
        foreach (var warning in summary.Warnings)
            await Console.Error.WriteLineAsync($"warning: {warning}");
        await Console.Out.WriteAsync(isJson
            ? JsonSerializer.Serialize(new { summary.Tables, summary.Warnings, Seconds = seconds }, SnakeCase) + Environment.NewLine
            : AsTable(summary.Tables) + FormattableString.Invariant(
                $"{summary.Tables.Sum(table => table.Rows):N0} rows in {seconds} s{Environment.NewLine}"));
    }

    private static Table AsTable(IEnumerable<ImportedTable> tables) => Table.Of(tables,
        ["table", "inserted", "updated", "unchanged"],
        it => [it.Table, it.Inserted, it.Updated, it.Unchanged]);

    private static async Task FromNszu(Installation installation, string file, bool isJson, CancellationToken ct)
    {
        var summary = await ImportNszu.Run(installation.Database.Sessions, file, ct);
        await Console.Out.WriteLineAsync(isJson
            ? JsonSerializer.Serialize(summary, SnakeCase)
            : string.Join('\n',
                [
                    FormattableString.Invariant(
                        $"{summary.Rows:N0} rows: {summary.Loaded:N0} loaded, {summary.Updated:N0} updated, {summary.Unchanged:N0} unchanged, {summary.Skipped.Count:N0} skipped"),
                    FormattableString.Invariant($"{summary.TwoIds:N0} ЄДРПОУ occur under two ids: one legal entity for each type of care"),
                    FormattableString.Invariant(
                        $"{summary.WithCoordinates:N0} rows have coordinates of the registration address, which are not stored"),
                    .. summary.Skipped,
                ]));
    }
}
