using Esoz.Platform.Access;

namespace Esoz.SignIn;

/// <summary>What a client asks a user for (sign-in §5, §8).</summary>
/// <param name="ClientId">The provider.</param>
/// <param name="Scope">Names joined by spaces; null when it is left out.</param>
/// <param name="CodeChallenge">S256 of the client's verifier (RFC 7636); null when it has none.</param>
public sealed record AuthorizationRequest(Guid ClientId, string RedirectUri, string? Scope, string? CodeChallenge = null);

/// <summary>A request that holds, as the page of consent shows it.</summary>
/// <param name="IsPublic">The client cannot keep a secret and must use PKCE.</param>
/// <param name="Scopes">What the user would allow: those of the request, as far as <c>OAUTH_SCOPE_POLICY</c> leaves them.</param>
/// <param name="NotYetApproved">Those of them that the approval does not cover; empty = nothing is to be asked.</param>
public sealed record AskedConsent(
    string ClientName, bool IsPublic, IReadOnlyList<string> Scopes, IReadOnlyList<string> NotYetApproved);

/// <summary>A code that was issued.</summary>
/// <param name="Location"><c>redirect_uri</c> with the code in its query.</param>
public sealed record IssuedCode(SignInToken Token, string Location);

/// <summary>
/// The consent of a user (sign-in §8): the checks, the granted scope, the approval and the code. Both POST /oauth/apps/authorize and the
/// pages of /sign-in ask here. The scope is the intersection of the request, of the client type (or the client's own scopes), and of the
/// user's roles with this client and with all.
/// </summary>
public sealed class Authorization(PostgresDatabase database, TokenOptions options)
{
    /// <summary>
    /// $1 id of a new approval, $2 id and $3 hash of the code, $4 user (null = nobody has signed in yet: whatever depends on the user
    /// holds), $5 client, $6 redirect_uri, $7 scope, $8 code_challenge, $9 lifetime of the code, $10 whether what is not allowed is left
    /// out, $11 whether the scope may be left out. Roles are read under their locks: one that is taken away later takes this approval with
    /// it.
    /// </summary>
    internal static readonly GuardedWrite<(Guid App, Guid Client, string Scope, long ExpiresAt)> Consent = new()
    {
        Sources =
        [
            new("held", SignInSql.RolesOf("$4", "$5", "FOR KEY SHARE")),
            new("client", ClientOf("$5")),
            new("account", "SELECT id, is_blocked FROM users WHERE id = $4", "FOR SHARE"),
            new("connection", $"""
                SELECT id FROM connections
                 WHERE client_id = $5 AND redirect_uri = $6 AND {SignInSql.InForce("connections")}
                 LIMIT 1
                """),
            new("scopes", ScopesOf("$4", "$7", "$11")),
        ],
        Rules =
        [
            new("2", "client exists", "client.id IS NOT NULL", Refusal.Unauthenticated("Invalid client id.")),
            SignInRules.ClientIsNotBlocked with { Number = "3", Holds = "NOT client.is_blocked" },
            new("4", "user exists", "$4::uuid IS NULL OR account.id IS NOT NULL", Refusal.Unauthenticated("User not found.")),
            SignInRules.UserIsNotBlocked with { Number = "4", Holds = "$4::uuid IS NULL OR NOT account.is_blocked" },
            new("5", "redirect_uri equals that of a connection of the client", "connection.id IS NOT NULL",
                Refusal.Unauthenticated("The redirection URI provided does not match a pre-registered value.")),
            new("6", "scope is not empty; it may be left out only by clients of TRUSTED_CLIENT_IDS",
                "CASE WHEN $10 THEN scopes.granted ELSE scopes.asked END <> ''",
                Refusal.Unprocessable("Requested scope is empty. Scope not passed or user has no roles or global roles.", "$.scope"))
            {
                Seen = SeenScopes,
            },
            SignInRules.ScopeIsOfClientType with { Number = "7", Holds = "$10 OR scopes.beyond_client IS NULL", Seen = SeenScopes },
            new("8", "scope is within the scopes of the user's roles with this client and of the global roles",
                "$10 OR scopes.beyond_roles IS NULL",
                Refusal.Unprocessable("User requested scope that is not allowed by role based access policies.", "$.scope"))
            {
                Seen = SeenScopes,
            },
        ],
        // New names come first.
        Write = $"""
            INSERT INTO apps AS approval (id, user_id, client_id, scope)
            SELECT $1, $4, $5, scopes.granted FROM scopes WHERE {Guard.Allowed}
                ON CONFLICT (user_id, client_id) DO UPDATE
               SET updated_at = now(), scope = concat_ws(' ',
                     (SELECT string_agg(asked.name, ' ' ORDER BY asked.place)
                        FROM string_to_table(excluded.scope, ' ') WITH ORDINALITY AS asked (name, place)
                       WHERE asked.name <> ALL (string_to_array(approval.scope, ' '))),
                     approval.scope)
            """,
        Effects =
        [
            $"""
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, session_id, code_challenge)
            SELECT $2, '{TokenName.AuthorizationCode}', $3, approval.user_id, {SignInSql.Ends("$9")},
                   jsonb_build_object('scope_request', scopes.granted, 'redirect_uri', $6::text, 'grant_type', '{PasswordGrant}',
                     'client_id', approval.client_id::text, 'app_id', approval.id::text),
                   $2, $8::text
              FROM approval CROSS JOIN scopes
            """,
        ],
        Row = new("approval",
            $"approval.id, approval.client_id, scopes.granted, {SignInSql.Ends("$9")}, {SignInSql.Author("approval.user_id")}",
            static (row, first) => (row.GetGuid(first), row.GetGuid(first + 1), row.GetString(first + 2), row.GetInt64(first + 3)))
        {
            Returning = "approval.id, approval.user_id, approval.client_id",
            Joins = "LEFT JOIN scopes ON true",
        },
    };

    private const string PasswordGrant = "password";

    /// <summary>Which of request, client type and roles lacks what.</summary>
    private static string SeenScopes => $"""
        concat_ws('; ',
          CASE WHEN scopes.asked = '' THEN 'no scope in the request' END,
          'roles of the user: ' || coalesce(nullif(array_to_string(held.roles, ', '), ''), 'none'),
          'client type ' || client.type || ' lacks ' || {SignInSql.Told("scopes.beyond_client")},
          'roles lack ' || {SignInSql.Told("scopes.beyond_roles")})
        """;

    private static string ClientOf(string client) => $"""
        SELECT client.id, client.name, client.is_public, client.is_blocked, type.name AS type, coalesce(client.scope, type.scope) AS scope
          FROM clients client
          JOIN client_types type ON type.id = client.client_type_id
         WHERE client.id = {client}
        """;

    /// <summary>One row: the scope that is asked for, what client type and roles leave of it, and what each of them lacks.</summary>
    private static string ScopesOf(string user, string scope, string mayBeLeftOut) => $"""
        SELECT coalesce(string_agg(name, ' ' ORDER BY place), '') AS asked,
               coalesce(string_agg(name, ' ' ORDER BY place) FILTER (WHERE of_client AND of_roles), '') AS granted,
               array_agg(name ORDER BY place) FILTER (WHERE NOT of_client) AS beyond_client,
               array_agg(name ORDER BY place) FILTER (WHERE NOT of_roles) AS beyond_roles
          FROM (SELECT name, place, name IN (SELECT string_to_table(client.scope, ' ') FROM client) AS of_client,
                       {user}::uuid IS NULL OR name IN (SELECT unnest(held.scopes) FROM held) AS of_roles
                  FROM (SELECT * FROM string_to_table({scope}::text, ' ') WITH ORDINALITY
                         UNION ALL
                        SELECT name, min(place)
                          FROM unnest((SELECT held.scopes FROM held WHERE {mayBeLeftOut} AND {scope}::text IS NULL))
                               WITH ORDINALITY AS of_roles (name, place)
                         GROUP BY name) AS asked (name, place)) AS judged
        """;

    /// <summary>
    /// The checks 2 to 8 without writing anything, and what the user would be asked. Before somebody has signed in the checks of user and
    /// roles hold.
    /// </summary>
    /// <param name="user">Null = nobody has signed in yet.</param>
    /// <returns>The refusal of the first broken check, with its number on the page; or the question.</returns>
    public async Task<(Refusal? Refusal, AskedConsent? Asked)> Examine(AuthorizationRequest request, Guid? user, CancellationToken ct)
    {
        if (await Consent.Explain(database, ct, ValuesOf(request, user, SecretHash.Of(""), Guid.Empty)) is [{ Refusal: var refusal }, ..])
            return (refusal, null);
        await using var command = database.Command($"""
            WITH client AS ({ClientOf("$2")}), held AS ({SignInSql.RolesOf("$1", "$2")}), scopes AS ({ScopesOf("$1", "$3", "$4")})
            SELECT client.name, client.is_public, string_to_array(scopes.granted, ' '), string_to_array(apps.scope, ' ')
              FROM client
             CROSS JOIN scopes
              LEFT JOIN apps ON apps.user_id = $1 AND apps.client_id = $2
            """, user, request.ClientId, Names(request.Scope), MayLeaveOutScope(request));
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var scopes = row.GetFieldValue<string[]>(2);
        var approved = row.IsDBNull(3) ? [] : row.GetFieldValue<string[]>(3);
        return (null, new(row.GetString(0), row.GetBoolean(1), scopes, [.. scopes.Except(approved)]));
    }

    /// <summary>Makes the approval or widens it, and issues the code, in one transaction.</summary>
    public async Task<(Refusal? Refusal, IssuedCode? Code)> Grant(Work work, AuthorizationRequest request, Guid user, CancellationToken ct)
    {
        var (id, value) = (Guid.NewGuid(), SecretHash.NewSecret());
        var written = await Consent.Run(work, ct, ValuesOf(request, user, SecretHash.Of(value), id));
        if (written.Refusal is { } refusal)
            return (refusal, null);
        var (app, client, scope, expiresAt) = written.Value;
        var details = TokenDetails.OfCode(scope, request.RedirectUri, client, app);
        return (null, new(
            new(value, user, TokenName.AuthorizationCode, id, expiresAt, details), RedirectTo(request.RedirectUri, ("code", value))));
    }

    /// <summary>The registered redirect_uri with further parameters in its query, which is kept; it has no fragment.</summary>
    public static string RedirectTo(string redirectUri, params IEnumerable<(string Name, string Value)> parameters) =>
        $"{redirectUri}{(redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}"
            + string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));

    private object?[] ValuesOf(AuthorizationRequest request, Guid? user, SecretHash code, Guid codeId) =>
    [
        Guid.NewGuid(), codeId, code.Hex, user, request.ClientId, request.RedirectUri, Names(request.Scope), request.CodeChallenge,
        options.CodeLifetime, options.ScopePolicy == ScopePolicy.Narrow, MayLeaveOutScope(request),
    ];

    private bool MayLeaveOutScope(AuthorizationRequest request) => options.TrustedClients.Contains(request.ClientId);

    /// <summary>The names without repetitions; null when there is none.</summary>
    private static string? Names(string? scope)
    {
        var names = string.Join(' ', (scope ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct());
        return names.Length > 0 ? names : null;
    }
}
