namespace Esoz.SignIn;

/// <summary>A refresh token for a further pair of tokens (sign-in §9.2).</summary>
internal static class TokenRefresh
{
    private const string GrantType = TokenName.Refresh;

    private const string SessionEnds = "(used.details ->> 'session_expires_at')::bigint";

    public static readonly Validation IsFirstUse = new("9", "the refresh token was not used before, or not earlier than "
        + "REFRESH_REUSE_LEEWAY_SECONDS ago; a later use ends the session",
        "given.used_at IS NULL OR clock_timestamp() < given.used_at + $11::interval",
        Refusal.Unauthenticated("invalid_grant", "Token has already been used."));

    /// <summary>$11 leeway.</summary>
    internal static readonly GuardedWrite<IssuedAccess> Refresh = new()
    {
        Sources =
        [
            .. TokenExchange.Sources(TokenName.Refresh, "connection.id = (SELECT connection_id FROM presented)"),
            new("held", SignInSql.RolesOf("(SELECT user_id FROM presented)", "$1")),
            // Scopes are long lists: differences of jsonb take a third of the time of joins.
            new("asked", """
                SELECT details ->> 'scope' AS scope, to_jsonb(string_to_array(details ->> 'scope', ' ')) AS names FROM presented
                """),
            new("lost", """
                SELECT (asked.names - string_to_array(client.scope, ' ')) || (asked.names - coalesce(held.scopes, '{}')) AS names
                  FROM asked CROSS JOIN client CROSS JOIN held
                """),
            new("granted", """
                SELECT CASE WHEN lost.names = '[]' THEN asked.scope ELSE array_to_string(ARRAY(
                         SELECT jsonb_array_elements_text(asked.names - ARRAY(SELECT jsonb_array_elements_text(lost.names)))), ' ')
                       END AS scope
                  FROM asked CROSS JOIN lost
                """),
        ],
        Rules =
        [
            TokenExchange.ClientIsKnown,
            TokenExchange.TokenExists,
            TokenExchange.TokenIsOfClient,
            TokenExchange.TokenIsNotExpired,
            TokenExchange.ApprovalExists with { Holds = "approval.id IS NOT NULL AND granted.scope <> ''" },
            IsFirstUse,
            TokenExchange.UserIsNotBlocked,
            TokenExchange.PasswordIsCurrent,
        ],
        Write = TokenExchange.Use,
        Effects = [TokenExchange.Pair(GrantType, "used.details ->> 'scope'", SessionEnds)],
        Row = TokenExchange.Access(SessionEnds),
    };

    public static async Task<(Refusal? Refusal, SignInToken? Token)> Run(
        Work work, TokenOptions options, Presented token, CancellationToken ct)
    {
        var (refusal, pair) = await TokenExchange.Run(
            Refresh, IsFirstUse, TokenName.Refresh, token, work, options, ct, options.ReuseLeeway);
        return pair is null ? (refusal, null) : (null, pair.Shown(GrantType, token.ClientId, redirectUri: null));
    }
}
