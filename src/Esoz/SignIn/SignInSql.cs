namespace Esoz.SignIn;

/// <summary>SQL that several statements of sign-in share.</summary>
internal static class SignInSql
{
    /// <summary>
    /// What checks 6 to 8 looked at (sign-in §8): which of request, client type and roles lacks what. Only names that look like scopes are
    /// told, because a request may have anything.
    /// </summary>
    public const string SeenScopes = $"""
        concat_ws('; ',
          CASE WHEN scopes.asked = '' THEN 'request: no scope' END,
          'roles of the user: ' || coalesce(nullif(array_to_string(held.names, ', '), ''), 'none'),
          'client type ' || client.type || ' lacks ' || {Told}(scopes.beyond_client),
          'roles lack ' || {Told}(scopes.beyond_roles))
        """;

    private const string Told = "scopes_in_words";

    /// <summary>SQL condition: the connection has not ended.</summary>
    public static string InForce(string connection) => $"({connection}.expires_at IS NULL OR {connection}.expires_at > now())";

    /// <summary>
    /// Source of one row: <c>names</c> of the roles that the user has with the client or with all, and their <c>scopes</c> without
    /// repetitions.
    /// </summary>
    public static string RolesOf(string user, string client) => $"""
        SELECT ARRAY(SELECT DISTINCT name FROM roles WHERE id IN ({Held()}) ORDER BY name) AS names,
               ARRAY(SELECT DISTINCT string_to_table(scope, ' ') FROM roles WHERE id IN ({Held()}) ORDER BY 1) AS scopes
        """.Replace("{user}", user, StringComparison.Ordinal).Replace("{client}", client, StringComparison.Ordinal);

    /// <summary>SQL of the unix seconds at which something ends that lives so long from now on.</summary>
    public static string Ends(string lifetime) => $"floor(extract(epoch FROM now() + {lifetime}::interval))::bigint";

    /// <summary>An expression that names the author of the changes of its statement; triggers see it, because they run at the end.</summary>
    public static string Author(string user) => $"set_config('app.actor_id', {user}::text, true)";

    private static string Held() => """
        SELECT role_id FROM user_roles WHERE user_id = {user} AND client_id = {client}
         UNION ALL
        SELECT role_id FROM global_user_roles WHERE user_id = {user}
        """;
}
