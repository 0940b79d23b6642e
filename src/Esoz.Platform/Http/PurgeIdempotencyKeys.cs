using Esoz.Platform.Database;

namespace Esoz.Platform.Http;

/// <summary>Removes stored answers that have expired (<see cref="Idempotency.Kept"/>).</summary>
public sealed class PurgeIdempotencyKeys(PostgresDatabase database)
{
    /// <returns>Number of removed keys.</returns>
    public Task<int> Run(CancellationToken ct) =>
        database.Command("DELETE FROM idempotency_keys WHERE inserted_at < now() - $1", Idempotency.Kept).Execute(ct);
}
