using System.Text.Json;
using Esoz.Platform.Database;

namespace Esoz.Platform.Audit;

/// <summary>One recorded change.</summary>
/// <param name="ActorId">User who changed the row.</param>
/// <param name="Changeset">New values; of a deleted row empty.</param>
/// <param name="Former">Old values; null for an insert and for changes before they were recorded.</param>
/// <param name="Operator">Who ran the command line.</param>
public sealed record AuditEntry(Guid Id, DateTime InsertedAt, string Resource, string ResourceId, string ActorId, Guid? ClientId,
    string? RequestId, string? Address, string? Operator, JsonElement Changeset, JsonElement? Former);

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
        return await PostgresDatabase.Command(session, """
            SELECT id, inserted_at, resource, resource_id, actor_id, client_id, request_id, host(address), operator, changeset::text,
                   former::text
              FROM audit_log
             WHERE ($1::uuid IS NULL OR id = $1) AND ($2::text IS NULL OR resource = $2) AND ($3::text IS NULL OR resource_id = $3)
               AND ($4::text IS NULL OR actor_id = $4) AND ($5::uuid IS NULL OR client_id = $5)
               AND ($6::text IS NULL OR request_id = $6) AND ($7::text IS NULL OR operator = $7)
               AND ($8::timestamptz IS NULL OR inserted_at >= $8) AND ($9::timestamptz IS NULL OR inserted_at < $9)
             ORDER BY inserted_at DESC, id
             LIMIT $10
            """, query.Id, query.Resource, query.ResourceId, query.ActorId, query.ClientId, query.RequestId, query.Operator, query.From,
            query.Until, query.Limit)
            .ReadAll(row => new AuditEntry(row.GetGuid(0), row.GetDateTime(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.IsDBNull(5) ? null : row.GetGuid(5), row.Text(6), row.Text(7), row.Text(8), JsonElement.Parse(row.GetString(9)),
                row.Text(10) is { } former ? JsonElement.Parse(former) : null), ct);
    }
}
