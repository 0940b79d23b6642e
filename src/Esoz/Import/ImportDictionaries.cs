using Esoz.Platform.Access;
using Npgsql;

namespace Esoz.Import;

/// <summary>
/// <c>dictionary import FILE</c>: brings dictionaries to the state of a file (<see cref="DictionaryFile"/>), in one transaction.
/// Dictionaries that the file does not name stay as they are. A value that the file does not have is deactivated, not deleted: rows may
/// have it.
/// </summary>
public static class ImportDictionaries
{
    /// <exception cref="ImportFailedException">The file is faulty; nothing was written.</exception>
    public static async Task<IReadOnlyList<DictionarySummary>> Run(NpgsqlDataSource database, string file, CancellationToken ct)
    {
        var entries = DictionaryFile.Read(await File.ReadAllBytesAsync(file, ct), Path.GetFileName(file));
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Two imports at the same time would both add the same values.
        await connection.Execute("LOCK TABLE dictionaries IN SHARE ROW EXCLUSIVE MODE", ct);
        var summaries = new List<DictionarySummary>();
        foreach (var entry in entries)
            summaries.Add(await Import(connection, entry, ct));
        await transaction.CommitAsync(ct);
        return summaries;
    }

    private static async Task<DictionarySummary> Import(NpgsqlConnection connection, DictionaryEntry entry, CancellationToken ct)
    {
        var (id, isNew, isChanged) = await WriteDictionary(connection, entry, ct);
        var stored = await StoredValues(connection, id, ct);
        var ids = entry.Values.ToDictionary(value => value.Code,
            value => stored.TryGetValue(value.Code, out var known) ? known.Id : Guid.NewGuid());
        var wanted = entry.Values.ToDictionary(value => value.Code,
            value => new Value(ids[value.Code], value.Parent is null ? null : ids[value.Parent], value.Description, value.IsActive));
        var added = wanted.Where(value => !stored.ContainsKey(value.Key)).ToList();
        var changed = wanted.Where(value => stored.TryGetValue(value.Key, out var known) && known != value.Value).ToList();
        var missing = stored.Where(value => value.Value.IsActive && !wanted.ContainsKey(value.Key))
            .Select(value => KeyValuePair.Create(value.Key, value.Value with { IsActive = false })).ToList();

        await Insert(connection, id, added, ct);
        await Update(connection, [.. changed, .. missing], ct);

        var deactivated = changed.Count(value => stored[value.Key].IsActive && !value.Value.IsActive) + missing.Count;
        var updated = changed.Count + missing.Count - deactivated;
        return new(entry.Name, isNew, isChanged, added.Count, updated, deactivated, entry.Values.Count - added.Count - changed.Count);
    }

    /// <summary>A new dictionary is active and has the labels of an ordinary one (dictionaries §1) unless the file has others.</summary>
    private static async Task<(Guid Id, bool IsNew, bool IsChanged)> WriteDictionary(
        NpgsqlConnection connection, DictionaryEntry entry, CancellationToken ct)
    {
        object?[] parameters = [entry.Name, entry.Description, entry.Labels?.ToArray(), entry.IsActive, Registrar.SystemUser];
        if (await PostgresDatabase.Command(connection, """
            INSERT INTO dictionaries (id, name, description, labels, is_active, inserted_by)
            VALUES (gen_random_uuid(), $1, $2::text, coalesce($3::text[], '{SYSTEM,EXTERNAL}'), coalesce($4::boolean, true), $5)
                ON CONFLICT (name) DO NOTHING
            RETURNING id
            """, parameters).ReadValue<Guid?>(ct) is { } added)
            return (added, true, false);
        if (await PostgresDatabase.Command(connection, """
            UPDATE dictionaries
               SET description = coalesce($2::text, description), labels = coalesce($3::text[], labels), is_active = coalesce($4::boolean, is_active),
                   updated_at = now(), updated_by = $5
             WHERE name = $1
               AND (description, labels, is_active)
                   IS DISTINCT FROM (coalesce($2::text, description), coalesce($3::text[], labels), coalesce($4::boolean, is_active))
            RETURNING id
            """, parameters).ReadValue<Guid?>(ct) is { } changed)
            return (changed, false, true);
        var kept = PostgresDatabase.Command(connection, "SELECT id FROM dictionaries WHERE name = $1", entry.Name);
        return (await kept.ReadValue<Guid>(ct), false, false);
    }

    private static async Task<Dictionary<string, Value>> StoredValues(NpgsqlConnection connection, Guid dictionary, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(
            connection, "SELECT code, id, parent_id, description, is_active FROM dictionary_values WHERE dictionary_id = $1", dictionary);
        await using var row = await command.ExecuteReaderAsync(ct);
        var values = new Dictionary<string, Value>();
        while (await row.ReadAsync(ct))
            values.Add(
                row.GetString(0), new(row.GetGuid(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetBoolean(4)));
        return values;
    }

    private static Task<int> Insert(
        NpgsqlConnection connection, Guid dictionary, IReadOnlyList<KeyValuePair<string, Value>> values, CancellationToken ct) =>
        PostgresDatabase.Command(connection, """
            INSERT INTO dictionary_values (id, dictionary_id, parent_id, code, description, is_active, inserted_by)
            SELECT id, $6, parent_id, code, description, is_active, $7
              FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::boolean[]) AS value (id, parent_id, code, description, is_active)
            """, [.. Columns(values), dictionary, Registrar.SystemUser]).Execute(ct);

    private static Task<int> Update(
        NpgsqlConnection connection, IReadOnlyList<KeyValuePair<string, Value>> values, CancellationToken ct) =>
        PostgresDatabase.Command(connection, """
            UPDATE dictionary_values stored
               SET parent_id = value.parent_id, description = value.description, is_active = value.is_active,
                   updated_at = now(), updated_by = $6
              FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::boolean[]) AS value (id, parent_id, code, description, is_active)
             WHERE stored.id = value.id
            """, [.. Columns(values), Registrar.SystemUser]).Execute(ct);

    private static object[] Columns(IReadOnlyList<KeyValuePair<string, Value>> values) =>
    [
        values.Select(value => value.Value.Id).ToArray(), values.Select(value => value.Value.Parent).ToArray(),
        values.Select(value => value.Key).ToArray(), values.Select(value => value.Value.Description).ToArray(),
        values.Select(value => value.Value.IsActive).ToArray(),
    ];

    private sealed record Value(Guid Id, Guid? Parent, string Description, bool IsActive);
}
