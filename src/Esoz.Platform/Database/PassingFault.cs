using System.Net.Sockets;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Faults of the database that pass by themselves, so that the same request may succeed later.</summary>
public enum PassingFault
{
    /// <summary>The database or the connection to it does not work or is too slow, or the outcome of the commit is unknown.</summary>
    Outage,
    /// <summary>The statement waited too long for a lock, or lost a conflict with another one.</summary>
    Conflict,
}

/// <summary>Which exceptions are passing faults.</summary>
public static class PassingFaults
{
    /// <summary>Classes of SQLSTATE: connection exception, insufficient resources (disk, memory, connections).</summary>
    private static readonly string[] OutageClasses = ["08", "53"];

    private static readonly string[] Outages =
    [
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow,
        PostgresErrorCodes.DatabaseDropped, PostgresErrorCodes.ReadOnlySqlTransaction, IdleSessionTimeout,
        IdleInTransactionTimeout, PostgresErrorCodes.QueryCanceled,
    ];

    private static readonly string[] Conflicts =
    [
        PostgresErrorCodes.LockNotAvailable, PostgresErrorCodes.DeadlockDetected, PostgresErrorCodes.SerializationFailure,
    ];

    // These two are not in the driver's list.
    private const string IdleInTransactionTimeout = "25P03";
    private const string IdleSessionTimeout = "57P05";

    /// <summary>Null when it is another exception.</summary>
    public static PassingFault? Of(Exception fault) => fault switch
    {
        CommitNotReplicatedException => PassingFault.Outage,
        PostgresException { SqlState: var state } =>
            Conflicts.Contains(state) ? PassingFault.Conflict
            : Outages.Contains(state) || OutageClasses.Any(known => state.StartsWith(known, StringComparison.Ordinal)) ? PassingFault.Outage
            : null,
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException } => PassingFault.Outage,
        _ => null,
    };

    /// <summary>The fault in a few words without values: for the log.</summary>
    public static string Reason(Exception fault) => fault switch
    {
        PostgresException refused => $"{refused.SqlState} {refused.MessageText}",
        { InnerException: { } inner } => $"{fault.Message}: {inner.Message}",
        _ => fault.Message,
    };
}
