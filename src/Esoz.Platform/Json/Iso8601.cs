using System.Text;

namespace Esoz.Platform.Json;

/// <summary>Result of parsing a date or a date-time.</summary>
public enum Iso8601Verdict
{
    /// <summary>Valid.</summary>
    Valid,

    /// <summary>Does not have the required format.</summary>
    Malformed,

    /// <summary>Has the required format, but the day does not exist in the years 0001–9999 (e.g. 2026-02-30).</summary>
    NonExistent,
}

/// <summary>
/// Dates and date-times as callers write them (platform §12): validation and methods use the same parser. Date: <c>YYYY-MM-DD</c>.
/// Date-time: <c>YYYY-MM-DDThh:mm:ss</c>, an optional fraction, then <c>Z</c>, <c>±hh:mm</c> or, for UTC, nothing.
/// </summary>
public static class Iso8601
{
    /// <summary>Parses a date that has passed validation.</summary>
    /// <exception cref="FormatException">It has not.</exception>
    public static DateOnly ParseDate(string text) =>
        TryParseDate(Encoding.UTF8.GetBytes(text), out var date) == Iso8601Verdict.Valid ? date
            : throw new FormatException("Not an ISO 8601 date.");

    /// <summary>Parses a date-time that has passed validation; the result is UTC in whole microseconds.</summary>
    /// <exception cref="FormatException">It has not.</exception>
    public static DateTime ParseDateTime(string text) =>
        TryParseDateTime(Encoding.UTF8.GetBytes(text), out var utc) == Iso8601Verdict.Valid ? utc
            : throw new FormatException("Not an ISO 8601 date-time.");

    /// <summary>Parses a date from UTF-8.</summary>
    public static Iso8601Verdict TryParseDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-'
            || !TryRead(text[..4], 9999, out var year) || !TryRead(text[5..7], 12, out var month) || !TryRead(text[8..], 31, out var day)
            || month == 0 || day == 0)
            return Iso8601Verdict.Malformed;
        if (year == 0 || day > DateTime.DaysInMonth(year, month))
            return Iso8601Verdict.NonExistent;

        date = new DateOnly(year, month, day);
        return Iso8601Verdict.Valid;
    }

    /// <summary>
    /// Parses a date-time from UTF-8. Fraction digits after the sixth are dropped; a leap second (23:59:60 UTC) becomes the next second, as
    /// in PostgreSQL.
    /// </summary>
    public static Iso8601Verdict TryParseDateTime(ReadOnlySpan<byte> text, out DateTime utc)
    {
        utc = default;
        if (text.Length < 19 || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':'
            || !TryRead(text[11..13], 23, out var hour) || !TryRead(text[14..16], 59, out var minute)
            || !TryRead(text[17..19], 60, out var second)
            || !TryReadFraction(text[19..], out var microseconds, out var zone) || !TryReadOffset(zone, out var offset))
            return Iso8601Verdict.Malformed;

        var minuteOfDay = (hour * 60) + minute - offset;
        if (second == 60 && (minuteOfDay + 1) % 1440 != 0)
            return Iso8601Verdict.Malformed;

        var verdict = TryParseDate(text[..10], out var date);
        if (verdict != Iso8601Verdict.Valid)
            return verdict;

        var ticks = date.ToDateTime(TimeOnly.MinValue).Ticks
            + (minuteOfDay * TimeSpan.TicksPerMinute) + (second * TimeSpan.TicksPerSecond) + (microseconds * TimeSpan.TicksPerMicrosecond);
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return Iso8601Verdict.NonExistent;

        utc = new DateTime(ticks, DateTimeKind.Utc);
        return Iso8601Verdict.Valid;
    }

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out int microseconds, out ReadOnlySpan<byte> rest)
    {
        microseconds = 0;
        rest = text;
        if (text.IsEmpty || text[0] != '.')
            return true;

        var end = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? text[1..] : text[1..(end + 1)];
        rest = text[(digits.Length + 1)..];
        for (var i = 0; i < 6; i++)
            microseconds = (microseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        return !digits.IsEmpty;
    }

    /// <summary>Minutes east of Greenwich.</summary>
    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || (text.Length == 1 && (text[0] | 0x20) == 'z'))
            return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryRead(text[1..3], 23, out var hour) || !TryRead(text[4..], 59, out var minute))
            return false;

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>Parses the whole text as ASCII digits.</summary>
    private static bool TryRead(ReadOnlySpan<byte> digits, int max, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            value = (value * 10) + (digit - '0');
        }

        return value <= max;
    }
}
