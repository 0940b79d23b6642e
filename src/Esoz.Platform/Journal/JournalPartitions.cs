using Esoz.Platform.Database;

namespace Esoz.Platform.Journal;

/// <summary>
/// Daily partitions of the access journal; without one, rows go to the default partition. Safe to run concurrently on several nodes.
/// </summary>
public sealed class JournalPartitions(PostgresDatabase database)
{
    /// <summary>Creates those of today and the coming days.</summary>
    public Task Ensure(CancellationToken ct) => database.Command("SELECT ensure_journal_partitions()").Execute(ct);

    /// <summary>Drops those whose rows are all older than the period.</summary>
    /// <returns>Number of dropped days.</returns>
    public Task<long> Purge(TimeSpan retention, CancellationToken ct) =>
        database.Command("SELECT drop_journal_partitions($1)", retention).ReadValue<long>(ct);
}
