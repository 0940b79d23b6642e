using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Esoz.SignIn;

/// <summary>An authorization code for a pair of tokens, once (sign-in §9.1).</summary>
internal static partial class CodeExchange
{
    private const string GrantType = TokenName.AuthorizationCode;

    private static readonly string SessionEnds = SignInSql.Ends("$11");

    public static readonly Validation IsFirstUse = new("9", "the code was not used before; a second use ends the session", "given.used_at IS NULL",
        Refusal.Unauthenticated("Token has already been used."));

    /// <summary>$11 lifetime of the session, $12 redirect_uri, $13 code_challenge of the verifier (NULL = none is sent).</summary>
    internal static readonly GuardedWrite<IssuedAccess> Exchange = new()
    {
        Sources =
        [
            .. TokenExchange.Sources(TokenName.AuthorizationCode, "connection.redirect_uri = $12"),
            new("granted", "SELECT presented.details ->> 'scope_request' AS scope FROM presented"),
        ],
        Rules =
        [
            TokenExchange.ClientIsKnown,
            TokenExchange.TokenExists,
            TokenExchange.TokenIsOfClient,
            TokenExchange.TokenIsNotExpired,
            new("6", "redirect_uri equals that of the code and that of the connection",
                "presented.details ->> 'redirect_uri' = $12 AND connection.redirect_uri = $12",
                Refusal.Unauthenticated("invalid_client", "The redirection URI provided does not match a pre-registered value.")),
            new("7", "code_verifier belongs to the challenge of the code; without a challenge there is none; a public client has one",
                "given.code_challenge IS NOT DISTINCT FROM $13::text AND (given.code_challenge IS NOT NULL OR NOT client.is_public)",
                Refusal.Unauthenticated("invalid_grant", "Invalid code verifier.")),
            TokenExchange.ApprovalExists,
            IsFirstUse,
            TokenExchange.UserIsNotBlocked,
            TokenExchange.PasswordIsCurrent,
        ],
        Write = TokenExchange.Use,
        Effects = [TokenExchange.Pair(GrantType, "granted.scope", SessionEnds)],
        Row = TokenExchange.Access(SessionEnds),
    };

    /// <param name="verifier">Null = none is sent.</param>
    public static async Task<(Refusal? Refusal, SignInToken? Token)> Run(
        Work work, TokenOptions options, Presented code, string redirectUri, string? verifier, CancellationToken ct)
    {
        var (refusal, pair) = await TokenExchange.Run(Exchange, IsFirstUse, TokenName.AuthorizationCode, code, work, options, ct,
            options.SessionLifetime, redirectUri, verifier is null ? null : ChallengeOf(verifier));
        return pair is null ? (refusal, null) : (null, pair.Shown(GrantType, code.ClientId, redirectUri));
    }

    /// <summary>RFC 7636, S256; of a verifier that is not well-formed one that no code has.</summary>
    private static string ChallengeOf(string verifier) =>
        WellFormed().IsMatch(verifier) ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) : "";

    [GeneratedRegex(@"\A[A-Za-z0-9._~-]{43,128}\z")]
    private static partial Regex WellFormed();
}
