namespace Esoz.Sandbox.Generate;

/// <summary>Timestamps of a synthetic registry.</summary>
/// <remarks>
/// All timestamps before 2026 depend only on a fixed epoch and the seed. Only the recent changes (<c>updated_at</c> of 31 rows in every
/// 200, and whatever ends with such a change) depend on the midnight (UTC) before the generation, so that each window of 1 to 30 days
/// has its share of rows: one row in 200 for each day back, and one in 200 in the minute after that midnight, as if by a nightly job, so
/// that the shortest window is not empty at any hour of the day. The same seed on the same day gives identical timestamps to the
/// microsecond; on another day the recent changes shift by whole days.
/// </remarks>
internal sealed class Calendar(DateTimeOffset now)
{
    /// <summary>Number of past days that have changes.</summary>
    public const int Days = 30;

    private const int Cycle = 200;

    private static readonly DateTime Start = new(2018, 4, 2, 6, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime End = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DateTime _midnight = now.UtcDateTime.Date;

    /// <summary>A timestamp in the first years, when the organisations were founded.</summary>
    public static DateTime Founding(ref Dice dice) => Start.AddMilliseconds(dice.NextLong((long)TimeSpan.FromDays(600).TotalMilliseconds));

    /// <summary>A timestamp between the first years and the end of the epoch.</summary>
    public static DateTime Later(ref Dice dice) => Between(Start.AddDays(600), ref dice);

    /// <summary>A timestamp after <paramref name="earlier"/>, before the end of the epoch.</summary>
    public static DateTime Between(DateTime earlier, ref Dice dice) =>
        earlier.AddMilliseconds(dice.NextLong((long)(End - earlier).TotalMilliseconds));

    /// <summary>When row <paramref name="index"/> of its table was last changed.</summary>
    public DateTime Changed(long index, DateTime inserted, ref Dice dice) => (index * 67 % Cycle) switch
    {
        0 => _midnight.AddMilliseconds(dice.Next(60_000)),
        <= Days and var day => _midnight.AddDays(-day).AddMilliseconds(dice.Next(86_400_000)),
        _ => Between(inserted, ref dice),
    };
}
