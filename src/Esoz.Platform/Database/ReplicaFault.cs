using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Faults of a replica that the primary does not have.</summary>
public enum ReplicaFault
{
    /// <summary>It does not answer.</summary>
    Outage,
    /// <summary>What is replayed there has removed what the statement reads, or waits for it.</summary>
    Conflict,
}

/// <summary>Which exceptions are such faults. A statement that took too long is none: it would take as long on the primary.</summary>
public static class ReplicaFaults
{
    public static ReplicaFault? Of(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }
            => ReplicaFault.Conflict,
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => null,
        NpgsqlException when PassingFaults.Of(fault) == PassingFault.Outage => ReplicaFault.Outage,
        _ => null,
    };
}
