namespace Esoz.SignIn;

/// <summary>SQL that several statements of sign-in share.</summary>
internal static class SignInSql
{
    /// <summary>SQL condition: the connection has not ended.</summary>
    public static string InForce(string connection) => $"({connection}.expires_at IS NULL OR {connection}.expires_at > clock_timestamp())";

    /// <summary>
    /// Source of one row: <c>roles</c>, the names of those that the user has with the client or with all, and their <c>scopes</c>, some
    /// more than once.
    /// </summary>
    /// <param name="held">FOR KEY SHARE = they stay until the commit; a role that is given while the statement runs does not count.</param>
    public static string RolesOf(string user, string client, string held = "") => $"""
        SELECT array_agg(DISTINCT role.name) AS roles, string_to_array(string_agg(role.scope, ' '), ' ') AS scopes
          FROM (SELECT role_id FROM (SELECT role_id FROM user_roles WHERE user_id = {user} AND client_id = {client} {held}) AS own
                 UNION ALL
                SELECT role_id FROM (SELECT role_id FROM global_user_roles WHERE user_id = {user} {held}) AS everywhere) AS held
          JOIN roles role ON role.id = held.role_id
        """;

    /// <summary>SQL of the unix seconds at which something ends that lives so long from now on.</summary>
    public static string Ends(string lifetime) => $"floor(extract(epoch FROM now() + {lifetime}::interval))::bigint";

    /// <summary>An expression that names the author of the changes of its statement, for triggers, which run at its end.</summary>
    public static string Author(string user) => $"set_config('app.actor_id', {user}::text, true)";

    /// <summary>
    /// Names of scopes in words; NULL for none. Only those that look like scopes are told, because a request may have anything.
    /// </summary>
    public static string Told(string names)
    {
        const string scope = "'^[a-z_]+:[a-z_]+$'";
        return $"""
            (SELECT nullif(concat_ws(' and ', string_agg(name, ', ') FILTER (WHERE name ~ {scope}),
                      nullif(count(*) FILTER (WHERE name !~ {scope}), 0) || ' others'), '')
               FROM unnest({names}) AS name)
            """;
    }
}
