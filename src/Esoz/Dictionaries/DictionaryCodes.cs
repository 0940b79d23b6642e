using System.Collections.Frozen;
using Esoz.Platform.Schema;

namespace Esoz.Dictionaries;

/// <summary>
/// Codes that a dictionary allows now: active values of an active dictionary (data-model §8). Cached for a few seconds, so that checks cost
/// no round trip per request and a change takes effect without a restart.
/// </summary>
public sealed class DictionaryCodes
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);
    private const int Capacity = 1000;

    private readonly PostgresDatabase _database;
    private readonly Remembered<string, FrozenSet<string>> _dictionaries;

    public DictionaryCodes(PostgresDatabase database, TimeProvider clock)
    {
        _database = database;
        _dictionaries = new(Lifetime, Capacity, clock, Load);
    }

    /// <summary>Empty when there is no such active dictionary.</summary>
    public Task<FrozenSet<string>> Of(string dictionary, CancellationToken ct) => _dictionaries.Find(dictionary, ct);

    /// <summary>The codes of every dictionary that a schema references.</summary>
    public async ValueTask<IReadOnlyDictionary<string, FrozenSet<string>>> For(JsonSchema schema, CancellationToken ct)
    {
        var codes = new Dictionary<string, FrozenSet<string>>();
        foreach (var dictionary in schema.CodeLists)
            codes[dictionary] = await Of(dictionary, ct);
        return codes;
    }

    /// <summary>Uses a connection outside the pool: all pooled connections may be held by callers that wait for this result.</summary>
    private async Task<FrozenSet<string>> Load(string dictionary)
    {
        await using var connection = await _database.OpenSession(CancellationToken.None);
        await using var command = PostgresDatabase.Command(connection, """
            SELECT value.code FROM dictionaries dictionary JOIN dictionary_values value ON value.dictionary_id = dictionary.id
             WHERE dictionary.name = $1 AND dictionary.is_active AND value.is_active
            """, dictionary);
        command.CommandTimeout = 30;
        await using var row = await command.ExecuteReaderAsync();
        var codes = new List<string>();
        while (await row.ReadAsync())
            codes.Add(row.GetString(0));
        return codes.ToFrozenSet(StringComparer.Ordinal);
    }
}
