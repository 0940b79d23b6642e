namespace Esoz.Dictionaries;

/// <summary>Filter of values of dictionaries; null = any.</summary>
/// <param name="Code">Equals.</param>
/// <param name="Description">Is contained, in any case.</param>
/// <param name="IsActive">Equals.</param>
public sealed record ValueFilter(string? Code = null, string? Description = null, bool? IsActive = null)
{
    public bool IsAll => this is { Code: null, Description: null, IsActive: null };
}

/// <summary>Reads dictionaries with their values.</summary>
public static class StoredDictionaries
{
    /// <summary>Dictionaries by name, values by code. With a filter of values, dictionaries without such a value are left out.</summary>
    /// <param name="name">Null = all of them.</param>
    /// <param name="isActive">Null = active and inactive ones.</param>
    /// <param name="wanted">Filter of values.</param>
    /// <param name="ct">Cancels the query.</param>
    public static async Task<IReadOnlyList<Dictionary>> Load(
        PostgresDatabase database, string? name, bool? isActive, ValueFilter wanted, CancellationToken ct)
    {
        await using var command = database.Command(Sql, (object?)name ?? "", name is null, isActive is null, isActive ?? false);
        await using var row = await command.ExecuteReaderAsync(ct);
        var dictionaries = new List<Dictionary>();
        while (await row.ReadAsync(ct))
        {
            var (title, description, labels, active) = (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1),
                row.GetFieldValue<string[]>(2), row.GetBoolean(3));
            var values = Tree(row).ToLookup(value => value.Parent);
            var shown = Shown(values, null, wanted);
            if (shown.Count > 0 || wanted.IsAll)
                dictionaries.Add(new(title, description, shown, labels, active));
        }
        return dictionaries;
    }

    private static IEnumerable<Stored> Tree(Npgsql.NpgsqlDataReader row)
    {
        var (ids, parents, codes, descriptions, active) = (row.GetFieldValue<Guid[]>(4), row.GetFieldValue<Guid?[]>(5),
            row.GetFieldValue<string[]>(6),
            row.GetFieldValue<string[]>(7), row.GetFieldValue<bool[]>(8));
        return ids.Select((id, i) => new Stored(id, parents[i], codes[i], descriptions[i], active[i]));
    }

    /// <summary>A value is returned if it or one of its descendants matches.</summary>
    private static List<DictionaryValue> Shown(ILookup<Guid?, Stored> values, Guid? parent, ValueFilter wanted)
    {
        var shown = new List<DictionaryValue>();
        foreach (var value in values[parent])
        {
            var children = Shown(values, value.Id, wanted);
            if (children.Count > 0 || Fits(value, wanted))
                shown.Add(new(value.Code, value.Description, value.IsActive, children));
        }
        return shown;
    }

    private static bool Fits(Stored value, ValueFilter wanted) =>
        (wanted.Code is null || value.Code == wanted.Code)
        && (wanted.Description is null || value.Description.Contains(wanted.Description, StringComparison.OrdinalIgnoreCase))
        && (wanted.IsActive is null || value.IsActive == wanted.IsActive);

    private sealed record Stored(Guid Id, Guid? Parent, string Code, string Description, bool IsActive);

    private const string Sql = """
        SELECT dictionary.name, dictionary.description, dictionary.labels, dictionary.is_active,
               value.ids, value.parents, value.codes, value.descriptions, value.active
          FROM dictionaries dictionary
         CROSS JOIN LATERAL (
           SELECT coalesce(array_agg(id ORDER BY code), '{}') AS ids,
                  coalesce(array_agg(parent_id ORDER BY code), '{}') AS parents,
                  coalesce(array_agg(code ORDER BY code), '{}') AS codes,
                  coalesce(array_agg(description ORDER BY code), '{}') AS descriptions,
                  coalesce(array_agg(is_active ORDER BY code), '{}') AS active
             FROM dictionary_values
            WHERE dictionary_id = dictionary.id) value
         WHERE ($2 OR dictionary.name = $1)
           AND ($3 OR dictionary.is_active = $4)
         ORDER BY dictionary.name
        """;
}
