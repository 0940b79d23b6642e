namespace Esoz.Platform.Database;

/// <summary>
/// Monthly partitions of <c>audit_log</c> and <c>events</c> (data-model §10); without one, rows go to the default partition.
/// </summary>
public sealed class LogPartitions(PostgresDatabase database)
{
    /// <summary>Creates those of the current month and the next ones; safe to run concurrently on several nodes.</summary>
    public Task Ensure(CancellationToken ct) => database.Command("SELECT ensure_partitions()").Execute(ct);
}
