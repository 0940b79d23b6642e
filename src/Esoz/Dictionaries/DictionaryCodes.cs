using System.Collections.Concurrent;
using System.Collections.Frozen;
using Esoz.Platform.Database;
using Esoz.Platform.Schema;

namespace Esoz.Dictionaries;

/// <summary>
/// Codes that a dictionary allows now: active values of an active dictionary (data-model §8). Remembered for a few seconds, so that
/// checks on every request cost no round trip and a change takes effect without a restart.
/// </summary>
public sealed class DictionaryCodes(PostgresDatabase database, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Remembered> _dictionaries = new();
    private readonly SemaphoreSlim _loading = new(1);

    /// <summary>Empty when there is no such active dictionary.</summary>
    public async ValueTask<FrozenSet<string>> Of(string dictionary, CancellationToken ct)
    {
        if (Remember(dictionary) is { } remembered)
            return remembered;
        // One at a time: whoever waited finds what the first one brought.
        await _loading.WaitAsync(ct);
        try
        {
            if (Remember(dictionary) is { } brought)
                return brought;
            var at = clock.GetTimestamp();
            var codes = await Load(dictionary, ct);
            _dictionaries[dictionary] = new(codes, at);
            return codes;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The codes of every dictionary that a schema names.</summary>
    public async ValueTask<IReadOnlyDictionary<string, FrozenSet<string>>> For(JsonSchema schema, CancellationToken ct)
    {
        var codes = new Dictionary<string, FrozenSet<string>>();
        foreach (var dictionary in schema.CodeLists)
            codes[dictionary] = await Of(dictionary, ct);
        return codes;
    }

    public void Dispose() => _loading.Dispose();

    private FrozenSet<string>? Remember(string dictionary) =>
        _dictionaries.TryGetValue(dictionary, out var remembered) && clock.GetElapsedTime(remembered.At) < Lifetime ? remembered.Codes : null;

    /// <summary>On a connection beside the pool: who asks may hold one of the pool's, and so may everybody else.</summary>
    private async Task<FrozenSet<string>> Load(string dictionary, CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        await using var command = PostgresDatabase.Command(connection, """
            SELECT value.code FROM dictionaries dictionary JOIN dictionary_values value ON value.dictionary_id = dictionary.id
             WHERE dictionary.name = $1 AND dictionary.is_active AND value.is_active
            """, dictionary);
        await using var row = await command.ExecuteReaderAsync(ct);
        var codes = new List<string>();
        while (await row.ReadAsync(ct))
            codes.Add(row.GetString(0));
        return codes.ToFrozenSet(StringComparer.Ordinal);
    }

    private sealed record Remembered(FrozenSet<string> Codes, long At);
}
