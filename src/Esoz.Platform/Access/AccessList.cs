using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Access;

/// <summary>Clients and their credentials as an operator sees them, never with a secret or its hash.</summary>
public sealed class AccessList(PostgresDatabase database)
{
    /// <summary>Clients by type and name.</summary>
    public Task<IReadOnlyList<ListedClient>> Clients(Guid? client, CancellationToken ct) => Read("""
        SELECT c.id, c.name, ct.name, c.access_type, coalesce(c.scope, ct.scope), c.broker_scope, c.is_blocked
          FROM clients c
          JOIN client_types ct ON ct.id = c.client_type_id
         WHERE $1::uuid IS NULL OR c.id = $1
         ORDER BY ct.name, c.name, c.id
        """, row => new ListedClient(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), Scopes(row, 4)!, Scopes(row, 5),
            row.GetBoolean(6)), ct, client);

    /// <summary>One client with what it has in use; null when there is none.</summary>
    public async Task<ShownClient?> Client(Guid client, CancellationToken ct) => (await Read("""
        SELECT c.id, c.name, ct.name, c.access_type, coalesce(c.scope, ct.scope), c.scope IS NOT NULL, c.broker_scope, c.is_blocked,
               c.block_reason, c.inserted_at, c.updated_at,
               (SELECT count(*) FROM tokens
                 WHERE name = 'access_token' AND details ->> 'client_id' = c.id::text AND expires_at > extract(epoch FROM now())),
               (SELECT count(*) FROM connections WHERE client_id = c.id AND (expires_at IS NULL OR expires_at > now())),
               ARRAY(SELECT DISTINCT consumer_id FROM connections
                      WHERE client_id = c.id AND consumer_id <> c.id AND (expires_at IS NULL OR expires_at > now()))
          FROM clients c
          JOIN client_types ct ON ct.id = c.client_type_id
         WHERE c.id = $1
        """, row => new ShownClient(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), Scopes(row, 4)!,
            row.GetBoolean(5), Scopes(row, 6), row.GetBoolean(7), row.Text(8), row.GetDateTime(9),
            row.IsDBNull(10) ? null : row.GetDateTime(10), row.GetInt64(11), row.GetInt64(12), row.GetFieldValue<Guid[]>(13)),
        ct, client)).SingleOrDefault();

    /// <summary>Users by email.</summary>
    /// <param name="client">Only those with a valid token of this client.</param>
    /// <param name="onlyBlocked">Only those who are blocked.</param>
    public Task<IReadOnlyList<ListedUser>> Users(Guid? client, bool onlyBlocked, int limit, CancellationToken ct) =>
        Users(null, client, onlyBlocked, limit, ct);

    /// <summary>One user; null when there is none.</summary>
    public async Task<ListedUser?> User(Guid user, CancellationToken ct) =>
        (await Users(user, client: null, onlyBlocked: false, limit: 1, ct)).SingleOrDefault();

    private Task<IReadOnlyList<ListedUser>> Users(Guid? user, Guid? client, bool onlyBlocked, int limit, CancellationToken ct) => Read("""
        SELECT u.id, u.email, u.is_blocked, u.block_reason, valid.tokens,
               ARRAY(SELECT DISTINCT role.name || '@' || held.client
                       FROM (SELECT role_id, client_id::text AS client FROM user_roles WHERE user_id = u.id
                              UNION ALL SELECT role_id, '*' FROM global_user_roles WHERE user_id = u.id) held
                       JOIN roles role ON role.id = held.role_id
                      ORDER BY 1),
               u.password_hash IS NOT NULL,
               ARRAY(SELECT type::text FROM authentication_factors WHERE user_id = u.id AND is_active ORDER BY 1),
               (SELECT max(inserted_at) FROM tokens
                 WHERE user_id = u.id AND name IN ('access_token', 'authorization_code')
                   AND details ->> 'grant_type' IN ('password', 'authorization_code'))
          FROM users u
         CROSS JOIN LATERAL (
           SELECT count(*) AS tokens
             FROM tokens
            WHERE user_id = u.id AND name = 'access_token' AND expires_at > extract(epoch FROM now())
              AND ($1::uuid IS NULL OR details ->> 'client_id' = $1::text)) valid
         WHERE ($1::uuid IS NULL OR valid.tokens > 0) AND (NOT $2 OR u.is_blocked) AND ($4::uuid IS NULL OR u.id = $4)
         ORDER BY lower(u.email)
         LIMIT $3
        """, row => new ListedUser(row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.Text(3), row.GetInt64(4),
            row.GetFieldValue<string[]>(5), row.GetBoolean(6), row.GetFieldValue<string[]>(7), row.IsDBNull(8) ? null : row.GetDateTime(8)),
        ct, client, onlyBlocked, limit, user);

    /// <summary>Names of the roles of users.</summary>
    public Task<IReadOnlyList<string>> Roles(CancellationToken ct) => Read("SELECT name FROM roles ORDER BY name", row => row.GetString(0), ct);

    /// <summary>Bearer tokens, the last to expire first.</summary>
    /// <param name="withExpired">Also those that have expired or were revoked; they are kept for 30 days.</param>
    public Task<IReadOnlyList<ListedToken>> Tokens(Guid? client, Guid? user, bool withExpired, CancellationToken ct) => Read("""
        SELECT id, details ->> 'client_id', user_id, details ->> 'scope', to_timestamp(expires_at)
          FROM tokens
         WHERE name = 'access_token'
           AND ($1::uuid IS NULL OR details ->> 'client_id' = $1::text)
           AND ($2::uuid IS NULL OR user_id = $2)
           AND ($3 OR expires_at > extract(epoch FROM now()))
         ORDER BY expires_at DESC, id
        """, row => new ListedToken(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetGuid(2), Scopes(row, 3) ?? [],
            row.GetDateTime(4)), ct, client, user, withExpired);

    /// <summary>Api-keys, the last to expire first.</summary>
    /// <param name="withExpired">Also those that have expired or were revoked.</param>
    public Task<IReadOnlyList<ListedKey>> Keys(Guid? client, bool withExpired, CancellationToken ct) => Read("""
        SELECT k.id, k.client_id, coalesce(c.scope, ct.scope), c.broker_scope, k.expires_at, k.certificate_thumbprints
          FROM connections k
          JOIN clients c ON c.id = k.client_id
          JOIN client_types ct ON ct.id = c.client_type_id
         WHERE ($1::uuid IS NULL OR k.client_id = $1) AND ($2 OR k.expires_at IS NULL OR k.expires_at > now())
         ORDER BY k.expires_at DESC NULLS FIRST, k.id
        """, row => new ListedKey(row.GetGuid(0), row.GetGuid(1), Scopes(row, 2)!, Scopes(row, 3),
            row.IsDBNull(4) ? null : row.GetDateTime(4), row.IsDBNull(5) ? [] : row.GetFieldValue<string[]>(5)), ct, client, withExpired);

    /// <summary>Connections by client and consumer, the oldest first; api-keys are among them.</summary>
    /// <param name="withEnded">Also those that were deleted or have expired.</param>
    public Task<IReadOnlyList<ListedConnection>> Connections(Guid? client, Guid? consumer, bool withEnded, CancellationToken ct) => Read("""
        SELECT id, client_id, consumer_id, redirect_uri, inserted_at, expires_at
          FROM connections
         WHERE ($1::uuid IS NULL OR client_id = $1) AND ($2::uuid IS NULL OR consumer_id = $2)
           AND ($3 OR expires_at IS NULL OR expires_at > now())
         ORDER BY client_id, consumer_id, inserted_at, id
        """, row => new ListedConnection(row.GetGuid(0), row.GetGuid(1), row.GetGuid(2), row.Text(3), row.GetDateTime(4),
            row.IsDBNull(5) ? null : row.GetDateTime(5)), ct, client, consumer, withEnded);

    /// <summary>Scopes of all client types.</summary>
    public async Task<IReadOnlySet<string>> KnownScopes(CancellationToken ct) =>
        (await Read("SELECT scope FROM client_types", row => Scopes(row, 0)!, ct)).SelectMany(scopes => scopes).ToHashSet(StringComparer.Ordinal);

    private Task<IReadOnlyList<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object?[] values) =>
        database.Command(sql, values).ReadAll(read, ct);

    private static string[]? Scopes(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <param name="Scopes">Of the client, or of its type.</param>
/// <param name="BrokerScopes">Null = no limit for the client's own calls.</param>
public sealed record ListedClient(
    Guid Id, string Name, string Type, string Access, IReadOnlyList<string> Scopes, IReadOnlyList<string>? BrokerScopes, bool IsBlocked);

/// <param name="Scopes">Of the client, or of its type.</param>
/// <param name="HasOwnScopes">They are its own and replace those of its type.</param>
/// <param name="BrokerScopes">Null = no limit for the client's own calls.</param>
/// <param name="ValidTokens">Number of bearer tokens.</param>
/// <param name="ValidKeys">Number of api-keys.</param>
/// <param name="Consumers">Clients that act for it by a connection.</param>
public sealed record ShownClient(
    Guid Id, string Name, string Type, string Access, IReadOnlyList<string> Scopes, bool HasOwnScopes, IReadOnlyList<string>? BrokerScopes,
    bool IsBlocked, string? BlockReason, DateTime InsertedAt, DateTime? UpdatedAt, long ValidTokens, long ValidKeys,
    IReadOnlyList<Guid> Consumers);

/// <param name="ValidTokens">Number of bearer tokens, of all clients or of the one that was asked for.</param>
/// <param name="Roles">ROLE@client, or ROLE@* for a role with every client.</param>
/// <param name="Factors">Types of the active second factors.</param>
/// <param name="LastSignIn">As far as tokens are kept; null = not since then.</param>
public sealed record ListedUser(
    Guid Id, string Email, bool IsBlocked, string? BlockReason, long ValidTokens, IReadOnlyList<string> Roles, bool HasPassword,
    IReadOnlyList<string> Factors, DateTime? LastSignIn);

public sealed record ListedToken(Guid Id, string? ClientId, Guid UserId, IReadOnlyList<string> Scopes, DateTime ExpiresAt);

/// <param name="Scopes">Of the client, or of its type.</param>
/// <param name="ExpiresAt">Null = never.</param>
/// <param name="CertificateThumbprints">Client certificates, one of which is needed to use the key; empty = none is.</param>
public sealed record ListedKey(
    Guid Id, Guid ClientId, IReadOnlyList<string> Scopes, IReadOnlyList<string>? BrokerScopes, DateTime? ExpiresAt,
    IReadOnlyList<string> CertificateThumbprints);

/// <param name="RedirectUri">Null when no user can sign in by it.</param>
/// <param name="ExpiresAt">Null = never.</param>
public sealed record ListedConnection(
    Guid Id, Guid ClientId, Guid ConsumerId, string? RedirectUri, DateTime InsertedAt, DateTime? ExpiresAt);
