using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// The registry's PostgreSQL: a connection pool and the only way to create commands. Statements are prepared on their second use
/// (unprepared, point reads lose a quarter of their throughput and writes about half); the schema is <c>esoz</c>, the time zone is UTC.
/// Beside the pool there are sessions without limits, and two connections for the probe, which must answer when the pool is used up.
/// </summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>About the number of concurrent requests: concurrent commits share one WAL write.</summary>
    private const int DefaultPoolSize = 32;

    /// <summary>Maximum number of bytes that one read from the server returns.</summary>
    private const int BulkReadBuffer = 64 * 1024;

    /// <summary>PostgreSQL cuts what is longer.</summary>
    private const int MaxApplicationName = 63;

    /// <summary>Longer than a probe waits, so that a probe reports what it waited for.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    private readonly string _connectionString;
    private readonly DatabaseOptions _options;
    private readonly Writers _writers;
    private readonly ConcurrentDictionary<object, IDisposable> _sharedReads;
    private readonly Author? _author;

    /// <param name="connectionString">In Npgsql's format; its <c>Maximum Pool Size</c> overrides the default.</param>
    /// <param name="name">Of its pool in the metrics.</param>
    public PostgresDatabase(string connectionString, DatabaseOptions? options = null, string name = "esoz")
    {
        (_connectionString, _options) = (connectionString, options ?? new());
        var settings = Configured(connectionString);
        PoolSize = settings.MaxPoolSize;
        Source = Open(name, settings, SessionSettings.Pooled(_options));
        _writers = new(Math.Max(1, settings.MaxPoolSize * 3 / 4),
            settings.Timeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(settings.Timeout));
        _sharedReads = [];
        Sessions = Open($"{name}-unpooled", new(Configured(_options.Direct ?? connectionString).ConnectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
            ReadBufferSize = BulkReadBuffer,
        }, SessionSettings.Unlimited(_options));
        Probe = Open($"{name}-probe", new(settings.ConnectionString) { MaxPoolSize = 2, MinPoolSize = 0 },
            SessionSettings.Within(ProbeTimeout));
    }

    private PostgresDatabase(PostgresDatabase shared, Author author)
    {
        (_connectionString, _options, _writers) = (shared._connectionString, shared._options, shared._writers);
        _sharedReads = shared._sharedReads;
        (Source, Sessions, Probe, PoolSize, _author) = (shared.Source, shared.Sessions, shared.Probe, shared.PoolSize, author);
    }

    /// <summary>
    /// The same database, whose changes the audit log ascribes to a user. Each write has a session of its own, so that the author stays
    /// with it: for changes that people make, not for the methods of the API, which name the author in their statements.
    /// </summary>
    /// <param name="origin">Where the request comes from (<c>Http.Origin</c>).</param>
    /// <remarks>It shares everything with this object; only that one is disposed of.</remarks>
    public PostgresDatabase By(Guid user, string origin) => new(this, new(user, origin));

    /// <summary>The pool, for requests and tasks.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Greatest number of connections of the pool.</summary>
    public int PoolSize { get; }

    /// <summary>Connections outside the pool and without limits of time, for migrations, imports and other work of an operator.</summary>
    public NpgsqlDataSource Sessions { get; }

    /// <summary>How many wait for a connection for a write because the writers' share of the pool is used up.</summary>
    public int WaitingWriters => _writers.Waiting;

    /// <summary>Connections of the probe.</summary>
    public NpgsqlDataSource Probe { get; }

    /// <summary>
    /// A pooled connection for changes that are acknowledged to somebody. Writers get at most three quarters of the pool: they wait for
    /// locks, and readers must not wait for them.
    /// </summary>
    public async Task<WriteConnection> OpenForWrite(CancellationToken ct)
    {
        await _writers.Enter(ct);
        try
        {
            return _author is null
                ? await WriteConnection.Open(Source, ct, closed: () => _writers.Release())
                : await OpenFor(_author, ct);
        }
        catch
        {
            _writers.Release();
            throw;
        }
    }

    private async Task<WriteConnection> OpenFor(Author author, CancellationToken ct)
    {
        var write = await WriteConnection.Open(Sessions, ct, closed: () => _writers.Release());
        await Command(write.Connection, """
            SELECT set_config('app.actor_id', $1, false), set_config('app.origin', $2, false), set_config('lock_timeout', '10s', false)
            """, author.User.ToString(), author.Origin).Execute(ct);
        return write;
    }

    /// <summary>One statement whose changes are acknowledged to somebody.</summary>
    /// <returns>Number of rows that it has written durably.</returns>
    /// <exception cref="CommitNotReplicatedException"/>
    public async Task<int> Write(string sql, CancellationToken ct, params object?[] values)
    {
        await using var write = await OpenForWrite(ct);
        var rows = await Command(write.Connection, sql, values).Execute(ct);
        write.EnsureReplicated();
        return rows;
    }

    /// <summary>Settings, locks and prepared statements of a session must stay with its connection.</summary>
    /// <exception cref="SharedSessionsException"/>
    public async Task RequireSessions(CancellationToken ct)
    {
        (string Setting, string? ConnectionString)[] ways =
            [("ESOZ_DATABASE", _connectionString), ("ESOZ_DATABASE_DIRECT", _options.Direct)];
        foreach (var (setting, way) in ways)
        {
            if (way is null)
                continue;
            var settings = new NpgsqlConnectionStringBuilder(way) { Pooling = false };
            await using var source = ConnectionStrings.ForLook(settings, "esoz-start");
            if (await Pooler.SharesSessions(source, ct))
                throw new SharedSessionsException(setting);
        }
    }

    /// <summary>A connection outside the pool, for code that needs its own session or waits without a timeout.</summary>
    public async Task<NpgsqlConnection> OpenSession(CancellationToken ct) => await Sessions.OpenConnectionAsync(ct);

    /// <summary>
    /// The same for reading whole tables on a dedicated thread: no timeout (a copy uses the connection's, and sorting a large table before
    /// its first row takes minutes), a large buffer, and a blocking socket. Use it only without async calls: after the first async call
    /// every read takes three threads.
    /// </summary>
    public NpgsqlConnection OpenForBulk() => Sessions.OpenConnection();

    private static NpgsqlConnectionStringBuilder Configured(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Set by the first statement of a session instead (SessionSettings).
            SearchPath = null,
            Timezone = "UTC",
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            // A reset executes seven statements at every return to the pool, a third of the cost of a point read. No code leaves session
            // state: settings, locks and temporary tables are limited to a transaction, and code that needs its own session opens one
            // outside the pool.
            NoResetOnClose = true,
            ApplicationName = ApplicationName(connectionString),
            // A command that timed out or was cancelled breaks its connection. Otherwise the driver cancels it and reads on, and PostgreSQL
            // reports a commit that was waiting for synchronous standbys as successful (WriteConnection).
            CancellationTimeout = -1,
        };
        // ContainsKey would only tell whether the driver knows the name.
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = DefaultPoolSize;
        return settings;
    }

    /// <summary>Whose a session is, in <c>pg_stat_activity</c>: the configured name, or <c>esoz</c>, then machine and process.</summary>
    private static string ApplicationName(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).ApplicationName is { Length: > 0 } configured ? configured : "esoz";
        var node = $"{name} {Environment.MachineName}/{Environment.ProcessId}";
        return node.Length <= MaxApplicationName ? node : node[..MaxApplicationName];
    }

    /// <summary>A command on its own pooled connection, with positional parameters <c>$1…</c>; null is SQL NULL.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values) => Fill(Source.CreateCommand(sql), values);

    /// <summary>
    /// The same for a list, which must not occupy the database for as long as a change may: it is given up after
    /// ESOZ_LIST_TIMEOUT_SECONDS, by closing its connection.
    /// </summary>
    public NpgsqlCommand ListCommand(string sql, params ReadOnlySpan<object?> values)
    {
        var command = Command(sql, values);
        command.CommandTimeout = (int)_options.ListTimeout.TotalSeconds;
        return command;
    }

    /// <summary>
    /// The row of a key, as it is now; the default of <typeparamref name="T"/> when there is none. Reads that are under way at the same time
    /// share statements (<see cref="SharedReads{TKey, T}"/>, docs/adr/0063-reads-that-share-a-round-trip.md).
    /// </summary>
    public Task<T?> Find<TKey, T>(PointRead<TKey, T> read, TKey key, CancellationToken ct,
        [CallerFilePath] string file = "", [CallerMemberName] string member = "") =>
        ((SharedReads<TKey, T>)_sharedReads.GetOrAdd(read, static (read, database) =>
            new SharedReads<TKey, T>(database, (PointRead<TKey, T>)read), this)).Find(key, file, member, ct);

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
        foreach (var reads in _sharedReads.Values)
            reads.Dispose();
        await Probe.DisposeAsync();
        await Sessions.DisposeAsync();
        await Source.DisposeAsync();
        _writers.Dispose();
    }

    /// <param name="name">Name in the metrics; the default would be the connection string.</param>
    /// <param name="settings">Host, user, database and so on.</param>
    /// <param name="session">First statement of every session.</param>
    private static NpgsqlDataSource Open(string name, NpgsqlConnectionStringBuilder settings, SessionSettings session) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }
            .UsePhysicalConnectionInitializer(session.Apply, session.ApplyTo)
            .ConfigureTracing(traces => traces
                .ConfigureCommandSpanNameProvider(command => FirstWord(command.CommandText))
                .ConfigureBatchSpanNameProvider(_ => "BATCH")
                .EnableFirstResponseEvent(false)
                .EnablePhysicalOpenTracing(false))
            .Build();

    private sealed record Author(Guid User, string Origin);

    /// <summary>The writers' share of the pool.</summary>
    private sealed class Writers(int count, TimeSpan patience) : IDisposable
    {
        private readonly SemaphoreSlim _free = new(count);
        private int _waiting;

        public int Waiting => Volatile.Read(ref _waiting);

        /// <exception cref="NpgsqlException">None became free in time.</exception>
        public async ValueTask Enter(CancellationToken ct)
        {
            // A token that has ended is told by the wait.
            if (!ct.IsCancellationRequested && _free.Wait(0, CancellationToken.None))
                return;
            using var timing = RequestTimes.Of(Waits.Pool);
            Interlocked.Increment(ref _waiting);
            try
            {
                if (!await _free.WaitAsync(patience, ct))
                    throw new NpgsqlException("No connection for a write became free in time", new TimeoutException());
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        public void Release() => _free.Release();

        public void Dispose() => _free.Dispose();
    }

    private static string FirstWord(string sql)
    {
        var start = sql.AsSpan().TrimStart();
        return start.IndexOfAny(" \n\r") is > 0 and var end ? start[..end].ToString() : start.ToString();
    }
}
