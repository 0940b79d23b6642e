using Esoz.Platform.Access;

namespace Esoz.SignIn;

/// <summary>The tokens that descend from one authorization code (docs/adr/0038-sessions-of-sign-in.md).</summary>
public static class Sessions
{
    /// <summary>Ends the session of a token, or a token that has none; other sessions of its user stay.</summary>
    public static async Task End(Work work, string name, SecretHash token, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        await using var batch = steps.FirstBatch();
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(
            "SELECT end_session(session_id, user_id) FROM tokens WHERE value_hash = $1::bpchar AND name = $2", token.Hex, name));
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand($"""
            WITH ended AS (
              UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
               WHERE value_hash = $1::bpchar AND name = $2 AND session_id IS NULL AND expires_at > floor(extract(epoch FROM now()))
              RETURNING user_id
            )
            SELECT {SignInSql.Author("user_id")} FROM ended
            """, token.Hex, name));
        await batch.ExecuteNonQueryAsync(ct);
        await steps.Commit(ct);
    }
}
