using Esoz.Platform.Database;

namespace Esoz.Platform.Scheduling;

/// <summary>The minutes at which tasks were started, in the database: a due minute belongs to the node that records it first.</summary>
public sealed class ScheduledRuns(PostgresDatabase database)
{
    /// <returns>False when the run of this minute was already started, by this node or another one.</returns>
    public async Task<bool> Claim(string task, DateTime due, CancellationToken ct) =>
        await database.Command("SELECT claim_scheduled_run($1, $2)", task, due).ReadValue<bool?>(ct) is true;
}
