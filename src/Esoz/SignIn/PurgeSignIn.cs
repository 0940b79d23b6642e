namespace Esoz.SignIn;

/// <summary>
/// Removes what sign-ins leave behind: states of pages that have ended, and codes of a second factor that ended a day ago. Failed logins
/// are removed by <see cref="ExpiredPasswords.Purge"/>, tokens by <see cref="Platform.Access.PurgeTokens"/>.
/// </summary>
public sealed class PurgeSignIn(PostgresDatabase database)
{
    /// <returns>Number of removed rows.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        await using var batch = database.Source.CreateBatch();
        batch.BatchCommands.Add(new("DELETE FROM sign_in_sessions WHERE expires_at < now()"));
        batch.BatchCommands.Add(new("DELETE FROM otps WHERE expires_at < now() - interval '1 day'"));
        return await batch.ExecuteNonQueryAsync(ct);
    }
}
