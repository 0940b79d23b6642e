namespace Esoz.Platform.Database;

/// <summary>
/// The current date for rules that refer to today: the date in Ukraine (up to three hours ahead of UTC) at the time of the transaction.
/// </summary>
public static class Today
{
    /// <summary>Name of the time zone; PostgreSQL has it with time zone data of 2022b or newer.</summary>
    public const string TimeZone = "Europe/Kyiv";

    public const string InKyiv = $"(now() AT TIME ZONE '{TimeZone}')::date";
}
