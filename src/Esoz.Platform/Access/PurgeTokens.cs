using Esoz.Platform.Database;

namespace Esoz.Platform.Access;

/// <summary>Removes tokens that expired, or were revoked, more than 30 days ago (data-model §7).</summary>
public sealed class PurgeTokens(PostgresDatabase database)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <returns>Number of removed tokens.</returns>
    public async Task<int> Run(CancellationToken ct)
    {
        await using var command = database.Command("DELETE FROM tokens WHERE expires_at < extract(epoch FROM now() - $1)::bigint", Kept);
        return await command.ExecuteNonQueryAsync(ct);
    }
}
