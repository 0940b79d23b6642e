using System.Globalization;

namespace Esoz.Platform;

/// <summary>Placeholder of the date-time reader until it lands.</summary>
public static class Timestamp
{
    public static DateTime Parse(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
