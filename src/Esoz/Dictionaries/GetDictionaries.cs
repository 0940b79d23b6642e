using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.Dictionaries;

/// <summary>Get Dictionaries V2 (platform §1, data-model §8).</summary>
public static class GetDictionaries
{
    public static readonly MethodCard Card = new("get-dictionaries-v2", "Get Dictionaries V2", "GET", "/api/v2/dictionaries", Family.Open)
    {
        Purpose = "Gets dictionaries with their values; open, without credentials and paging",
        Handle = Handle,
        Query =
        [
            new("name", QueryType.Text, "The dictionary of this name."),
            new("is_active", QueryType.Flag, "Active or inactive dictionaries."),
            new("value_code", QueryType.Text, "Values of this code."),
            new("value_description", QueryType.Text, "Values whose description contains this, in any case."),
            new("value_is_active", QueryType.Flag, "Active or inactive values."),
        ],
        Answer = typeof(IReadOnlyList<Dictionary>),
    };

    public static async Task<Reply> Handle(QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var (name, isActive) = (query.Read<string?>("name"), query.Read<bool?>("is_active"));
        var wanted = new Wanted(
            query.Read<string?>("value_code"), query.Read<string?>("value_description"), query.Read<bool?>("value_is_active"));

        if (query.Refusal is { } refusal)
            return refusal;

        return Reply.Data(await Load(database, name, isActive, wanted, ct));
    }

    private static async Task<List<Dictionary>> Load(
        PostgresDatabase database, string? name, bool? isActive, Wanted wanted, CancellationToken ct)
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
    private static List<DictionaryValue> Shown(ILookup<Guid?, Stored> values, Guid? parent, Wanted wanted)
    {
        var shown = new List<DictionaryValue>();
        foreach (var value in values[parent])
        {
            var children = Shown(values, value.Id, wanted);
            if (children.Count > 0 || wanted.Is(value))
                shown.Add(new(value.Code, value.Description, value.IsActive, children));
        }
        return shown;
    }

    private sealed record Stored(Guid Id, Guid? Parent, string Code, string Description, bool IsActive);

    /// <summary>Filter of the caller; null = any.</summary>
    private sealed record Wanted(string? Code, string? Description, bool? IsActive)
    {
        public bool IsAll => this is { Code: null, Description: null, IsActive: null };

        public bool Is(Stored value) =>
            (Code is null || value.Code == Code)
            && (Description is null || value.Description.Contains(Description, StringComparison.OrdinalIgnoreCase))
            && (IsActive is null || value.IsActive == IsActive);
    }

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
