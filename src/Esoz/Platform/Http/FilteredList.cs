using System.Text;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// A list method's rows: which ones, and one page of them in the order of platform §9. One statement counts and reads, and it reads from
/// the nearer end of the order, so that the last page costs what the first one does.
/// </summary>
/// <param name="table">Table that is listed; has <c>id</c> and <c>inserted_at</c>.</param>
/// <param name="alias">Its name in conditions, columns and joins.</param>
public sealed class FilteredList(string table, string alias)
{
    private readonly List<string> _conditions = [];
    private readonly List<object> _values = [];

    /// <summary>Adds a condition that always holds for the list.</summary>
    public FilteredList Where(string condition)
    {
        _conditions.Add(condition);
        return this;
    }

    /// <summary>Adds a condition with a value in the place of <c>{0}</c>; none at all when the value is null.</summary>
    public FilteredList Where(string condition, object? value)
    {
        if (value is null)
            return this;
        _values.Add(value);
        _conditions.Add(condition.Replace("{0}", $"${_values.Count}", StringComparison.Ordinal));
        return this;
    }

    /// <summary>Answers one page.</summary>
    /// <param name="columns">Columns of an item, in the order in which <paramref name="read"/> takes them.</param>
    /// <param name="joins">Tables that only the columns need; none of them may multiply or drop rows.</param>
    public async Task<Reply> Page<T>(PostgresDatabase database, PageRequest page, string columns, Func<NpgsqlDataReader, int, T> read, CancellationToken ct, string joins = "")
    {
        var (items, total) = await Read(database, page, columns, read, joins, ct);
        return Reply.Page(items, Paging.Of(page, total));
    }

    internal async Task<(List<T> Items, long Total)> Read<T>(
        PostgresDatabase database, PageRequest page, string columns, Func<NpgsqlDataReader, int, T> read, string joins, CancellationToken ct)
    {
        await using var command = database.Command(Statement(columns, joins), [.. _values, page.Offset, (long)page.Size]);
        await using var row = await command.ExecuteReaderAsync(ct);
        var items = new List<T>(Math.Min(page.Size, 64));
        long total = 0;
        while (await row.ReadAsync(ct))
        {
            total = row.GetInt64(0);
            if (!row.IsDBNull(1))
                items.Add(read(row, 1));
        }
        return (items, total);
    }

    /// <summary>
    /// Ids first, from an index alone where one has the order, then the columns of these few. The branch whose limit is not positive is not
    /// run. The constant limit tells the planner what a computed one does not: that there are few rows to join.
    /// </summary>
    internal string Statement(string columns, string joins)
    {
        var (offset, size) = ($"${_values.Count + 1}", $"${_values.Count + 2}");
        var conditions = _conditions.Count == 0 ? "true" : string.Join("\n       AND ", _conditions);
        return new StringBuilder($"""
            WITH counted AS MATERIALIZED (
              SELECT count(*) AS total
                FROM {table} {alias}
               WHERE {conditions}
            ), cut AS MATERIALIZED (
              SELECT total, {offset} + {size} <= total - {offset} AS from_start, total - {offset} - {size} AS behind FROM counted
            ), page AS MATERIALIZED (
              SELECT id FROM (
              (SELECT {alias}.id
                 FROM {table} {alias}
                WHERE {conditions}
                ORDER BY {alias}.inserted_at, {alias}.id
               OFFSET {offset} LIMIT (SELECT CASE WHEN from_start THEN {size} ELSE 0 END FROM cut))
              UNION ALL
              (SELECT {alias}.id
                 FROM {table} {alias}
                WHERE {conditions}
                ORDER BY {alias}.inserted_at DESC, {alias}.id DESC
               OFFSET (SELECT greatest(behind, 0) FROM cut) LIMIT (SELECT CASE WHEN from_start THEN 0 ELSE greatest(least({size}, {size} + behind), 0) END FROM cut))
              ) ids LIMIT {PageRequest.LargestSize}
            )
            SELECT cut.total, item.*
              FROM cut
              LEFT JOIN LATERAL (
                SELECT {columns}, {alias}.inserted_at AS order_1, {alias}.id AS order_2
                  FROM page
                  JOIN {table} {alias} ON {alias}.id = page.id
            """).AppendLine().Append(joins).Append("""

                 ORDER BY order_1, order_2
              ) item ON true
            """).ToString();
    }
}
