using System.Text.Json;
using Esoz.Platform.Access;
using Npgsql;

namespace Esoz.SignIn.Browser;

/// <summary>One sign-in of one browser, between its pages.</summary>
/// <param name="Step">One of <see cref="SignInStep"/>.</param>
/// <param name="UserId">Known from the password on.</param>
/// <param name="FormToken">Of the form that is shown next; only its hash is stored.</param>
public sealed record SignInSession(Guid Id, BrowserRequest Request, string Step, Guid? UserId, string FormToken);

/// <summary>
/// State between the pages of sign-in: the table <c>sign_in_sessions</c>. The browser has a cookie, and each form a token that is good for
/// one use; both are stored as hashes. Every step gives the browser a new cookie, so that one which somebody else knows is of no use.
/// </summary>
public sealed class SignInSessions(PostgresDatabase database)
{
    /// <summary>How long one step may take.</summary>
    public const int Minutes = 10;

    /// <summary>Begins a sign-in; some that were abandoned are deleted.</summary>
    /// <returns>The session and the value of the cookie.</returns>
    public async Task<(SignInSession Session, string Cookie)> Begin(BrowserRequest request, CancellationToken ct)
    {
        const string sql = """
            WITH abandoned AS (
              DELETE FROM sign_in_sessions
               WHERE id IN (SELECT id FROM sign_in_sessions WHERE expires_at <= now() LIMIT 20 FOR UPDATE SKIP LOCKED)
            )
            INSERT INTO sign_in_sessions (id, cookie_hash, request, step, form_token_hash, expires_at)
            VALUES ($1, $2, $3::jsonb, $4, $5, now() + make_interval(mins => $6))
            """;
        var (cookie, formToken) = (SecretHash.NewSecret(), SecretHash.NewSecret());
        var session = new SignInSession(Guid.NewGuid(), request, SignInStep.Password, null, formToken);
        await using var command = database.Command(sql, session.Id, SecretHash.Of(cookie).Hex, JsonSerializer.Serialize(request),
            session.Step, SecretHash.Of(formToken).Hex, Minutes);
        await command.ExecuteNonQueryAsync(ct);
        return (session, cookie);
    }

    /// <summary>
    /// Uses up the token of a form. Of several calls with one token, one gets the session, with the token of the next form.
    /// </summary>
    /// <returns>Null when the session has ended or the form is not the last one that was shown.</returns>
    public async Task<SignInSession?> Take(string cookie, string formToken, CancellationToken ct)
    {
        const string sql = """
            UPDATE sign_in_sessions SET form_token_hash = $3
             WHERE cookie_hash = $1::bpchar AND form_token_hash = $2::bpchar AND expires_at > now()
            RETURNING id, request, step, user_id
            """;
        var next = SecretHash.NewSecret();
        await using var command =
            database.Command(sql, SecretHash.Of(cookie).Hex, SecretHash.Of(formToken).Hex, SecretHash.Of(next).Hex);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row, next) : null;
    }

    /// <summary>What the browser had asked for, when its form is out of date; null when its session has ended.</summary>
    public async Task<BrowserRequest?> Find(string cookie, CancellationToken ct)
    {
        const string sql =
            "SELECT id, request, step, user_id FROM sign_in_sessions WHERE cookie_hash = $1::bpchar AND expires_at > now()";
        await using var command = database.Command(sql, SecretHash.Of(cookie).Hex);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? Read(row, "").Request : null;
    }

    /// <summary>Goes on to another step, with a new cookie.</summary>
    /// <returns>The session and the value of the cookie; null when another request went on first.</returns>
    public async Task<(SignInSession Session, string Cookie)?> Advance(
        SignInSession session, string step, Guid user, AwaitedFactor? awaited, CancellationToken ct)
    {
        const string sql = """
            UPDATE sign_in_sessions
               SET step = $3, user_id = $4, cookie_hash = $5, expires_at = now() + make_interval(mins => $6), request = $7::jsonb
             WHERE id = $1 AND form_token_hash = $2::bpchar AND expires_at > now()
            """;
        var cookie = SecretHash.NewSecret();
        var request = session.Request with { Awaited = awaited };
        await using var command = database.Command(sql, session.Id, SecretHash.Of(session.FormToken).Hex, step, user,
            SecretHash.Of(cookie).Hex, Minutes, JsonSerializer.Serialize(request));
        return await command.ExecuteNonQueryAsync(ct) == 1
            ? (session with { Request = request, Step = step, UserId = user }, cookie) : null;
    }

    /// <summary>The sign-in is over.</summary>
    public async Task End(SignInSession session, CancellationToken ct)
    {
        await using var command = database.Command("DELETE FROM sign_in_sessions WHERE id = $1", session.Id);
        await command.ExecuteNonQueryAsync(ct);
    }

    private static SignInSession Read(NpgsqlDataReader row, string formToken) => new(row.GetGuid(0),
        JsonSerializer.Deserialize<BrowserRequest>(row.GetString(1))!, row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3),
        formToken);
}
