using Esoz.Platform.Database;

namespace Esoz.Platform.Access;

/// <summary>An API client as registered by an operator (platform §3).</summary>
/// <param name="Scopes">Overrides the scopes of the client type; null = those of the type.</param>
/// <param name="Access">DIRECT or BROKER.</param>
/// <param name="BrokerScope">
/// Scopes that calls with the client's api-key may use; empty = none. Null = no limit for the client's own calls (platform §2, check 8),
/// but its api-key is refused with the token of a BROKER client (check 6b).
/// </param>
public sealed record ClientRegistration(Guid Id, string Type, string? Name, string? Scopes, string Access, string? BrokerScope);

/// <summary>
/// Registers clients and issues their tokens and api-keys. Secrets are created here, returned once and stored only as hashes (platform §3).
/// </summary>
public sealed class Registrar(PostgresDatabase database)
{
    /// <summary>Author of rows that were not written by a user.</summary>
    public static readonly Guid SystemUser = Guid.Parse("4261eacf-8008-4e62-899f-de1e2f7065f0");

    /// <summary>Returns false when there is no such client type. An existing client is updated.</summary>
    public async Task<bool> Register(ClientRegistration client, CancellationToken ct)
    {
        const string sql = """
            INSERT INTO clients (id, name, client_type_id, access_type, scope, broker_scope, inserted_at, inserted_by, updated_at,
              updated_by)
            SELECT $1, coalesce($3, ct.name || ' ' || $1::text), ct.id, $4, $5, $6, now(), $7, now(), $7
              FROM client_types ct
             WHERE ct.name = $2
                ON CONFLICT (id) DO UPDATE
               SET name = CASE WHEN $3::text IS NULL THEN clients.name ELSE excluded.name END, client_type_id = excluded.client_type_id,
                   access_type = excluded.access_type, scope = excluded.scope, broker_scope = excluded.broker_scope,
                   updated_at = excluded.updated_at, updated_by = excluded.updated_by
            """;
        return await Write(sql, ct, client.Id, client.Type, client.Name, client.Access, client.Scopes, client.BrokerScope, SystemUser) == 1;
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
        return await Write(sql, ct, client, user, SecretHash.Of(secret).Hex, scopes, life) == 1 ? secret : null;
    }

    /// <summary>
    /// Returns the api-key, or null when there is no such client. Earlier keys of the client stay valid until they expire or are revoked.
    /// </summary>
    public async Task<string?> IssueKey(Guid client, TimeSpan life, CancellationToken ct)
    {
        const string sql = """
            INSERT INTO connections (id, client_id, consumer_id, secret_hash, expires_at, inserted_at, inserted_by, updated_at, updated_by)
            SELECT gen_random_uuid(), c.id, c.id, $2, now() + $3, now(), $4, now(), $4
              FROM clients c
             WHERE c.id = $1
            """;
        var secret = SecretHash.NewSecret();
        return await Write(sql, ct, client, SecretHash.Of(secret).Hex, life, SystemUser) == 1 ? secret : null;
    }

    /// <summary>False when there is no such valid token.</summary>
    public async Task<bool> RevokeToken(string token, CancellationToken ct)
    {
        const string sql = """
            UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
             WHERE value_hash = $1::bpchar AND expires_at > floor(extract(epoch FROM now()))::bigint
            """;
        return await Write(sql, ct, SecretHash.Of(token).Hex) > 0;
    }

    /// <summary>False when there is no such valid key.</summary>
    public async Task<bool> RevokeKey(string key, CancellationToken ct)
    {
        const string sql = """
            UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = $2
             WHERE secret_hash = $1::bpchar AND (expires_at IS NULL OR expires_at > now())
            """;
        return await Write(sql, ct, SecretHash.Of(key).Hex, SystemUser) > 0;
    }

    /// <summary>Number of rows that the statement has written durably.</summary>
    /// <exception cref="CommitNotReplicatedException"/>
    private async Task<int> Write(string sql, CancellationToken ct, params object?[] values)
    {
        await using var write = await database.OpenForWrite(ct);
        await using var command = PostgresDatabase.Command(write.Connection, sql, values);
        var rows = await command.ExecuteNonQueryAsync(ct);
        write.EnsureReplicated();
        return rows;
    }
}
