using Esoz.Pis;
using Esoz.Platform.Database;
using Esoz.Platform.Scheduling;

namespace Esoz;

/// <summary>Table of contents: everything that is started by the clock. All times are UTC.</summary>
public static class Schedules
{
    public static IReadOnlyList<ScheduledTask> All(IServiceProvider services)
    {
        var build = services.GetRequiredService<BuildSnapshots>();
        var bulk = services.GetRequiredService<BulkOptions>();
        var partitions = new LogPartitions(services.GetRequiredService<PostgresDatabase>());
        return
        [
            // pis-bulk §3: each resource by its own setting; what is due in the same minute is built together
            new("bulk snapshots", bulk.NextRun, build.RunDue) { AtStart = build.RunMissing },

            // data-model §10: monthly partitions of audit_log and events are there before the month begins
            new("log partitions", CronSchedule.Parse("17 0 * * *").Next, (_, ct) => partitions.Ensure(ct)),
        ];
    }
}
