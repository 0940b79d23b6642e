using Esoz.Platform.Configuration;

namespace Esoz.Platform.RollUp;

/// <summary>Settings of the figures of requests and of the queue.</summary>
public sealed record RollUpOptions
{
    /// <summary>ESOZ_ROLL_UP_DAYS: how long they are kept.</summary>
    public required TimeSpan Retention { get; init; }

    public static RollUpOptions Read(SettingReader read) => new()
    {
        Retention = TimeSpan.FromDays(read.Integer("ESOZ_ROLL_UP_DAYS", 35, 2, 400)),
    };
}
