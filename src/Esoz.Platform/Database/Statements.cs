using System.Runtime.CompilerServices;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Runs commands once, and disposes of them.</summary>
public static class Statements
{
    /// <summary>A statement without parameters on a connection that the caller holds.</summary>
    public static Task Execute(this NpgsqlConnection connection, string sql, CancellationToken ct) =>
        new NpgsqlCommand(sql, connection).Execute(ct);

    /// <summary>For bulk work and migrations, which take as long as there is data.</summary>
    public static Task ExecuteWithoutTimeout(this NpgsqlConnection connection, string sql, CancellationToken ct) =>
        new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }.Execute(ct);

    /// <summary>
    /// For a transaction of a session without limits, which may take as long as its statements do: when this process stops between two of
    /// them, the server rolls it back and frees its locks.
    /// </summary>
    public static Task LimitIdleTransaction(this NpgsqlConnection connection, CancellationToken ct) =>
        Execute(connection, "SET LOCAL idle_in_transaction_session_timeout = '25s'", ct);

    /// <returns>Number of rows that were written.</returns>
    public static async Task<int> Execute(this NpgsqlCommand command, CancellationToken ct = default,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        using var timing = RequestTimes.Statement(file, member);
        await using (command)
            return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The first column of the first row; null, when <typeparamref name="T"/> may be, for NULL and without a row.</summary>
    public static async Task<T> ReadValue<T>(this NpgsqlCommand command, CancellationToken ct,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        using var timing = RequestTimes.Statement(file, member);
        await using (command)
            return (T)(await command.ExecuteScalarAsync(ct) is var value and not DBNull ? value : null)!;
    }

    /// <summary>The first row; the default of <typeparamref name="T"/> when there is none.</summary>
    public static async Task<T?> ReadOne<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken ct,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        using var timing = RequestTimes.Statement(file, member);
        await using (command)
        {
            await using var row = await command.ExecuteReaderAsync(ct);
            return await row.ReadAsync(ct) ? read(row) : default;
        }
    }

    /// <summary>All rows.</summary>
    public static async Task<IReadOnlyList<T>> ReadAll<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken ct,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        using var timing = RequestTimes.Statement(file, member);
        await using (command)
        {
            var rows = new List<T>();
            await using var row = await command.ExecuteReaderAsync(ct);
            while (await row.ReadAsync(ct))
                rows.Add(read(row));
            return rows;
        }
    }
}
