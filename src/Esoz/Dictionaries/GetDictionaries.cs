namespace Esoz.Dictionaries;

/// <summary>Get Dictionaries V2 (platform §1, data-model §8, dictionaries §1).</summary>
public static class GetDictionaries
{
    public static readonly MethodCard Card = new("get-dictionaries-v2", "Get Dictionaries V2", "GET", "/api/v2/dictionaries", Family.Open)
    {
        Purpose = "Gets dictionaries with their values; open, without credentials and paging",
        Handle = Handle,
        HasPersonalData = false,
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
        var wanted = new ValueFilter(
            query.Read<string?>("value_code"), query.Read<string?>("value_description"), query.Read<bool?>("value_is_active"));

        if (query.Refusal is { } refusal)
            return refusal;

        return Reply.Data(await StoredDictionaries.Load(database, name, isActive, wanted, ct));
    }
}
