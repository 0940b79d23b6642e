using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// A pooler between this program and PostgreSQL, such as PgBouncer. With session pooling it works like a direct connection. With
/// transaction or statement pooling a connection has another server session for each transaction, so settings, prepared statements and
/// locks of the session go to somebody else.
/// </summary>
public static class Pooler
{
    /// <summary>A pooler may give a connection the same session several times in a row.</summary>
    private const int Attempts = 3;

    /// <param name="source">Unpooled here, and without prepared statements.</param>
    /// <returns>Whether connections share server sessions. Costs one query when there is no pooler.</returns>
    internal static async Task<bool> SharesSessions(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var one = await source.OpenConnectionAsync(ct);
        var session = await SessionOf(one, ct);
        // A pooler answers with its own number for cancel requests.
        if (session == one.ProcessID)
            return false;
        await using var other = await source.OpenConnectionAsync(ct);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // The transaction keeps its session, which must not be one that the first connection has or had.
            await using var transaction = await other.BeginTransactionAsync(ct);
            if (await SessionInTransaction(other, ct) is not { } held || held == session || await SessionOf(one, ct) != session)
                return true;
        }
        return false;
    }

    /// <summary>Null when the pooler allows no transactions: statement pooling.</summary>
    private static async Task<int?> SessionInTransaction(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            return await SessionOf(connection, ct);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ProtocolViolation)
        {
            return null;
        }
    }

    /// <summary>Number of the server session that executes the statement.</summary>
    public static Task<int> SessionOf(NpgsqlConnection connection, CancellationToken ct) =>
        new NpgsqlCommand("SELECT pg_backend_pid()", connection).ReadValue<int>(ct);
}

/// <summary>The connection string leads to a pooler whose connections share sessions.</summary>
public sealed class SharedSessionsException(string setting) : Exception(
    $"{setting} leads to a connection pooler that gives every transaction another session (PgBouncer with pool_mode = transaction or statement). Set pool_mode = session for this database, or connect to PostgreSQL itself.");
