using System.Runtime.CompilerServices;
using System.Text.Json;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Audit;

/// <summary>One recorded change.</summary>
/// <param name="ActorId">User who changed the row.</param>
/// <param name="Changeset">New values; of a deleted row empty.</param>
/// <param name="Former">Old values; null for an insert and for changes before they were recorded.</param>
/// <param name="Operator">Who ran the command line.</param>
public sealed record AuditEntry(Guid Id, DateTime InsertedAt, string Resource, string ResourceId, string ActorId, Guid? ClientId,
    string? RequestId, string? Address, string? Operator, JsonElement Changeset, JsonElement? Former)
{
    /// <summary>Old and new values; without an old one it is an insert, or older than the record of old values.</summary>
    public IEnumerable<ChangedMember> Members()
    {
        Dictionary<string, JsonElement> old = Former is { } former
            ? former.EnumerateObject().ToDictionary(member => member.Name, member => member.Value) : [];
        var now = Changeset.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        return from name in now.Keys.Union(old.Keys)
               select new ChangedMember(name, Text(old, name), Text(now, name));

        static string? Text(Dictionary<string, JsonElement> values, string name) =>
            values.TryGetValue(name, out var value) ? value.ToString() : null;
    }
}

/// <summary>A column of a recorded change.</summary>
/// <param name="Old">Null: there was none, or it is not recorded.</param>
/// <param name="New">Null: there is none any more.</param>
public sealed record ChangedMember(string Name, string? Old, string? New);

/// <summary>The last seal of a log.</summary>
/// <param name="Seals">How many there are.</param>
/// <param name="Until">Instant of the last row that is sealed; null: none is.</param>
public sealed record LogSeal(string Log, long Seals, DateTime? Until, DateTime? SealedAt);

/// <summary>What is asked for; null = any.</summary>
public sealed record AuditQuery
{
    public Guid? Id { get; init; }
    public string? Resource { get; init; }
    public string? ResourceId { get; init; }
    public string? ActorId { get; init; }
    public Guid? ClientId { get; init; }
    public string? RequestId { get; init; }
    public string? Operator { get; init; }
    public DateTime? From { get; init; }
    public DateTime? Until { get; init; }
    public int Limit { get; init; } = 100;
}

/// <summary>Reads <c>audit_log</c>.</summary>
public sealed class AuditLog(PostgresDatabase database)
{
    /// <summary>
    /// The newest first. A row's id, or an instant since when, is found by an index; anything else reads the whole log.
    /// </summary>
    public async Task<IReadOnlyList<AuditEntry>> Find(AuditQuery query, CancellationToken ct)
    {
        await using var session = await database.OpenSession(ct);
        return await Command(session, "ORDER BY inserted_at DESC, id LIMIT $10", query, query.Limit).ReadAll(EntryOf, ct);
    }

    /// <summary>All of them, the oldest first, one by one.</summary>
    /// <param name="query">Its limit does not count.</param>
    public async IAsyncEnumerable<AuditEntry> Read(AuditQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var session = await database.OpenSession(ct);
        await using var command = Command(session, "ORDER BY inserted_at, id", query);
        await using var row = await command.ExecuteReaderAsync(ct);
        while (await row.ReadAsync(ct))
            yield return EntryOf(row);
    }

    private static NpgsqlCommand Command(NpgsqlConnection session, string order, AuditQuery query, params object[] more) =>
        PostgresDatabase.Command(session, $"""
            SELECT {Columns}
              FROM audit_log
             WHERE ($1::uuid IS NULL OR id = $1) AND ($2::text IS NULL OR resource = $2) AND ($3::text IS NULL OR resource_id = $3)
               AND ($4::text IS NULL OR actor_id = $4) AND ($5::uuid IS NULL OR client_id = $5)
               AND ($6::text IS NULL OR request_id = $6) AND ($7::text IS NULL OR operator = $7)
               AND ($8::timestamptz IS NULL OR inserted_at >= $8) AND ($9::timestamptz IS NULL OR inserted_at < $9)
             {order}
            """, [query.Id, query.Resource, query.ResourceId, query.ActorId, query.ClientId, query.RequestId, query.Operator, query.From,
            query.Until, .. more]);

    /// <summary>The changes of some rows, the newest first.</summary>
    /// <param name="rowsSql">Selects table (<c>resource</c>) and id (<c>resource_id</c>) of the rows, by the key <c>$1</c>.</param>
    public Task<IReadOnlyList<AuditEntry>> Of(string rowsSql, Guid key, int limit, CancellationToken ct) => database.Command($"""
        SELECT {Columns}
          FROM ({rowsSql}) AS wanted (resource, resource_id)
          JOIN audit_log USING (resource, resource_id)
         ORDER BY inserted_at DESC, id
         LIMIT $2
        """, key, limit).ReadAll(EntryOf, ct);

    /// <summary>How far each log is sealed.</summary>
    public Task<IReadOnlyList<LogSeal>> Seals(CancellationToken ct) => database.Command("""
        SELECT sealed.name, last.number, last.until_at, last.sealed_at
          FROM unnest(ARRAY['audit_log', 'access_journal']) AS sealed (name)
          LEFT JOIN LATERAL (
            SELECT number, until_at, sealed_at FROM audit_seals WHERE log = sealed.name ORDER BY number DESC LIMIT 1) last ON true
        """).ReadAll(row => row.IsDBNull(1) ? new LogSeal(row.GetString(0), 0, null, null)
            : new(row.GetString(0), row.GetInt64(1), row.GetDateTime(2), row.GetDateTime(3)), ct);

    private const string Columns =
        "id, inserted_at, resource, resource_id, actor_id, client_id, request_id, host(address), operator, changeset::text, former::text";

    private static AuditEntry EntryOf(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetDateTime(1), row.GetString(2), row.GetString(3),
        row.GetString(4), row.IsDBNull(5) ? null : row.GetGuid(5), row.Text(6), row.Text(7), row.Text(8),
        JsonElement.Parse(row.GetString(9)), row.Text(10) is { } former ? JsonElement.Parse(former) : null);
}
