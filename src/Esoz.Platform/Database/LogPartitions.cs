namespace Esoz.Platform.Database;

/// <summary>
/// Monthly partitions of <c>audit_log</c> and <c>events</c> (data-model §10); without one, rows wait in the default partition.
/// </summary>
public sealed class LogPartitions(PostgresDatabase database)
{
    /// <summary>Creates those of the present month and the next ones; safe on many nodes at once.</summary>
    public async Task Ensure(CancellationToken ct)
    {
        await using var command = database.Command("SELECT ensure_partitions()");
        await command.ExecuteNonQueryAsync(ct);
    }
}
