namespace Esoz.Platform.Database;

/// <summary>
/// The current date for rules that refer to today: the date in Ukraine (up to three hours ahead of UTC) at the time of the transaction.
/// </summary>
public static class Today
{
    public const string InKyiv = "(now() AT TIME ZONE 'Europe/Kyiv')::date";
}
