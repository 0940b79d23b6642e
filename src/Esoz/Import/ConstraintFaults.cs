using Npgsql;

namespace Esoz.Import;

/// <summary>
/// Finds the lines that violate constraints of a table, and why. The database stops at the first such row and identifies it only in the
/// message text, so after an error every constraint in the catalogue is checked by a query: not null, foreign keys, checks and unique
/// indexes.
/// </summary>
public static class ConstraintFaults
{
    /// <param name="candidates">Query of the rows after the merge, with their <c>line</c>.</param>
    /// <param name="refused">Error of the database; reported unchanged if no violating line is found.</param>
    /// <returns>Messages for the user, at most <see cref="ImportFailedException.MaxFaults"/>, in the order of the source.</returns>
    public static async Task<IReadOnlyList<string>> Find(
        NpgsqlConnection connection, StagedTable staged, string candidates, PostgresException refused, CancellationToken ct)
    {
        var computed = string.Concat(staged.Table.Computed.Select(column => $", {column.Value} as {column.Key}"));
        await Command(connection, $"CREATE TEMP TABLE candidates ON COMMIT DROP AS SELECT *{computed} FROM ({candidates}) candidate")
            .Execute(ct);

        List<(int Line, string Reason)> faults = [];
        foreach (var (reason, sql) in await Questions(connection, staged.Table, ct))
        {
            faults.AddRange(await Command(connection, $"{sql} ORDER BY line LIMIT {ImportFailedException.MaxFaults}")
                .ReadAll(line => (line.GetInt32(0), reason), ct));
        }
        if (faults.Count == 0)
            return [$"{staged.Source}: the database rejected a row: {refused.SqlState} {refused.ConstraintName}".TrimEnd()];
        return [.. faults.OrderBy(fault => fault.Line).Take(ImportFailedException.MaxFaults)
            .Select(fault => $"{staged.Source}:{fault.Line}: {fault.Reason}")];
    }

    /// <summary>Reasons, each with a query for the affected lines.</summary>
    private static async Task<List<(string Reason, string Sql)>> Questions(
        NpgsqlConnection connection, ImportTable table, CancellationToken ct)
    {
        List<(string, string)> questions =
        [
            ("id: duplicate of an earlier line", Repeated("id", "true")),
            .. table.Columns.Where(column => column.IsRequired)
                .Select(column => ($"{column.Name}: is required", $"SELECT line FROM candidates WHERE {column.Name} IS NULL")),
        ];

        await using var catalogue = Command(connection, Catalogue);
        catalogue.Parameters.Add(new() { Value = $"esoz.{table.Name}" });
        await using var rows = await catalogue.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var (kind, name, columns, text) = (rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetString(3));
            switch (kind)
            {
                case "foreign key":
                    var itself = text == table.Name ? $" AND {columns} NOT IN (SELECT id FROM candidates)" : "";
                    questions.Add(($"{columns}: no such row in {text}",
                        $"SELECT line FROM candidates WHERE {columns} IS NOT NULL AND {columns} NOT IN (SELECT id FROM {text}){itself}"));
                    break;
                case "check":
                    questions.Add(($"{columns}: not allowed by {name}", $"SELECT line FROM candidates WHERE NOT ({text})"));
                    break;
                case "unique":
                    questions.Add(($"{columns}: duplicate of an earlier line ({name})", Repeated(columns, text)));
                    questions.Add(($"{columns}: duplicate of an existing row ({name})", $"""
                        SELECT line FROM candidates
                         WHERE {text} AND row({columns})::text IN
                           (SELECT row({columns})::text FROM {table.Name} WHERE {text} AND id NOT IN (SELECT id FROM candidates))
                        """));
                    break;
            }
        }
        return questions;
    }

    private static string Repeated(string columns, string condition) =>
        $"SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY {columns} ORDER BY line) AS nth FROM candidates WHERE {condition}) repeated WHERE nth > 1";

    /// <summary>Constraints of a table: kind, name, columns, and referenced table, expression or condition.</summary>
    private const string Catalogue = """
        SELECT CASE contype WHEN 'f' THEN 'foreign key' ELSE 'check' END,
               conname::text,
               (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)),
               CASE contype WHEN 'f' THEN (SELECT relname::text FROM pg_class WHERE oid = confrelid) ELSE pg_get_expr(conbin, conrelid) END
          FROM pg_constraint
         WHERE conrelid = $1::regclass AND contype IN ('c', 'f')
        UNION ALL
        SELECT 'unique',
               relname::text,
               columns,
               coalesce(pg_get_expr(indpred, indrelid), 'true')
                 || CASE WHEN indnullsnotdistinct THEN '' ELSE ' and ' || replace(columns, ', ', ' is not null and ') || ' is not null' END
          FROM pg_index
          JOIN pg_class ON pg_class.oid = indexrelid,
               LATERAL (SELECT string_agg(pg_get_indexdef(indexrelid, n, TRUE), ', ' ORDER BY n) AS columns
                          FROM generate_series(1, indnkeyatts) AS n) AS keys
         WHERE indrelid = $1::regclass AND indisunique AND NOT indisprimary
        """;

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = 0 };
}
