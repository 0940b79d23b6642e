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

    /// <summary>
    /// For a transaction of a session without limits, which may take as long as its statements do: when this process stops between two of
    /// them, the server rolls it back and frees its locks.
    /// </summary>
    public static Task LimitIdleTransaction(this NpgsqlConnection connection, CancellationToken ct) =>
        Execute(connection, "SET LOCAL idle_in_transaction_session_timeout = '25s'", ct);

    private static async Task Execute(NpgsqlCommand command, CancellationToken ct)
    {
        await using (command)
            await command.ExecuteNonQueryAsync(ct);
    }
}
