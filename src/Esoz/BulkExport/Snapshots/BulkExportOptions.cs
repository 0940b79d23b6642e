using Esoz.Platform.Configuration;
using Esoz.Platform.Scheduling;

namespace Esoz.BulkExport.Snapshots;

/// <summary>Settings of the bulk export (pis-bulk §1, §3; platform §15).</summary>
public sealed record BulkExportOptions
{
    private const string EveryNight = "0 1 * * *";

    /// <summary>Days; removals are kept for so long, because the setting may be raised.</summary>
    public const int LargestDepth = 366;

    /// <summary>Windows of 1 … this many days are built in addition to the full set.</summary>
    public required int MaxDepth { get; init; }

    /// <summary>Whether the records of parties have their tax_id.</summary>
    public bool PublishTaxId { get; init; }

    /// <summary>Capacity in bytes of the node's cache of forms that the store does not have.</summary>
    public required long CacheBytes { get; init; }

    /// <summary>By setting; null = never.</summary>
    public required IReadOnlyDictionary<string, CronSchedule?> BuildSchedules { get; init; }

    /// <param name="scheduleKeys">Settings that hold the cron expressions of the resources.</param>
    public static BulkExportOptions Read(SettingReader read, IEnumerable<string> scheduleKeys) => new()
    {
        MaxDepth = read.Integer("PIS_BULK_ACTIONS_MAX_DEPTH", 30, 1, LargestDepth),
        PublishTaxId = read.Flag("PIS_BULK_PUBLISH_TAX_ID", false),
        CacheBytes = read.Bytes("PIS_BULK_CACHE_BYTES", 8L * 1024 * 1024 * 1024),
        BuildSchedules = scheduleKeys.ToDictionary(key => key, key => read.Parsed(key, EveryNight, CronSchedule.ParseOrNever)),
    };

    /// <summary>Next build of a resource; null = none.</summary>
    public DateTime? NextRun(BulkResource resource, DateTime after) => BuildSchedules[resource.ScheduleKey]?.Next(after);

    /// <summary>Next minute at which any resource is to be built.</summary>
    public DateTime? NextRun(DateTime after) => BuildSchedules.Values.Min(schedule => schedule?.Next(after));

    public bool IsScheduled(BulkResource resource) => BuildSchedules[resource.ScheduleKey] is not null;

    public bool IsDue(BulkResource resource, DateTime minute) => BuildSchedules[resource.ScheduleKey]?.IsDue(minute) ?? false;
}
