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
    /// <returns>Messages for the user, at most <see cref="ImportFailedException.Most"/>, in the order of the source.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(
        NpgsqlConnection connection, StagedTable staged, string candidates, PostgresException refused, CancellationToken ct)
    {
        var computed = string.Concat(staged.Table.Computed.Select(column => $", {column.Value} as {column.Key}"));
        await using (var create = Command(
            connection, $"create temp table candidates on commit drop as select *{computed} from ({candidates}) candidate"))
            await create.ExecuteNonQueryAsync(ct);

        List<(int Line, string Reason)> faults = [];
        foreach (var (reason, sql) in await QuestionsAsync(connection, staged.Table, ct))
        {
            await using var ask = Command(connection, $"{sql} order by line limit {ImportFailedException.Most}");
            await using var lines = await ask.ExecuteReaderAsync(ct);
            while (await lines.ReadAsync(ct))
                faults.Add((lines.GetInt32(0), reason));
        }
        if (faults.Count == 0)
            return [$"{staged.Source}: the database refuses a row: {refused.SqlState} {refused.ConstraintName}".TrimEnd()];
        return [.. faults.OrderBy(fault => fault.Line).Take(ImportFailedException.Most)
            .Select(fault => $"{staged.Source}:{fault.Line}: {fault.Reason}")];
    }

    /// <summary>Reasons, each with a query for the affected lines.</summary>
    private static async Task<List<(string Reason, string Sql)>> QuestionsAsync(
        NpgsqlConnection connection, ImportTable table, CancellationToken ct)
    {
        List<(string, string)> questions =
        [
            ("id: an earlier line has it too", Repeated("id", "true")),
            .. table.Columns.Where(column => column.IsRequired)
                .Select(column => ($"{column.Name}: must be given", $"select line from candidates where {column.Name} is null")),
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
                    var itself = text == table.Name ? $" and {columns} not in (select id from candidates)" : "";
                    questions.Add(($"{columns}: there is no such row in {text}",
                        $"select line from candidates where {columns} is not null and {columns} not in (select id from {text}){itself}"));
                    break;
                case "check":
                    questions.Add(($"{columns}: not allowed by {name}", $"select line from candidates where not ({text})"));
                    break;
                case "unique":
                    questions.Add(($"{columns}: an earlier line has the same ({name})", Repeated(columns, text)));
                    questions.Add(($"{columns}: another row of the table has the same ({name})", $"""
                        select line from candidates
                         where {text} and row({columns})::text in
                           (select row({columns})::text from {table.Name} where {text} and id not in (select id from candidates))
                        """));
                    break;
            }
        }
        return questions;
    }

    private static string Repeated(string columns, string condition) =>
        $"select line from (select line, row_number() over (partition by {columns} order by line) as nth from candidates where {condition}) repeated where nth > 1";

    /// <summary>Constraints of a table: kind, name, columns, and referenced table, expression or condition.</summary>
    private const string Catalogue = """
        select case contype when 'f' then 'foreign key' else 'check' end,
               conname::text,
               (select string_agg(attname, ', ' order by attnum) from pg_attribute where attrelid = conrelid and attnum = any (conkey)),
               case contype when 'f' then (select relname::text from pg_class where oid = confrelid) else pg_get_expr(conbin, conrelid) end
          from pg_constraint
         where conrelid = $1::regclass and contype in ('c', 'f')
        union all
        select 'unique',
               relname::text,
               columns,
               coalesce(pg_get_expr(indpred, indrelid), 'true')
                 || case when indnullsnotdistinct then '' else ' and ' || replace(columns, ', ', ' is not null and ') || ' is not null' end
          from pg_index
          join pg_class on pg_class.oid = indexrelid,
               lateral (select string_agg(pg_get_indexdef(indexrelid, n, true), ', ' order by n) as columns
                          from generate_series(1, indnkeyatts) as n) as keys
         where indrelid = $1::regclass and indisunique and not indisprimary
        """;

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = 0 };
}
