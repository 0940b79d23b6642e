using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Statements without parameters on a connection that the caller holds.</summary>
public static class Statements
{
    public static Task Execute(this NpgsqlConnection connection, string sql, CancellationToken ct) =>
        Execute(new NpgsqlCommand(sql, connection), ct);

    /// <summary>For bulk work and migrations, which take as long as there is data.</summary>
    public static Task ExecuteWithoutTimeout(this NpgsqlConnection connection, string sql, CancellationToken ct) =>
        Execute(new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }, ct);

    private static async Task Execute(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
            await command.ExecuteNonQueryAsync(ct);
    }
}
