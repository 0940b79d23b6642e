using System.Security.Cryptography.X509Certificates;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Access;

/// <summary>A bearer token that grants access to API routes (platform §2, check 5b).</summary>
/// <param name="ExpiresAt">Unix seconds.</param>
/// <param name="Scopes">Granted scopes, <c>details.scope</c>, as far as the client still has them: its own or those of its type.</param>
/// <param name="IsBroker">The client works through a broker, whose api-key is also required.</param>
/// <param name="Consumers">Clients that act for this one by a connection in force.</param>
public sealed record AccessToken(
    Guid ClientId, Guid UserId, string ClientType, bool IsBroker, long ExpiresAt, ScopeSet Scopes, IReadOnlyList<Guid> Consumers);

/// <summary>An api-key: the secret of a connected system (platform §2, check 5a).</summary>
/// <param name="Id">Id of the connection, for the access journal.</param>
/// <param name="ClientId">The MIS, PIS or NHS system that owns the key.</param>
/// <param name="ExpiresAt">Null = never.</param>
/// <param name="ClientScopes">Scopes of the client, or of its type.</param>
/// <param name="BrokerScopes">
/// Scopes that calls with the client's api-key may use; empty = none. Null = no limit for the client's own calls (platform §2, check 8),
/// but its api-key is refused with the token of a BROKER client (check 6b).
/// </param>
/// <param name="Certificates">Thumbprints of the client certificates it is bound to; null = to none.</param>
public sealed record ApiKey(
    Guid Id, Guid ClientId, string ClientType, DateTime? ExpiresAt, ScopeSet ClientScopes, ScopeSet? BrokerScopes,
    IReadOnlyList<string>? Certificates)
{
    /// <summary>
    /// Whether the key may accompany the token (platform §2, check 6c): it is that of the token's client, of a client that acts for it by a
    /// connection, or of the NHS.
    /// </summary>
    public bool Accompanies(AccessToken token) =>
        ClientId == token.ClientId || ClientType == Access.ClientType.Nhs || token.Consumers.Contains(ClientId);
}

/// <summary>A set of scopes, stored as a space-separated list.</summary>
public sealed class ScopeSet
{
    private readonly HashSet<string> _scopes;

    public ScopeSet(string list) => _scopes = [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private ScopeSet(HashSet<string> scopes) => _scopes = scopes;

    public bool IsEmpty => _scopes.Count == 0;

    public bool Contains(string scope) => _scopes.Contains(scope);

    /// <summary>Those that are in the other list too, which may be much longer.</summary>
    public ScopeSet Within(string list)
    {
        var own = _scopes.GetAlternateLookup<ReadOnlySpan<char>>();
        var common = new HashSet<string>();
        foreach (var part in list.AsSpan().Split(' '))
        {
            if (own.TryGetValue(list.AsSpan(part), out var scope))
                common.Add(scope);
        }
        return new(common);
    }
}

/// <summary>
/// Finds tokens and api-keys by the hash of the presented secret. A credential of a blocked user or client, or without scopes, counts as
/// unknown; expiry is checked on every use, cached or not. Lookups, found or not, are cached for at most <c>AUTH_CACHE_TTL_SECONDS</c>, so
/// that whatever ends or narrows an access takes effect within that time on every node (platform §3).
/// </summary>
public sealed class Credentials
{
    private const int Capacity = 100_000;

    private readonly ReadReplica _databases;
    private readonly TimeProvider _clock;
    private readonly Remembered<SecretHash, AccessToken?> _tokens;
    private readonly Remembered<SecretHash, ApiKey?> _keys;

    public Credentials(ReadReplica databases, TimeProvider clock, TimeSpan cacheLifetime)
    {
        (_databases, _clock) = (databases, clock);
        _tokens = new(cacheLifetime, Capacity, clock, hash => _databases.ReadNewest(database => LoadToken(database, hash)));
        _keys = new(cacheLifetime, Capacity, clock, hash => _databases.ReadNewest(database => LoadKey(database, hash)));
    }

    public async ValueTask<AccessToken?> FindToken(SecretHash hash) =>
        await _tokens.Find(hash) is { } token && token.ExpiresAt > _clock.GetUtcNow().ToUnixTimeSeconds() ? token : null;

    public async ValueTask<ApiKey?> FindKey(SecretHash hash) =>
        await _keys.Find(hash) is { } key && (key.ExpiresAt is not { } until || until > _clock.GetUtcNow().UtcDateTime) ? key : null;

    /// <summary>
    /// What is wrong with the client certificate of a connection that presents the key, null = nothing (platform §2, checks 5c and 6d). The
    /// key says which certificates it trusts, so nobody asks who has issued them; that they are in force is checked at every use.
    /// </summary>
    /// <param name="shown">The certificate whose private key the client has proved to hold; null = it has shown none.</param>
    public string? Unbound(ApiKey key, X509Certificate2? shown)
    {
        if (key.Certificates is not { } certificates)
            return null;
        if (shown is null)
            return "the connection shows no client certificate";
        var (thumbprint, now) = (Thumbprint.Of(shown), _clock.GetUtcNow().UtcDateTime);
        return !certificates.Contains(thumbprint) ? $"the client certificate {thumbprint} is not one of the key's"
            : now < shown.NotBefore.ToUniversalTime() ? $"the client certificate {thumbprint} is not in force yet"
            : now > shown.NotAfter.ToUniversalTime() ? $"the client certificate {thumbprint} has expired"
            : null;
    }

    /// <summary>What is remembered of a token that has ended; other nodes remember it for the lifetime of their cache.</summary>
    public void Forget(SecretHash hash) => _tokens.Forget(hash);

    private static async Task<AccessToken?> LoadToken(PostgresDatabase database, SecretHash hash) =>
        await database.Find(TokenRead, hash.Hex, CancellationToken.None) is { } found && hash.Matches(found.Hash) ? found.Token : null;

    private static async Task<ApiKey?> LoadKey(PostgresDatabase database, SecretHash hash) =>
        await database.Find(KeyRead, hash.Hex, CancellationToken.None) is { } found && hash.Matches(found.Hash) ? found.Key : null;

    private static (string Hash, AccessToken? Token)? ReadToken(NpgsqlDataReader row)
    {
        var scopes = new ScopeSet(row.IsDBNull(6) ? "" : row.GetString(6));
        return (row.GetString(0), scopes.IsEmpty ? null
            : new(row.GetGuid(1), row.GetGuid(2), row.GetString(3), row.GetString(4) == AccessType.Broker, row.GetInt64(5),
                scopes.Within(row.GetString(7)), row.GetFieldValue<Guid[]>(8)));
    }

    private static (string Hash, ApiKey? Key)? ReadKey(NpgsqlDataReader row)
    {
        var scopes = new ScopeSet(row.GetString(3));
        return (row.GetString(0), scopes.IsEmpty ? null
            : new(row.GetGuid(6), row.GetGuid(1), row.GetString(5), row.IsDBNull(2) ? null : row.GetDateTime(2), scopes,
                row.IsDBNull(4) ? null : new ScopeSet(row.GetString(4)), row.IsDBNull(7) ? null : row.GetFieldValue<string[]>(7)));
    }

    private const string TokenSql = """
        SELECT t.value_hash, c.id, t.user_id, ct.name, c.access_type, t.expires_at, t.details->>'scope', coalesce(c.scope, ct.scope),
               ARRAY(SELECT consumer_id FROM connections
                      WHERE client_id = c.id AND consumer_id <> c.id AND (expires_at IS NULL OR expires_at > now()))
          FROM tokens t
          JOIN users u ON u.id = t.user_id AND NOT u.is_blocked
          JOIN clients c ON c.id::text = t.details->>'client_id' AND NOT c.is_blocked
          JOIN client_types ct ON ct.id = c.client_type_id
         WHERE t.value_hash = $1::bpchar AND t.name = 'access_token'
        """;

    private const string KeySql = """
        SELECT k.secret_hash, c.id, k.expires_at, coalesce(c.scope, ct.scope), c.broker_scope, ct.name, k.id,
               k.certificate_thumbprints
          FROM connections k
          JOIN clients c ON c.id = k.client_id AND NOT c.is_blocked
          JOIN client_types ct ON ct.id = c.client_type_id
         WHERE k.secret_hash = $1::bpchar
        """;

    internal static PointRead<string, (string Hash, AccessToken? Token)?> TokenRead { get; } = new(TokenSql, hash => [hash], ReadToken);

    internal static PointRead<string, (string Hash, ApiKey? Key)?> KeyRead { get; } = new(KeySql, hash => [hash], ReadKey);
}
