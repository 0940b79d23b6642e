using System.Globalization;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Settings of a database session, sent as its first statement: PgBouncer refuses most of them among the parameters of the connection.
/// They end with the session.
/// </summary>
internal sealed class SessionSettings
{
    /// <summary>
    /// A dead machine on the other side of a connection is noticed after about 25 s: idle + interval × count for a silent one, the user
    /// timeout for one that is sent to. The default of the operating system is two hours.
    /// </summary>
    private static readonly (string Name, string Value)[] Keepalive =
    [
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "25000"),
    ];

    /// <summary>
    /// A statement ends within this time when nobody waits for its result any more: the caller has closed the connection, or this process
    /// has stopped. A commit that waits for standbys goes on.
    /// </summary>
    private static readonly (string Name, string Value) Abandoned = ("client_connection_check_interval", "1000");

    /// <summary>
    /// A request gets one processor of the database. With more, a few clients that read long lists leave nothing to the others.
    /// </summary>
    private static readonly (string Name, string Value) OneProcess = ("max_parallel_workers_per_gather", "0");

    private readonly string _sql;

    /// <summary>Zero = no limit.</summary>
    private SessionSettings(
        TimeSpan lockTimeout, TimeSpan statementTimeout, TimeSpan idleTransaction, string? operatorName,
        params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] settings =
        [
            ("search_path", "esoz"),
            ("lock_timeout", Milliseconds(lockTimeout)),
            ("statement_timeout", Milliseconds(statementTimeout)),
            ("idle_in_transaction_session_timeout", Milliseconds(idleTransaction)),
            .. Keepalive,
            Abandoned,
            .. more,
            .. operatorName is null ? [] : new[] { ("app.operator", operatorName.Replace("'", "''", StringComparison.Ordinal)) },
        ];
        _sql = $"SELECT {string.Join(", ", settings.Select(setting => $"set_config('{setting.Name}', '{setting.Value}', false)"))}";
    }

    /// <summary>Sessions of the pool, which answer requests and end tasks.</summary>
    public static SessionSettings Pooled(DatabaseOptions options) =>
        new(options.LockTimeout, options.StatementTimeout, options.IdleTransaction, options.Operator, OneProcess);

    /// <summary>Sessions that wait and work as long as it takes: migrations, imports, builds, LISTEN.</summary>
    public static SessionSettings Unlimited(DatabaseOptions options) => new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, options.Operator);

    /// <summary>Sessions whose statements take no longer than <paramref name="limit"/>.</summary>
    public static SessionSettings Within(TimeSpan limit) => new(limit, limit, limit, operatorName: null);

    public void Apply(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(_sql, connection);
        command.ExecuteNonQuery();
    }

    public Task ApplyTo(NpgsqlConnection connection) => new NpgsqlCommand(_sql, connection).Execute();

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
