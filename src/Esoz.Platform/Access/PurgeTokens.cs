using Esoz.Platform.Database;

namespace Esoz.Platform.Access;

/// <summary>Removes tokens that expired, or were revoked, longer ago than they are kept (data-model §7).</summary>
/// <param name="kept"><c>TOKEN_TTL_AFTER_EXPIRATION_DAYS</c>.</param>
public sealed class PurgeTokens(PostgresDatabase database, TimeSpan kept)
{
    /// <returns>Number of removed tokens.</returns>
    public Task<int> Run(CancellationToken ct) =>
        database.Command("DELETE FROM tokens WHERE expires_at < extract(epoch FROM now() - $1)::bigint", kept).Execute(ct);
}
