namespace Esoz.Platform.Database;

/// <summary>
/// The calendar day of a transaction, where a rule speaks of today: the day it is in Ukraine, up to three hours ahead of UTC.
/// </summary>
public static class Today
{
    public const string InKyiv = "(now() AT TIME ZONE 'Europe/Kyiv')::date";
}
