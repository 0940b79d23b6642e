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
            new("granted", """
                SELECT coalesce(string_agg(asked.name, ' ' ORDER BY asked.place), '') AS scope
                  FROM presented
                 CROSS JOIN string_to_table(presented.details ->> 'scope', ' ') WITH ORDINALITY AS asked (name, place)
                 WHERE asked.name IN (SELECT string_to_table(client.scope, ' ') FROM client)
                   AND asked.name IN (SELECT unnest(held.scopes) FROM held)
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
