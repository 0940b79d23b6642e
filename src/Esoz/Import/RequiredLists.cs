using Npgsql;

namespace Esoz.Import;

/// <summary>Lists that may not be empty in an imported row, because the clients refuse the object then (employee-roles §6.4).</summary>
internal static class RequiredLists
{
    private static readonly (string Table, string Column)[] All = [("parties", "documents"), ("parties", "phones")];

    /// <summary>Checks the loaded rows as they are after the merge: a line that leaves a member out keeps the stored list.</summary>
    /// <exception cref="ImportFailedException">A list is empty; the message has the lines.</exception>
    public static async Task Check(NpgsqlConnection connection, IReadOnlyList<StagedTable> staged, CancellationToken ct)
    {
        List<(int Line, string Fault)> faults = [];
        foreach (var (table, column) in All)
        {
            if (staged.FirstOrDefault(lines => lines.Table.Name == table) is not { } loaded)
                continue;
            await using var command = new NpgsqlCommand($"""
                SELECT s.line
                  FROM {loaded.Name} s
                  JOIN {table} t ON t.id = s.id
                 WHERE CASE jsonb_typeof(t.{column}) WHEN 'array' THEN jsonb_array_length(t.{column}) = 0 ELSE true END
                 ORDER BY s.line
                 LIMIT {ImportFailedException.MaxFaults}
                """, connection) { CommandTimeout = 0 };
            await using var rows = await command.ExecuteReaderAsync(ct);
            while (await rows.ReadAsync(ct))
                faults.Add((rows.GetInt32(0), $"{loaded.Source}:{rows.GetInt32(0)}: {column}: at least one is required"));
        }
        if (faults.Count > 0)
            throw new ImportFailedException(
                [.. faults.OrderBy(fault => fault.Line).Take(ImportFailedException.MaxFaults).Select(fault => fault.Fault)]);
    }
}
