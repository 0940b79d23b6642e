using Npgsql;

namespace Esoz.SignIn;

/// <summary>
/// A new password of a user: the rules of sign-in §13, the hash, the history, and the end of every token of the user. The hashes are
/// computed before the transaction begins.
/// </summary>
public sealed class PasswordChange(PostgresDatabase database, PasswordHashing hashing, SignInOptions options)
{
    private const string HistorySql = $"""
        SELECT password_hash FROM users WHERE id = $1 AND password_hash IS NOT NULL
         UNION
        (SELECT password_hash FROM password_history WHERE user_id = $1 ORDER BY id DESC LIMIT $2)
        """;

    private const string SetSql = """
        UPDATE users SET password_hash = $2, password_set_at = now(), otp_error_count = 0, updated_at = now() WHERE id = $1
        """;

    private const string RememberSql = "INSERT INTO password_history (user_id, password_hash) VALUES ($1, $2)";

    private const string ForgetSql = """
        DELETE FROM password_history
         WHERE user_id = $1 AND id NOT IN (SELECT id FROM password_history WHERE user_id = $1 ORDER BY id DESC LIMIT $2)
        """;

    private const string EndSql = """
        UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
         WHERE user_id = $1 AND expires_at > floor(extract(epoch FROM now()))::bigint
        """;

    /// <summary>The hash to be written, or the first rule that the password breaks.</summary>
    public async Task<(Refusal? Refusal, string? Hash)> Prepare(Guid user, string password, CancellationToken ct)
    {
        if (PasswordRules.Broken(password, await Email(user, ct), options) is { } broken)
            return (broken, null);
        switch (await hashing.MatchesAny(password, await History(user, ct), ct))
        {
            case null:
                return (PasswordHashing.Busy, null);
            case true:
                return (PasswordRules.IsNew, null);
        }
        return await hashing.Hash(password, ct) is { } hash ? (null, hash) : (PasswordHashing.Busy, null);
    }

    /// <summary>Writes it in a transaction whose author is set and in which the user is locked.</summary>
    /// <param name="hash">Of <see cref="Prepare"/>.</param>
    public static async Task Write(NpgsqlConnection connection, Guid user, string hash, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(SetSql, user, hash));
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(RememberSql, user, hash));
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(ForgetSql, user, PasswordRules.Remembered));
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(EndSql, user));
        await batch.ExecuteNonQueryAsync(ct);
    }

    private Task<string?> Email(Guid user, CancellationToken ct) =>
        database.Command("SELECT email FROM users WHERE id = $1", user).ReadValue<string?>(ct);

    private Task<IReadOnlyList<string>> History(Guid user, CancellationToken ct) =>
        database.Command(HistorySql, user, PasswordRules.Remembered).ReadAll(row => row.GetString(0), ct);
}
