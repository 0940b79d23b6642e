namespace Esoz.Events;

/// <summary>
/// Removes the events that are too old or too many (events §4). Safe to run concurrently on several nodes: an event is removed once.
/// </summary>
public sealed class RemoveEvents(PostgresDatabase database, EventOptions options)
{
    private const int BatchSize = 10_000;

    /// <summary>Drops the partitions that are wholly too old and deletes the other events in batches, each in a transaction.</summary>
    /// <returns>Number of deleted events, without those of dropped partitions.</returns>
    public async Task<long> Run(CancellationToken ct)
    {
        await database.Command("SELECT drop_event_partitions($1)", options.Expiration).Execute(ct);
        var (total, removed) = (0L, 0L);
        do
        {
            removed = await database.Command(
                "SELECT remove_events($1, $2, $3)", options.Expiration, options.MaxEvents, BatchSize).ReadValue<long>(ct);
            total += removed;
        }
        while (removed >= BatchSize);
        return total;
    }
}
