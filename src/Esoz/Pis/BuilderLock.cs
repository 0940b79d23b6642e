using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Pis;

/// <summary>
/// The right to build one resource, among all nodes (pis-bulk §3.11). It belongs to a session of the database and so ends with the
/// process, however that ends. The rows are read on the same session: who loses the lock loses the build.
/// </summary>
public sealed class BuilderLock : IAsyncDisposable
{
    private const string Key = "hashtext('esoz.bulk'), hashtext($1)";

    private readonly string _resource;

    private BuilderLock(string resource, NpgsqlConnection connection) => (_resource, Connection) = (resource, connection);

    public NpgsqlConnection Connection { get; }

    /// <summary>Null when another node builds the resource.</summary>
    public static async Task<BuilderLock?> TryTake(PostgresDatabase database, string resource, CancellationToken ct)
    {
        var connection = await database.OpenForBulk(ct);
        await using var command = PostgresDatabase.Command(connection, $"SELECT pg_try_advisory_lock({Key})", resource);
        if (await command.ExecuteScalarAsync(ct) is true)
            return new(resource, connection);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Waits until no other node builds the resource.</summary>
    public static async Task<BuilderLock> Take(PostgresDatabase database, string resource, CancellationToken ct)
    {
        var connection = await database.OpenForBulk(ct);
        await using var command = PostgresDatabase.Command(connection, $"SELECT pg_advisory_lock({Key})", resource);
        await command.ExecuteNonQueryAsync(ct);
        return new(resource, connection);
    }

    public async ValueTask DisposeAsync()
    {
        // The server ends a closed session, and with it the lock, only a moment later.
        if (Connection.State == System.Data.ConnectionState.Open)
        {
            await using var command = PostgresDatabase.Command(Connection, $"SELECT pg_advisory_unlock({Key})", _resource);
            await command.ExecuteNonQueryAsync();
        }
        await Connection.DisposeAsync();
    }
}
