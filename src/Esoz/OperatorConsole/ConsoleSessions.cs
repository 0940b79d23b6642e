using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Access;

namespace Esoz.OperatorConsole;

/// <summary>
/// Sessions of the console: the table <c>console_sessions</c>. The browser has a cookie, of which the table has the hash. A session ends
/// after half an hour without a request, after twelve hours, when the user signs out, is blocked, sets a new password or loses a role.
/// </summary>
public sealed class ConsoleSessions(PostgresDatabase database)
{
    /// <summary>How long a user may do nothing.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>How long a session lives at most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>How long a change need not ask for the password again.</summary>
    public static readonly TimeSpan Confirmed = TimeSpan.FromMinutes(5);

    private const string Alive = "session.seen_at > now() - $2::interval AND session.begun_at > now() - $3::interval AND NOT users.is_blocked";

    private const string Roles = "array(SELECT role::text FROM console_roles WHERE user_id = users.id)";

    /// <summary>Says once a minute at most that the session was seen.</summary>
    private const string FindSql = $"""
        WITH found AS (
          SELECT session.id, session.user_id, users.email, {Roles} AS roles, session.confirmed_at > now() - $4::interval AS is_confirmed,
                 session.seen_at, session.awaited_token_id
            FROM console_sessions session JOIN users ON users.id = session.user_id
           WHERE session.cookie_hash = $1::bpchar AND {Alive}
        ), seen AS (
          UPDATE console_sessions session SET seen_at = now()
            FROM found WHERE session.id = found.id AND found.seen_at < now() - interval '1 minute'
        )
        SELECT id, user_id, email, roles, is_confirmed, awaited_token_id FROM found
        """;

    private const string BeginSql = """
        WITH ended AS (
          DELETE FROM console_sessions
           WHERE id IN (SELECT id FROM console_sessions WHERE seen_at < now() - $5::interval OR begun_at < now() - $6::interval
                         LIMIT 20 FOR UPDATE SKIP LOCKED)
        )
        INSERT INTO console_sessions (id, cookie_hash, user_id, awaited_token_id) VALUES ($1, $2, $3, $4)
        """;

    /// <summary>The names of a user's roles.</summary>
    public async Task<IReadOnlyList<string>> RolesOf(Guid user, CancellationToken ct) =>
        await database.Command($"SELECT {Roles} FROM users WHERE id = $1", user).ReadValue<string[]?>(ct) ?? [];

    /// <summary>The session of a cookie, and the token whose code it waits for; null when it has ended.</summary>
    public Task<(ConsoleSession Session, Guid? Awaited)?> Find(string cookie, CancellationToken ct) =>
        database.Command(FindSql, SecretHash.Of(cookie).Hex, Idle, Lifetime, Confirmed).ReadOne<(ConsoleSession, Guid?)?>(
            row => (new(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<string[]>(3), row.GetBoolean(4),
                FormTokenOf(cookie)), row.IsDBNull(5) ? null : row.GetGuid(5)), ct);

    /// <param name="awaitedToken">Whose code of the second factor must be given first; null = the session begins.</param>
    /// <returns>The value of the cookie.</returns>
    public async Task<string> Begin(Guid user, Guid? awaitedToken, CancellationToken ct)
    {
        var cookie = SecretHash.NewSecret();
        await database.Command(BeginSql, Guid.NewGuid(), SecretHash.Of(cookie).Hex, user, awaitedToken, Idle, Lifetime).Execute(ct);
        return cookie;
    }

    /// <summary>The user has proved again who it is.</summary>
    public Task Confirm(Guid session, CancellationToken ct) =>
        database.Command("UPDATE console_sessions SET confirmed_at = now() WHERE id = $1", session).Execute(ct);

    public Task End(Guid session, CancellationToken ct) =>
        database.Command("DELETE FROM console_sessions WHERE id = $1", session).Execute(ct);

    /// <summary>
    /// Follows from the cookie, which no other page can read; so it needs no row, and a form that nobody has signed in for has one too.
    /// </summary>
    public static string FormTokenOf(string cookie) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(cookie), "form of the console"u8));
}
