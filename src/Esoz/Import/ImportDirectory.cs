using System.Diagnostics;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Configuration;
using Npgsql;

namespace Esoz.Import;

/// <summary>
/// <c>import DIRECTORY</c>: loads NDJSON files named after tables (<c>employees.ndjson</c>), one JSON object per line, members = column
/// names. Upsert by id, in foreign-key order regardless of the order of files, all or nothing.
/// </summary>
/// <remarks>
/// Each file is copied into a temporary table and from there merged into its table, so the database checks whole sets. Audit rows and
/// events are written for imported rows as for any others: data about a provider must be traceable to its first value, and skipping them
/// would need superuser rights or a switch that anybody could use.
/// </remarks>
public static class ImportDirectory
{
    private const string Extension = ".ndjson";
    private const int LinesPerReport = 1000;

    /// <exception cref="ImportFailedException">The files are invalid; nothing was written.</exception>
    public static async Task<ImportSummary> Run(
        NpgsqlDataSource database, string directory, Action<ImportProgress> progress, CancellationToken ct)
    {
        var started = Stopwatch.StartNew();
        var files = FilesByTable(directory);

        await using var write = await WriteConnection.Open(database, ct);
        var connection = write.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LimitIdleTransaction(ct);

        var staged = await Stage(connection, files, progress, ct);
        List<ImportedTable> tables = [];
        var specialities = await RoleSpecialities.Remember(connection, staged, ct);
        foreach (var lines in staged)
        {
            progress(new($"writing {lines.Table.Name}", tables.Count, staged.Count));
            tables.Add(await new Merge(lines).Run(connection, transaction, ct));
        }
        if (specialities is not null)
            await specialities.Check(connection, ct);
        await RequiredLists.Check(connection, staged, ct);
        var warnings = await EmployeeTypeRules.Warnings(connection, staged, ct);
        var changed = tables.Where(table => table.Inserted + table.Updated > 0).Select(table => table.Table).ToList();
        await WindowStarts.Move(connection, BulkResources.WithWindowsOf(changed), ct);
        foreach (var table in changed)
            await connection.ExecuteWithoutTimeout($"ANALYZE {table}", ct);
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();
        return new(tables, warnings, started.Elapsed);
    }

    /// <summary>Paths of the files by table, in foreign-key order.</summary>
    private static Dictionary<string, string> FilesByTable(string directory)
    {
        if (!Directory.Exists(directory))
            throw new ImportFailedException([$"{directory}: no such directory"]);

        List<string> faults = [];
        HashSet<string> present = [];
        foreach (var path in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            var table = file.EndsWith(Extension, StringComparison.Ordinal) ? file[..^Extension.Length] : file;
            if (file.StartsWith('.'))
                continue;
            if (file != table && ImportTables.InForeignKeyOrder.Contains(table))
                present.Add(table);
            else
                faults.Add(
                    $"{file}: is not the name of a table; did you mean {Nearest.To(table, ImportTables.InForeignKeyOrder)}{Extension}?");
        }
        if (faults.Count == 0 && present.Count == 0)
            faults.Add($"{directory}: contains no {Extension} files");
        if (faults.Count > 0)
            throw new ImportFailedException([.. faults.Take(ImportFailedException.MaxFaults)]);

        return ImportTables.InForeignKeyOrder.Where(present.Contains)
            .ToDictionary(table => table, table => Path.Combine(directory, table + Extension));
    }

    /// <summary>Reads every file; the errors of all files are reported together.</summary>
    private static async Task<List<StagedTable>> Stage(
        NpgsqlConnection connection, Dictionary<string, string> files, Action<ImportProgress> progress, CancellationToken ct)
    {
        var size = files.Values.Sum(path => new FileInfo(path).Length);
        var read = 0L;
        List<StagedTable> staged = [];
        List<string> faults = [];
        foreach (var (table, path) in files)
        {
            using var lines = new FileLines(path);
            var stage = new StagedTable(await ImportTable.Read(connection, table, ct), table + Extension);
            await using (var copy = await stage.Open(connection, ct))
            {
                while (faults.Count + stage.Faults.Count < ImportFailedException.MaxFaults && lines.Next() is { } line)
                {
                    ct.ThrowIfCancellationRequested();
                    if (!line.Span.Trim((byte)' ').IsEmpty)
                        stage.Add(copy, lines.Number, line);
                    if (lines.Number % LinesPerReport == 0)
                        progress(new($"reading {table}", read + lines.Position, size));
                }
                await copy.CompleteAsync(ct);
            }
            read += lines.Position;
            faults.AddRange(stage.Faults);
            staged.Add(stage);
        }
        return faults.Count == 0 ? staged : throw new ImportFailedException([.. faults.Take(ImportFailedException.MaxFaults)]);
    }
}
