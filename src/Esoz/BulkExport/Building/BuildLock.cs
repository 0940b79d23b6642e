using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Pis.Building;

/// <summary>
/// The right to build resources, among all nodes (pis-bulk §3.11). It belongs to a session of the database and so ends with the process,
/// however that ends.
/// </summary>
public sealed class BuilderLock : IAsyncDisposable
{
    private const string Key = "hashtext('esoz.bulk'), hashtext($1)";

    private readonly List<SnapshotResource> _resources = [];

    private BuilderLock(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <summary>What may be built.</summary>
    public IReadOnlyList<SnapshotResource> Resources => _resources;

    /// <summary>Of these resources takes those that nobody builds; maybe none.</summary>
    public static Task<BuilderLock> TryTake(PostgresDatabase database, IEnumerable<SnapshotResource> resources, CancellationToken ct) =>
        Take(database, resources, "SELECT pg_try_advisory_lock({0})", ct);

    /// <summary>Waits until nobody else builds any of the resources.</summary>
    public static Task<BuilderLock> Take(PostgresDatabase database, IEnumerable<SnapshotResource> resources, CancellationToken ct) =>
        Take(database, resources, "SELECT pg_advisory_lock({0}) IS NOT NULL", ct);

    private static async Task<BuilderLock> Take(PostgresDatabase database, IEnumerable<SnapshotResource> resources, string sql, CancellationToken ct)
    {
        var builder = new BuilderLock(await database.OpenSession(ct));
        try
        {
            // In the order of the catalogue, so that two who wait never wait for each other.
            foreach (var resource in SnapshotCatalogue.All.Select(known => resources.FirstOrDefault(asked => asked.Name == known.Name)).OfType<SnapshotResource>())
            {
                await using var command = PostgresDatabase.Command(builder.Connection, string.Format(sql, Key), resource.Name);
                if (await command.ExecuteScalarAsync(ct) is true)
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
        // The server ends a closed session, and with it the locks, only a moment later.
        if (Connection.State == System.Data.ConnectionState.Open)
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", Connection);
            await command.ExecuteNonQueryAsync();
        }
        await Connection.DisposeAsync();
    }
}
