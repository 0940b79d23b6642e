using Esoz.Platform.Configuration;
using Esoz.Platform.Scheduling;

namespace Esoz.Events;

/// <summary>Settings of the events (events §4, platform §15).</summary>
public sealed record EventOptions
{
    /// <summary>Longest period of one query, in hours.</summary>
    public required int MaxPeriodHours { get; init; }

    /// <summary>How long events are kept.</summary>
    public required TimeSpan Expiration { get; init; }

    /// <summary>How many events are kept; 0 = no limit.</summary>
    public required int MaxEvents { get; init; }

    /// <summary>When events are removed; null = never.</summary>
    public required CronSchedule? TerminationSchedule { get; init; }

    public static EventOptions Read(SettingReader read) => new()
    {
        MaxPeriodHours = read.Integer("EVENTS_MAX_PERIOD_HOURS", 3, 1, 744),
        Expiration = TimeSpan.FromDays(read.Integer("EVENTS_EXPIRATION", 30, 1, 36500)),
        MaxEvents = read.Integer("MAX_EVENTS", 0, 0, int.MaxValue),
        TerminationSchedule = read.Parsed("EVENTS_TERMINATION_SCHEDULE", "15 * * * *", CronSchedule.ParseOrNever),
    };
}
