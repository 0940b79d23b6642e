using Esoz.Platform.Database;

namespace Esoz.Platform.Access;

/// <summary>An API client as registered by an operator (platform §3). What is null stays as it is when the client exists.</summary>
/// <param name="Name">Null, for a new client = its type and id.</param>
/// <param name="Scopes">Override the scopes of the client type; null, for a new client = those of the type.</param>
/// <param name="Access">DIRECT or BROKER; null, for a new client = DIRECT.</param>
/// <param name="BrokerScope">
/// Scopes that calls with the client's api-key may use; empty = none. Null, for a new client = no limit for the client's own calls
/// (platform §2, check 8), but its api-key is refused with the token of a BROKER client (check 6b).
/// </param>
public sealed record ClientRegistration(Guid Id, string Type, string? Name, string? Scopes, string? Access, string? BrokerScope)
{
    /// <summary>An existing client gives up its own scopes: it has those of its type.</summary>
    public bool WithoutScopes { get; init; }

    /// <summary>An existing client gives up its broker scopes.</summary>
    public bool WithoutBrokerScope { get; init; }
}

/// <summary>
/// Everything by which an operator grants or ends access: clients, connections, users, their tokens and api-keys. Secrets are created here,
/// returned once and stored only as hashes (platform §3). What ends is effective on every node within <c>AUTH_CACHE_TTL_SECONDS</c>.
/// </summary>
/// <param name="author">Who does it; null = an operator at the command line.</param>
public sealed class Registrar(PostgresDatabase database, Guid? author = null)
{
    /// <summary>Author of rows that were not written by a user.</summary>
    public static readonly Guid SystemUser = Guid.Parse("4261eacf-8008-4e62-899f-de1e2f7065f0");

    private readonly Guid _author = author ?? SystemUser;

    /// <summary>Returns false when there is no such client type. An existing client is updated.</summary>
    public async Task<bool> Register(ClientRegistration client, CancellationToken ct)
    {
        const string sql = """
            INSERT INTO clients (id, name, client_type_id, access_type, scope, broker_scope, inserted_at, inserted_by, updated_at,
              updated_by)
            SELECT $1, coalesce($3, ct.name || ' ' || $1::text), ct.id, coalesce($4, $10), $5, $6, now(), $7, now(), $7
              FROM client_types ct
             WHERE ct.name = $2
                ON CONFLICT (id) DO UPDATE
               SET name = coalesce($3, clients.name), client_type_id = excluded.client_type_id,
                   access_type = coalesce($4, clients.access_type),
                   scope = CASE WHEN $8 THEN NULL ELSE coalesce($5, clients.scope) END,
                   broker_scope = CASE WHEN $9 THEN NULL ELSE coalesce($6, clients.broker_scope) END,
                   updated_at = excluded.updated_at, updated_by = excluded.updated_by
            """;
        return await database.Write(sql, ct, client.Id, client.Type, client.Name, client.Access, client.Scopes, client.BrokerScope,
            _author, client.WithoutScopes, client.WithoutBrokerScope, AccessType.Direct) == 1;
    }

    /// <summary>Returns the token, or null when there is no such client. An unknown user is created.</summary>
    public async Task<string?> IssueToken(Guid client, Guid user, string scope, TimeSpan life, CancellationToken ct)
    {
        const string sql = """
            WITH author AS (
              INSERT INTO users (id, email, inserted_at, updated_at) VALUES ($2, $2::text || '@users.invalid', now(), now())
              ON CONFLICT (id) DO NOTHING
            )
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, inserted_at)
            SELECT gen_random_uuid(), 'access_token', $3, $2, extract(epoch FROM now() + $5)::bigint,
                   jsonb_build_object('client_id', c.id::text, 'scope', $4::text, 'grant_type', 'operator'), now()
              FROM clients c
             WHERE c.id = $1
            """;
        var secret = SecretHash.NewSecret();
        var scopes = string.Join(' ', scope.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return await database.Write(sql, ct, client, user, SecretHash.Of(secret).Hex, scopes, life) == 1 ? secret : null;
    }

    /// <summary>Longest life of an api-key, in days.</summary>
    public const int MaxKeyDays = 730;

    /// <summary>An api-key that needs no client certificate.</summary>
    public Task<string?> IssueKey(Guid client, TimeSpan life, CancellationToken ct) => IssueKey(client, life, [], ct);

    /// <summary>
    /// Returns the api-key, or null when there is no such client. Earlier keys of the client stay valid until they expire or are revoked.
    /// </summary>
    /// <param name="certificates">Thumbprints of client certificates, one of which is needed to use the key; empty = none is.</param>
    /// <param name="id">Of the key; null is returned when there is one already, so that a form that is sent twice issues one.</param>
    public async Task<string?> IssueKey(
        Guid client, TimeSpan life, IReadOnlyList<string> certificates, CancellationToken ct, Guid? id = null)
    {
        const string sql = """
            INSERT INTO connections (id, client_id, consumer_id, secret_hash, expires_at, certificate_thumbprints, inserted_at, inserted_by,
              updated_at, updated_by)
            SELECT $6, c.id, c.id, $2, now() + $3, nullif($5::text[], '{}'), now(), $4, now(), $4
              FROM clients c
             WHERE c.id = $1
                ON CONFLICT (id) DO NOTHING
            """;
        var secret = SecretHash.NewSecret();
        return await database.Write(
            sql, ct, client, SecretHash.Of(secret).Hex, life, _author, certificates.ToArray(), id ?? Guid.NewGuid()) == 1 ? secret : null;
    }

    /// <summary>
    /// Connects a consumer that acts for the client (sign-in §12), beside the connections that the pair has. Returns the id and the secret,
    /// or null when there is no such client or consumer.
    /// </summary>
    /// <param name="id">Of the connection; null is returned when there is one already, so that a form that is sent twice makes one.</param>
    public async Task<(Guid Id, string Secret)?> Connect(
        Guid client, Guid consumer, string redirectUri, CancellationToken ct, Guid? id = null)
    {
        const string sql = """
            INSERT INTO connections (id, client_id, consumer_id, redirect_uri, secret_hash, inserted_at, inserted_by, updated_at, updated_by)
            SELECT $1, c.id, consumer.id, $4, $5, now(), $6, now(), $6
              FROM clients c
              JOIN clients consumer ON consumer.id = $3
             WHERE c.id = $2
                ON CONFLICT (id) DO NOTHING
            """;
        var (connection, secret) = (id ?? Guid.NewGuid(), SecretHash.NewSecret());
        return await database.Write(sql, ct, connection, client, consumer, redirectUri, SecretHash.Of(secret).Hex, _author) == 1
            ? (connection, secret) : null;
    }

    /// <summary>Replaces the secret of a connection, or api-key, and returns the new one; null when there is none in force.</summary>
    public async Task<string?> RefreshSecret(Guid connection, CancellationToken ct)
    {
        const string sql = """
            UPDATE connections SET secret_hash = $2, updated_at = now(), updated_by = $3
             WHERE id = $1 AND (expires_at IS NULL OR expires_at > now())
            """;
        var secret = SecretHash.NewSecret();
        return await database.Write(sql, ct, connection, SecretHash.Of(secret).Hex, _author) == 1 ? secret : null;
    }

    /// <summary>
    /// Neither its tokens nor its api-keys are accepted, and what it has ordered is not carried out, until it is unblocked.
    /// </summary>
    /// <returns>False when there is no such client.</returns>
    public Task<bool> BlockClient(Guid client, string? reason, CancellationToken ct) => SetClientBlocked(client, true, reason, ct);

    /// <summary>False when there is no such client.</summary>
    public Task<bool> UnblockClient(Guid client, CancellationToken ct) => SetClientBlocked(client, false, null, ct);

    /// <summary>Ends all tokens of the user, for good (db/0027); new ones are not accepted until the user is unblocked.</summary>
    /// <returns>False when there is no such user.</returns>
    public Task<bool> BlockUser(Guid user, string? reason, CancellationToken ct) => SetUserBlocked(user, true, reason, ct);

    /// <summary>False when there is no such user.</summary>
    public Task<bool> UnblockUser(Guid user, CancellationToken ct) => SetUserBlocked(user, false, null, ct);

    /// <summary>
    /// Ends the valid tokens with this id, of this client, of this user; null = any. At least one is given. With a token of sign-in ends
    /// its session: its refresh token would give another one.
    /// </summary>
    /// <returns>How many.</returns>
    public Task<int> RevokeTokens(Guid? id, Guid? client, Guid? user, CancellationToken ct)
    {
        const string sql = """
            UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
             WHERE ($1::uuid IS NULL OR id = $1 OR session_id = (SELECT session_id FROM tokens WHERE id = $1))
               AND ($2::uuid IS NULL OR details ->> 'client_id' = $2::text)
               AND ($3::uuid IS NULL OR user_id = $3) AND expires_at > floor(extract(epoch FROM now()))::bigint
            """;
        if ((id ?? client ?? user) is null)
            throw new ArgumentException("Names no token.", nameof(id));
        return database.Write(sql, ct, id, client, user);
    }

    /// <summary>
    /// Ends the valid api-keys and other connections with this id, of this client; null = any. At least one is given. The tokens
    /// that were issued for the secret end too (db/0037).
    /// </summary>
    /// <returns>How many.</returns>
    public Task<int> RevokeKeys(Guid? id, Guid? client, CancellationToken ct)
    {
        const string sql = """
            UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = $3
             WHERE ($1::uuid IS NULL OR id = $1) AND ($2::uuid IS NULL OR client_id = $2)
               AND (expires_at IS NULL OR expires_at > now())
            """;
        if ((id ?? client) is null)
            throw new ArgumentException("Names no api-key.", nameof(id));
        return database.Write(sql, ct, id, client, _author);
    }

    /// <summary>False when there is no such valid token. With a token of sign-in ends its session.</summary>
    public async Task<bool> RevokeToken(string token, CancellationToken ct)
    {
        const string sql = """
            SELECT id FROM tokens WHERE value_hash = $1::bpchar AND expires_at > floor(extract(epoch FROM now()))::bigint
            """;
        return await database.Command(sql, SecretHash.Of(token).Hex).ReadValue<Guid?>(ct) is { } id
            && await RevokeTokens(id, null, null, ct) > 0;
    }

    /// <summary>False when there is no such valid key.</summary>
    public async Task<bool> RevokeKey(string key, CancellationToken ct)
    {
        const string sql = """
            UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = $2
             WHERE secret_hash = $1::bpchar AND (expires_at IS NULL OR expires_at > now())
            """;
        return await database.Write(sql, ct, SecretHash.Of(key).Hex, _author) > 0;
    }

    private async Task<bool> SetClientBlocked(Guid client, bool isBlocked, string? reason, CancellationToken ct) => await database.Write(
        "UPDATE clients SET is_blocked = $2, block_reason = $3, updated_at = now(), updated_by = $4 WHERE id = $1",
        ct, client, isBlocked, reason, _author) == 1;

    private async Task<bool> SetUserBlocked(Guid user, bool isBlocked, string? reason, CancellationToken ct) => await database.Write(
        "UPDATE users SET is_blocked = $2, block_reason = $3, updated_at = now() WHERE id = $1", ct, user, isBlocked, reason) == 1;
}
