using Esoz.Platform.Access;

namespace Esoz.SignIn;

/// <summary>A code or refresh token that a client exchanges (sign-in §9).</summary>
/// <param name="Secret">Hash of client_secret; null for a public client.</param>
/// <param name="Value">Hash of the code or refresh token.</param>
internal sealed record Presented(Guid ClientId, SecretHash? Secret, SecretHash Value);

/// <summary>
/// What the exchange of a code and of a refresh token have in common: who is asked, in which order rows are locked, the rules, and the new
/// pair of tokens. One guarded statement each, so that of parallel exchanges one is first and the others see it.
/// </summary>
/// <remarks>
/// Parameters of both statements: $1 client, $2 hash of its secret (NULL = none, of a public client), $3 hash of the presented value, $4
/// id, $5 hash and $6 lifetime of the access token, $7 $8 $9 of the refresh token, $10 lifetime of passwords (NULL = for ever). Secrets are
/// looked up by their SHA-256, so the time of a look-up tells nothing of a value. The instant of a lock is that of
/// <c>clock_timestamp()</c>: what was ended while the statement waited has ended.
/// </remarks>
internal static class TokenExchange
{
    public static readonly Validation ClientIsKnown = new("2", "a connection of the client has this secret and has not ended, or the client "
        + "is public and sends none; neither the client nor the consumer of the connection is blocked",
        "NOT client.is_blocked AND CASE WHEN $2::text IS NULL THEN client.is_public ELSE connection.id IS NOT NULL END",
        Refusal.Unauthenticated("invalid_client", "Invalid client id or secret."));

    public static readonly Validation TokenExists = new("3", "the code, or the refresh token, exists", "presented.id IS NOT NULL",
        Refusal.Unauthenticated("token_not_found", "Token not found."));

    public static readonly Validation TokenIsOfClient = new("4", "it was issued to this client", "presented.client_id = $1",
        Refusal.Unauthenticated("invalid_grant", "Token not found or expired."));

    public static readonly Validation TokenIsNotExpired = SignInRules.TokenIsNotExpired with
    {
        Number = "5",
        Holds = "given.expires_at > extract(epoch FROM clock_timestamp())",
    };

    public static readonly Validation ApprovalExists = new("8", "the approval exists, and for a refresh client type and roles still allow "
        + "some of the scope", "approval.id IS NOT NULL", Refusal.Unauthenticated("Resource owner revoked access for the client."));

    public static readonly Validation UserIsNotBlocked = SignInRules.UserIsNotBlocked with { Number = "10", Holds = "NOT account.is_blocked" };

    public static readonly Validation PasswordIsCurrent = SignInRules.PasswordIsCurrent with
    {
        Number = "10",
        Holds = "$10::interval IS NULL OR account.password_set_at IS NULL OR account.password_set_at > now() - $10::interval",
        Placeholders = [("user_id", "account.id")],
    };

    /// <summary>
    /// The presented token and what it rests on, in the order of the locks: connection, user, approval, token. All but the token are held
    /// against their end only (db/0037). The secret of a connection that is bound to client certificates is an api-key and no
    /// client_secret.
    /// </summary>
    /// <param name="name">Name of the presented token.</param>
    /// <param name="ofPublicClient">Condition on the connection when no secret is sent.</param>
    public static IReadOnlyList<Source> Sources(string name, string ofPublicClient) =>
    [
        new("presented", $"""
            SELECT token.id, token.user_id, token.connection_id, token.details, (token.details ->> 'client_id')::uuid AS client_id
              FROM tokens token
             WHERE token.value_hash = $3::bpchar AND token.name = '{name}'
            """),
        new("client", """
            SELECT client.is_blocked, client.is_public, coalesce(client.scope, type.scope) AS scope
              FROM clients client
              JOIN client_types type ON type.id = client.client_type_id
             WHERE client.id = $1
            """),
        new("connection", $"""
            SELECT connection.id, connection.redirect_uri
              FROM connections connection
              JOIN clients consumer ON consumer.id = connection.consumer_id AND NOT consumer.is_blocked
             WHERE connection.client_id = $1 AND {SignInSql.InForce("connection")} AND connection.certificate_thumbprints IS NULL
               AND (connection.secret_hash = $2::bpchar OR ($2::text IS NULL AND {ofPublicClient}))
             LIMIT 1
            """, "FOR SHARE OF connection"),
        new("account", """
            SELECT users.id, users.is_blocked,
                   CASE WHEN users.password_hash IS NOT NULL THEN coalesce(users.password_set_at, users.inserted_at) END AS password_set_at
              FROM presented
              JOIN users ON users.id = presented.user_id
            """, "FOR SHARE OF users"),
        new("approval", """
            SELECT app.id FROM presented JOIN apps app ON app.user_id = presented.user_id AND app.client_id = presented.client_id
            """, "FOR KEY SHARE OF app"),
        new("given", """
            SELECT token.id, token.expires_at, token.used_at, token.code_challenge
              FROM presented
              JOIN tokens token ON token.id = presented.id
            """, "FOR NO KEY UPDATE OF token"),
    ];

    /// <summary>The update by which the presented token is used up; later uses leave the first instant.</summary>
    public static string Use { get; } = $"""
        UPDATE tokens used
           SET used_at = coalesce(used.used_at, now())
          FROM given
         WHERE used.id = given.id AND {Guard.Allowed}
        """;

    /// <summary>The new pair, children of the used token. The access token opens <c>granted.scope</c>.</summary>
    /// <param name="grantType">How they were asked for.</param>
    /// <param name="sessionScope">SQL of the scope of the session, which the refresh token keeps.</param>
    /// <param name="sessionEnds">SQL of the unix seconds beyond which neither lives.</param>
    public static string Pair(string grantType, string sessionScope, string sessionEnds) => $"""
        INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, session_id, parent_id, connection_id)
        SELECT issued.id, issued.name, issued.value_hash, used.user_id, issued.expires_at, issued.details || jsonb_build_object(
                 'grant_type', '{grantType}', 'client_id', used.details ->> 'client_id'),
               used.session_id, used.id, connection.id
          FROM used
          LEFT JOIN connection ON true
          LEFT JOIN granted ON true
         CROSS JOIN LATERAL (VALUES
           ($4::uuid, '{TokenName.Access}', $5::text, {Ends("$6", sessionEnds)}, jsonb_build_object('scope', granted.scope)),
           ($7::uuid, '{TokenName.Refresh}', $8::text, {Ends("$9", sessionEnds)},
             jsonb_build_object('scope', {sessionScope}, 'session_expires_at', {sessionEnds}))
         ) AS issued (id, name, value_hash, expires_at, details)
        """;

    /// <summary>How the access token is answered.</summary>
    public static WrittenRow<IssuedAccess> Access(string sessionEnds) => new("used",
        $"used.user_id, {Ends("$6", sessionEnds)}, granted.scope, {SignInSql.Author("used.user_id")}",
        static (row, first) => new(row.GetGuid(first), row.GetInt64(first + 1), row.GetString(first + 2)))
    {
        Returning = "used.id, used.user_id, used.session_id, used.details",
        Joins = "LEFT JOIN granted ON true",
    };

    /// <summary>
    /// Exchanges the presented token for a pair. One that was used before ends its session: whoever has it has copied it, or it was copied
    /// from whoever has it.
    /// </summary>
    /// <param name="reuse">The rule that a used token breaks.</param>
    /// <param name="more">Parameters from $11 on.</param>
    public static async Task<(Refusal? Refusal, IssuedPair? Pair)> Run(GuardedWrite<IssuedAccess> exchange, Validation reuse, string name,
        Presented presented, Work work, TokenOptions options, CancellationToken ct, params object?[] more)
    {
        var (access, refresh) = (SecretHash.NewSecret(), SecretHash.NewSecret());
        var accessId = Guid.NewGuid();
        var outcome = await exchange.Run(work, ct,
        [
            presented.ClientId, presented.Secret?.Hex, presented.Value.Hex, accessId, SecretHash.Of(access).Hex, options.AccessLifetime,
            Guid.NewGuid(), SecretHash.Of(refresh).Hex, options.RefreshLifetime, options.PasswordLifetime, .. more,
        ]);
        if (ReferenceEquals(outcome.Broken, reuse))
            await Sessions.End(work, name, presented.Value, ct);
        return outcome.Value is { } issued ? (null, new(accessId, access, refresh, issued)) : (outcome.Refusal, null);
    }

    private static string Ends(string lifetime, string sessionEnds) => $"least({SignInSql.Ends(lifetime)}, {sessionEnds})";
}

/// <summary>What the statement decides of a new access token.</summary>
/// <param name="ExpiresAt">Unix seconds.</param>
internal sealed record IssuedAccess(Guid UserId, long ExpiresAt, string Scope);

/// <summary>A new pair; the values are shown once.</summary>
internal sealed record IssuedPair(Guid Id, string Access, string Refresh, IssuedAccess Issued)
{
    /// <summary>The access token as it is answered.</summary>
    /// <param name="redirectUri">Null where the page leaves it out.</param>
    public SignInToken Shown(string grantType, Guid client, string? redirectUri) => new(Access, Issued.UserId, TokenName.Access, Id,
        Issued.ExpiresAt, new(Issued.Scope, ScopeRequest: null, Refresh, redirectUri, grantType, client, AppId: null));
}
