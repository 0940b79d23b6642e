namespace Esoz.SignIn;

/// <summary>
/// What sign-in does by the clock: ends the tokens of users whose password is too old (sign-in §13), and forgets failures and addresses.
/// Safe to run concurrently on several nodes.
/// </summary>
public sealed class ExpiredPasswords(PostgresDatabase database, TokenOptions options)
{
    /// <summary>Tokens that lead to a new password do not end. Users without a password have tokens that an operator gave them.</summary>
    private const string EndSql = $"""
        UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
          FROM users
         WHERE users.id = tokens.user_id AND users.password_hash IS NOT NULL
           AND coalesce(users.password_set_at, users.inserted_at) <= now() - $1::interval
           AND tokens.name NOT IN ('{TokenName.SecondFactor}', '{TokenName.ChangePassword}')
           AND tokens.expires_at > floor(extract(epoch FROM now()))::bigint
        """;

    /// <returns>Number of tokens that were ended.</returns>
    public async Task<int> EndTokens(CancellationToken ct)
    {
        if (options.PasswordLifetime is not { } lifetime)
            return 0;
        await using var write = await database.OpenForWrite(ct);
        return await PostgresDatabase.Command(write.Connection, EndSql, lifetime).Execute(ct);
    }

    /// <returns>Number of rows that were removed.</returns>
    public async Task<long> Purge(CancellationToken ct)
    {
        var (failures, addresses) = FailedLogins.Kept;
        return await database.Command("SELECT purge_sign_ins($1, $2)", failures, addresses).ReadValue<long>(ct);
    }
}
