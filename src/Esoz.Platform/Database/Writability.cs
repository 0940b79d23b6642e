using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Whether a database takes changes: a standby answers every read, and refuses every change with 25006.</summary>
public static class Writability
{
    /// <summary>Why it takes no changes; null when it does.</summary>
    public static Task<string?> Fault(NpgsqlDataSource database, CancellationToken ct) => database.CreateCommand("""
        SELECT CASE WHEN pg_is_in_recovery() THEN 'is a standby'
                    WHEN current_setting('default_transaction_read_only') = 'on' THEN 'is read-only (default_transaction_read_only)'
               END
        """).ReadValue<string?>(ct);
}
