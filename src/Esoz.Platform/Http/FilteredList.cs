using Esoz.Platform.Database;

namespace Esoz.Platform.Http;

/// <summary>
/// A list method's rows: which ones, and one page of them in the order of platform §9, with the total of all pages. One statement counts
/// and reads. The rows of one owner are few: they are read once, counted, sorted and cut. The rows of all owners are many: they are
/// counted, and the page is read from the nearer end of an index, so that the last page costs what the first one does.
/// </summary>
/// <param name="table">Table that is listed; has <c>id</c> and <c>inserted_at</c>.</param>
/// <param name="alias">Its name in conditions, columns and joins.</param>
public sealed class FilteredList(string table, string alias)
{
    private readonly List<string> _conditions = [];
    private readonly List<object> _values = [];
    private bool _isOfOneOwner;

    private string Conditions => _conditions.Count == 0 ? "true" : string.Join("\n   AND ", _conditions);

    /// <summary>The rows of one owner, in the place of <c>{0}</c>; of all owners when it is null.</summary>
    public FilteredList Of(string condition, Guid? owner)
    {
        _isOfOneOwner |= owner is not null;
        return Where(condition, owner);
    }

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

    /// <summary>Adds the conditions of the query parameters that the request has.</summary>
    public FilteredList Where(QueryReader query) =>
        query.Filters.Aggregate(this, (list, parameter) => list.Where(parameter.Condition!, query.Read(parameter)));

    /// <summary>Answers the page that the request asks for, or the faults of its query parameters.</summary>
    public async Task<Reply> Page<T>(QueryReader query, PostgresDatabase database, RowMap<T> map, CancellationToken ct) where T : class
    {
        Where(query);
        var page = PageRequest.Read(query);
        if (query.Refusal is { } refusal)
            return refusal;
        var (items, total) = await Read(database, page, map, ct);
        return Reply.Page(items, Paging.Of(page, total));
    }

    /// <summary>Reads one page, for a card that looks at it before it answers.</summary>
    public async Task<(IReadOnlyList<T> Items, long Total)> Read<T>(
        PostgresDatabase database, PageRequest page, RowMap<T> map, CancellationToken ct) where T : class
    {
        var statement = _isOfOneOwner ? OfOneOwner(map.Columns, map.Joins) : OfAllOwners(map.Columns, map.Joins);
        var items = new List<T>(Math.Min(page.Size, 64));
        long? total = null;
        await using (var command = database.Command(statement, [.. _values, page.Offset, (long)page.Size]))
        await using (var row = await command.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                total = row.GetInt64(0);
                if (!row.IsDBNull(1))
                    items.Add(map.Read(row, 1));
            }
        }
        // Only a page past the end of one owner's rows says nothing of their number.
        return (items, total ?? (page.Offset == 0 ? 0 : await Count(database, ct)));
    }

    private async Task<long> Count(PostgresDatabase database, CancellationToken ct)
    {
        await using var command = database.Command($"SELECT count(*) FROM {table} {alias} WHERE {Conditions}", [.. _values]);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private string OfOneOwner(string columns, string joins) => $"""
        SELECT {alias}.total, {columns}
          FROM (
            SELECT {alias}.*, count(*) OVER () AS total
              FROM {table} {alias}
             WHERE {Conditions}
             ORDER BY {alias}.inserted_at, {alias}.id
            OFFSET {Offset} LIMIT {Size}) {alias}
        {joins}
         ORDER BY {alias}.inserted_at, {alias}.id
        """;

    /// <summary>
    /// Ids first, from an index alone where one has the order, then the columns of these few. The branch whose limit is not positive is not
    /// run. The constant limit tells the planner what a computed one does not: that there are few rows to join.
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
            ORDER BY {alias}.inserted_at, {alias}.id
           OFFSET {Offset} LIMIT (SELECT CASE WHEN from_start THEN {Size} ELSE 0 END FROM cut))
          UNION ALL
          (SELECT {alias}.id
             FROM {table} {alias}
            WHERE {Conditions}
            ORDER BY {alias}.inserted_at DESC, {alias}.id DESC
           OFFSET (SELECT greatest(behind, 0) FROM cut)
             LIMIT (SELECT CASE WHEN from_start THEN 0 ELSE greatest(least({Size}, {Size} + behind), 0) END FROM cut))
          ) ids LIMIT {PageRequest.MaxSize}
        )
        SELECT cut.total, item.*
          FROM cut
          LEFT JOIN LATERAL (
            SELECT {columns}, {alias}.inserted_at AS order_1, {alias}.id AS order_2
              FROM page
              JOIN {table} {alias} ON {alias}.id = page.id
            {joins}
             ORDER BY order_1, order_2
          ) item ON true
        """;

    private string Offset => $"${_values.Count + 1}";

    private string Size => $"${_values.Count + 2}";
}
