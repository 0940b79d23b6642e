using Esoz.Platform.Configuration;

namespace Esoz.Platform.Journal;

/// <summary>Settings of the access journal (platform §13a).</summary>
public sealed record JournalOptions
{
    /// <summary>JOURNAL_RETENTION_DAYS: how long rows are kept.</summary>
    public required TimeSpan Retention { get; init; }

    public static JournalOptions Read(SettingReader read) => new()
    {
        Retention = TimeSpan.FromDays(read.Integer("JOURNAL_RETENTION_DAYS", 365, 1, 36500)),
    };
}
