using Esoz.Platform.Database;

namespace Esoz.Platform.Journal;

/// <summary>
/// Daily partitions of the access journal; without one, rows go to the default partition. Safe to run concurrently on several nodes.
/// </summary>
public sealed class JournalPartitions(PostgresDatabase database)
{
    /// <summary>Creates those of today and the coming days.</summary>
    public async Task Ensure(CancellationToken ct)
    {
        await using var command = database.Command("SELECT ensure_journal_partitions()");
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Drops those whose rows are all older than the period.</summary>
    /// <returns>Number of dropped days.</returns>
    public async Task<long> Purge(TimeSpan retention, CancellationToken ct)
    {
        await using var command = database.Command("SELECT drop_journal_partitions($1)", retention);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}
