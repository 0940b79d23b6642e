using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// The registry's PostgreSQL: a pool of connections and the one way to make a command. Statements are prepared on their second use
/// (unprepared, point reads lose a quarter and writes about half); the schema is <c>esoz</c>, time is UTC.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>About as many as there are concurrent requests: commits of one moment share one write of the log.</summary>
    private const int PoolSize = 32;

    /// <summary>Bytes that one read from the server may bring.</summary>
    private const int BulkReadBuffer = 64 * 1024;

    private readonly NpgsqlDataSource _unpooled;

    /// <param name="connectionString">Npgsql form; its own <c>Maximum Pool Size</c> wins over ours.</param>
    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = "esoz",
            Timezone = "UTC",
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            // Seven statements at every return to the pool, a third of a point read's cost. Nothing here leaves anything in a session:
            // settings, locks and temporary tables are a transaction's, and whoever needs a session of its own opens one beside the pool.
            NoResetOnClose = true,
            ApplicationName = "esoz",
        };
        // ContainsKey would say whether the driver knows the name at all.
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = PoolSize;
        Source = Open("esoz", settings);
        _unpooled = Open("esoz-unpooled", new(settings.ConnectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
            ReadBufferSize = BulkReadBuffer,
        });
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>A connection beside the pool, for who needs a session of its own or waits without limit of time.</summary>
    public async Task<NpgsqlConnection> OpenSession(CancellationToken ct) => await _unpooled.OpenConnectionAsync(ct);

    /// <summary>
    /// The same for reading whole tables on a thread of one's own: no limit of time (a copy takes the connection's, and sorting a large
    /// table before its first row takes minutes), a large buffer, and a socket that blocks. Only to be used without async calls: after the
    /// first of them every read takes three threads.
    /// </summary>
    public NpgsqlConnection OpenForBulk() => _unpooled.OpenConnection();

    /// <summary>A command on a connection of its own, with positional parameters <c>$1…</c>; null is SQL NULL.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values) => Fill(Source.CreateCommand(sql), values);

    /// <summary>A command on <paramref name="connection"/>, e.g. inside a transaction.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        Fill(new NpgsqlCommand(sql, connection), values);

    /// <summary>One statement of a batch.</summary>
    public static NpgsqlBatchCommand BatchCommand(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        return command;
    }

    private static NpgsqlCommand Fill(NpgsqlCommand command, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        return command;
    }

    private static NpgsqlParameter Parameter(object? value) => new() { Value = value ?? DBNull.Value };

    public async ValueTask DisposeAsync()
    {
        await _unpooled.DisposeAsync();
        await Source.DisposeAsync();
    }

    /// <param name="name">Stands in the metrics; without one it would be the connection string.</param>
    /// <param name="settings">Host, user, database and so on.</param>
    private static NpgsqlDataSource Open(string name, NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }
            .ConfigureTracing(traces => traces
                .ConfigureCommandSpanNameProvider(command => FirstWord(command.CommandText))
                .ConfigureBatchSpanNameProvider(_ => "BATCH")
                .EnableFirstResponseEvent(false)
                .EnablePhysicalOpenTracing(false))
            .Build();

    private static string FirstWord(string sql)
    {
        var start = sql.AsSpan().TrimStart();
        return start.IndexOfAny(" \n\r") is > 0 and var end ? start[..end].ToString() : start.ToString();
    }
}
