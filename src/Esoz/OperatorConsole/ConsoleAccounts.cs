namespace Esoz.OperatorConsole;

/// <summary>A user who may use the console.</summary>
/// <param name="Sessions">That are open.</param>
/// <param name="LastSeen">Of the sessions that are open.</param>
public sealed record ConsoleAccount(Guid Id, string Email, string[] Roles, long Sessions, DateTime? LastSeen);

/// <summary>Who may use the console: what an operator does from the command line. The role of the server cannot.</summary>
public sealed class ConsoleAccounts(PostgresDatabase database)
{
    private const string OpenSql = "seen_at > now() - $1::interval AND begun_at > now() - $2::interval AND awaited_token_id IS NULL";

    private static readonly RowMap<ConsoleAccount> Row = new RowMap<ConsoleAccount>("users")
        .Column(account => account.Roles, "array(SELECT role::text FROM console_roles WHERE user_id = users.id ORDER BY role)")
        .Column(account => account.Sessions, $"(SELECT count(*) FROM console_sessions WHERE user_id = users.id AND {OpenSql})")
        .Column(account => account.LastSeen, $"(SELECT max(seen_at) FROM console_sessions WHERE user_id = users.id AND {OpenSql})");

    /// <returns>False when the user has the role.</returns>
    public async Task<bool> Grant(Guid user, string role, CancellationToken ct) => await database.Write(
        "INSERT INTO console_roles (user_id, role) VALUES ($1, $2) ON CONFLICT DO NOTHING", ct, user, role) == 1;

    /// <returns>False when the user does not have the role.</returns>
    public async Task<bool> Revoke(Guid user, string role, CancellationToken ct) =>
        await database.Write("DELETE FROM console_roles WHERE user_id = $1 AND role = $2", ct, user, role) == 1;

    /// <returns>How many sessions there were.</returns>
    public Task<int> SignOut(Guid user, CancellationToken ct) => database.Write("DELETE FROM console_sessions WHERE user_id = $1", ct, user);

    /// <summary>By e-mail.</summary>
    public async Task<IReadOnlyList<ConsoleAccount>> List(CancellationToken ct) => await database.Command($"""
        SELECT {Row.Columns} FROM users
         WHERE EXISTS (SELECT FROM console_roles WHERE user_id = users.id)
         ORDER BY users.email
        """, ConsoleSessions.Idle, ConsoleSessions.Lifetime).ReadAll(row => Row.Read(row), ct);
}
