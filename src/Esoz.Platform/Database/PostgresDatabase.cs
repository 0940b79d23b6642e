using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// The registry's PostgreSQL: a connection pool and the only way to create commands. Statements are prepared on their second use
/// (unprepared, point reads lose a quarter of their throughput and writes about half); the schema is <c>esoz</c>, the time zone is UTC.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>About the number of concurrent requests: concurrent commits share one WAL write.</summary>
    private const int PoolSize = 32;

    /// <summary>Maximum number of bytes that one read from the server returns.</summary>
    private const int BulkReadBuffer = 64 * 1024;

    private readonly NpgsqlDataSource _unpooled;

    /// <param name="connectionString">In Npgsql's format; its <c>Maximum Pool Size</c> overrides the default.</param>
    public PostgresDatabase(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = "esoz",
            Timezone = "UTC",
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            // A reset executes seven statements at every return to the pool, a third of the cost of a point read. No code leaves session
            // state: settings, locks and temporary tables are limited to a transaction, and code that needs its own session opens one
            // outside the pool.
            NoResetOnClose = true,
            ApplicationName = "esoz",
            // A command that timed out or was cancelled breaks its connection. Otherwise the driver cancels it and reads on, and PostgreSQL
            // reports a commit that was waiting for synchronous standbys as successful (WriteConnection).
            CancellationTimeout = -1,
        };
        // ContainsKey would only tell whether the driver knows the name.
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

    /// <summary>A pooled connection for changes that are acknowledged to somebody.</summary>
    public Task<WriteConnection> OpenForWrite(CancellationToken ct) => WriteConnection.Open(Source, ct);

    /// <summary>A connection outside the pool, for code that needs its own session or waits without a timeout.</summary>
    public async Task<NpgsqlConnection> OpenSession(CancellationToken ct) => await _unpooled.OpenConnectionAsync(ct);

    /// <summary>
    /// The same for reading whole tables on a dedicated thread: no timeout (a copy uses the connection's, and sorting a large table before
    /// its first row takes minutes), a large buffer, and a blocking socket. Use it only without async calls: after the first async call
    /// every read takes three threads.
    /// </summary>
    public NpgsqlConnection OpenForBulk() => _unpooled.OpenConnection();

    /// <summary>A command on its own pooled connection, with positional parameters <c>$1…</c>; null is SQL NULL.</summary>
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

    /// <param name="name">Name in the metrics; the default would be the connection string.</param>
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
