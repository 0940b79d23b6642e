using Esoz.BulkExport.Snapshots;
using Npgsql;

namespace Esoz.BulkExport.Building;

/// <summary>
/// Cluster-wide lock on building resources (pis-bulk §3.11). It is held by a database session, so it is released whenever the process ends.
/// </summary>
public sealed class BuildLock : IAsyncDisposable
{
    private const string Key = "hashtext('esoz.bulk'), hashtext($1)";

    private readonly List<BulkResource> _resources = [];

    private BuildLock(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <summary>Resources that are locked and may be built.</summary>
    public IReadOnlyList<BulkResource> Resources => _resources;

    /// <summary>Locks those of the resources that nobody else is building, possibly none. All nodes lock in the same order.</summary>
    public static Task<BuildLock> TryTake(PostgresDatabase database, IEnumerable<BulkResource> resources, CancellationToken ct) =>
        Take(database, resources, "SELECT pg_try_advisory_lock({0})", ct);

    /// <summary>Waits until nobody else is building any of the resources. All nodes lock in the same order.</summary>
    public static Task<BuildLock> Take(PostgresDatabase database, IEnumerable<BulkResource> resources, CancellationToken ct) =>
        Take(database, resources, "SELECT pg_advisory_lock({0}) IS NOT NULL", ct);

    private static async Task<BuildLock> Take(
        PostgresDatabase database, IEnumerable<BulkResource> resources, string sql, CancellationToken ct)
    {
        var builder = new BuildLock(await database.OpenSession(ct));
        try
        {
            foreach (var resource in resources)
            {
                if (await PostgresDatabase.Command(builder.Connection, string.Format(sql, Key), resource.Name).ReadValue<bool?>(ct) is true)
                    builder._resources.Add(resource);
            }
            return builder;
        }
        catch
        {
            await builder.Connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The server ends a closed session and releases its locks only after a short delay.
        if (Connection.State == System.Data.ConnectionState.Open)
        {
            await new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection).Execute();
        }
        await Connection.DisposeAsync();
    }
}
