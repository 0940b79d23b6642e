using Esoz.Platform.Database;
using Esoz.Platform.Telemetry;

namespace Esoz.Platform.Http;

/// <summary>
/// Query of a list method: filters the rows and reads one page in the order of platform §9, with the total count. One statement counts and
/// reads. The rows of one owner are few: they are read once, counted, sorted and limited. The rows of all owners are many: they are
/// counted, and the page is read from the nearer end of an index, so that the last page costs as much as the first.
/// </summary>
/// <param name="table">Table to list; has a column <c>id</c>.</param>
/// <param name="alias">Alias of the table in conditions, columns and joins.</param>
/// <param name="instant">Column by which the rows are listed, then by <c>id</c>.</param>
public sealed class FilteredList(string table, string alias, string instant = "inserted_at")
{
    private readonly List<string> _conditions = [];
    private readonly List<object> _values = [];
    private bool _isOfOneOwner;

    private string Conditions => _conditions.Count == 0 ? "true" : string.Join("\n   AND ", _conditions);

    /// <summary>
    /// Limits the list to the rows of one owner, whose id replaces <c>{0}</c>, and reads them as few rows; all owners when it is null.
    /// </summary>
    public FilteredList OfOwner(string condition, Guid? owner)
    {
        _isOfOneOwner |= owner is not null;
        return Where(condition, owner);
    }

    /// <summary>Adds a condition without parameters.</summary>
    public FilteredList Where(string condition)
    {
        _conditions.Add(condition);
        return this;
    }

    /// <summary>Adds a condition in which the value replaces <c>{0}</c>; adds nothing when the value is null.</summary>
    public FilteredList Where(string condition, object? value)
    {
        if (value is null)
            return this;
        _values.Add(value);
        _conditions.Add(condition.Replace("{0}", $"${_values.Count}", StringComparison.Ordinal));
        return this;
    }

    /// <summary>Adds a condition in which two values replace <c>{0}</c> and <c>{1}</c>.</summary>
    public FilteredList Where(string condition, object first, object second)
    {
        _values.AddRange([first, second]);
        return Where(condition.Replace("{0}", $"${_values.Count - 1}", StringComparison.Ordinal)
            .Replace("{1}", $"${_values.Count}", StringComparison.Ordinal));
    }

    /// <summary>Adds the conditions of the query parameters that are present in the request.</summary>
    public FilteredList Where(QueryReader query) =>
        query.Filters.Aggregate(this, (list, parameter) => list.Where(parameter.Condition!, query.Read(parameter)));

    /// <summary>Returns the requested page, or the faults of the query parameters.</summary>
    public async Task<Reply> Page<T>(QueryReader query, PostgresDatabase database, RowMap<T> map, CancellationToken ct) where T : class
    {
        Where(query);
        var page = PageRequest.Read(query);
        if (query.Refusal is { } refusal)
            return refusal;
        var (items, total) = await Read(database, page, map, ct);
        return Reply.Page(items, Paging.Of(page, total));
    }

    /// <summary>Reads one page, for a card that processes it before it answers.</summary>
    public async Task<(IReadOnlyList<T> Items, long Total)> Read<T>(
        PostgresDatabase database, PageRequest page, RowMap<T> map, CancellationToken ct) where T : class
    {
        var statement = _isOfOneOwner ? OfOneOwner(map.Columns, map.Joins) : OfAllOwners(map.Columns, map.Joins);
        var items = new List<T>(Math.Min(page.Size, 64));
        long? total = null;
        using (RequestTimes.Statement())
        await using (var command = database.ListCommand(statement, [.. _values, page.Offset, (long)page.Size]))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                total = row.GetInt64(0);
                if (!row.IsDBNull(1))
                    items.Add(map.Read(row, 1));
            }
        }
        // Only a page beyond the end of one owner's rows returns no total.
        return (items, total ?? (page.Offset == 0 ? 0 : await Count(database, ct)));
    }

    private Task<long> Count(PostgresDatabase database, CancellationToken ct) =>
        database.ListCommand($"SELECT count(*) FROM {table} {alias} WHERE {Conditions}", [.. _values]).ReadValue<long>(ct);

    private string OfOneOwner(string columns, string joins) => $"""
        SELECT {alias}.total, {columns}
          FROM (
            SELECT {alias}.*, count(*) OVER () AS total
              FROM {table} {alias}
             WHERE {Conditions}
             ORDER BY {alias}.{instant}, {alias}.id
            OFFSET {Offset} LIMIT {Size}) {alias}
        {joins}
         ORDER BY {alias}.{instant}, {alias}.id
        """;

    /// <summary>
    /// Selects the ids first (with an index-only scan if an index has this order), then the columns of these few rows. A branch whose limit
    /// is not positive is not executed. The constant limit, unlike a computed one, tells the planner that there are few rows to join.
    /// </summary>
    private string OfAllOwners(string columns, string joins) => $"""
        WITH cut AS MATERIALIZED (
          SELECT total, {Offset} + {Size} <= total - {Offset} AS from_start, total - {Offset} - {Size} AS behind
            FROM (SELECT count(*) AS total FROM {table} {alias} WHERE {Conditions}) counted
        ), page AS MATERIALIZED (
          SELECT id FROM (
          (SELECT {alias}.id
             FROM {table} {alias}
            WHERE {Conditions}
            ORDER BY {alias}.{instant}, {alias}.id
           OFFSET {Offset} LIMIT (SELECT CASE WHEN from_start THEN {Size} ELSE 0 END FROM cut))
          UNION ALL
          (SELECT {alias}.id
             FROM {table} {alias}
            WHERE {Conditions}
            ORDER BY {alias}.{instant} DESC, {alias}.id DESC
           OFFSET (SELECT greatest(behind, 0) FROM cut)
             LIMIT (SELECT CASE WHEN from_start THEN 0 ELSE greatest(least({Size}, {Size} + behind), 0) END FROM cut))
          ) ids LIMIT {PageRequest.MaxSize}
        )
        SELECT cut.total, item.*
          FROM cut
          LEFT JOIN LATERAL (
            SELECT {columns}, {alias}.{instant} AS order_1, {alias}.id AS order_2
              FROM page
              JOIN {table} {alias} ON {alias}.id = page.id
            {joins}
             ORDER BY order_1, order_2
          ) item ON true
        """;

    private string Offset => $"${_values.Count + 1}";

    private string Size => $"${_values.Count + 2}";
}
