using Esoz.Platform.Configuration;

namespace Esoz.Platform.Database;

/// <summary>
/// Limits of the pooled sessions, enforced by the server: whatever happens to this process, a session of it holds a lock no longer than
/// these. All are shorter than the lease of a background task.
/// </summary>
public sealed record DatabaseOptions
{
    /// <summary>
    /// ESOZ_DATABASE_DIRECT: another connection string of the same database, for the sessions outside the pool; null = the same one.
    /// </summary>
    public string? Direct { get; init; }

    /// <summary>Who runs the command line; null in a server. The audit log records it with every change.</summary>
    public string? Operator { get; init; }

    /// <summary>ESOZ_LOCK_TIMEOUT_SECONDS: how long a statement waits for one lock.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>ESOZ_STATEMENT_TIMEOUT_SECONDS: how long a statement may take.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>ESOZ_LIST_TIMEOUT_SECONDS: how long a page of a list may take.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// ESOZ_IDLE_TRANSACTION_SECONDS: how long a transaction may wait for the next statement of this process, which may have been stopped.
    /// </summary>
    public TimeSpan IdleTransaction { get; init; } = TimeSpan.FromSeconds(25);

    public static DatabaseOptions Read(SettingReader read) => new()
    {
        Direct = read.Secret("ESOZ_DATABASE_DIRECT", ConnectionStrings.Parse) is { Length: > 0 } direct ? direct : null,
        LockTimeout = TimeSpan.FromSeconds(read.Integer("ESOZ_LOCK_TIMEOUT_SECONDS", 5, 1, 60)),
        StatementTimeout = TimeSpan.FromSeconds(read.Integer("ESOZ_STATEMENT_TIMEOUT_SECONDS", 25, 1, 300)),
        ListTimeout = TimeSpan.FromSeconds(read.Integer("ESOZ_LIST_TIMEOUT_SECONDS", 10, 1, 300)),
        IdleTransaction = TimeSpan.FromSeconds(read.Integer("ESOZ_IDLE_TRANSACTION_SECONDS", 25, 1, 50)),
    };
}
