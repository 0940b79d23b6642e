using System.Globalization;

namespace Esoz.Platform.Scheduling;

/// <summary>
/// A five-field cron expression, evaluated in UTC: minute (0–59), hour (0–23), day of month (1–31), month (1–12 or JAN–DEC), day of week
/// (0–7 or SUN–SAT, 0 and 7 are Sunday). A field is <c>*</c> or a list of values, ranges and steps: <c>1,15</c>, <c>1-5</c>, <c>*/10</c>,
/// <c>8-18/2</c>, <c>5/15</c> (from 5 to the end). When day of month and day of week are both restricted, a day that matches either of them
/// matches, as in every cron.
/// </summary>
public sealed class CronSchedule
{
    private static readonly Field Minute = new("minute", 0, 59);
    private static readonly Field Hour = new("hour", 0, 23);
    private static readonly Field DayOfMonth = new("day of month", 1, 31);
    private static readonly Field Month = new(
        "month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static readonly Field DayOfWeek = new("day of week", 0, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    /// <summary>The longest gap between two 29 Februaries, e.g. 1896–1904, with a margin.</summary>
    private const int HorizonInDays = 9 * 366;

    private readonly ulong _minutes, _hours, _daysOfMonth, _months, _daysOfWeek;
    private readonly bool _eitherDay;
    private readonly string _text;

    private CronSchedule(string text, string[] fields)
    {
        _text = text;
        _minutes = Minute.Parse(fields[0]);
        _hours = Hour.Parse(fields[1]);
        _daysOfMonth = DayOfMonth.Parse(fields[2]);
        _months = Month.Parse(fields[3]);
        _daysOfWeek = DayOfWeek.Parse(fields[4]);
        if (Has(_daysOfWeek, 7))
            _daysOfWeek |= 1;
        _eitherDay = !fields[2].StartsWith('*') && !fields[4].StartsWith('*');
    }

    /// <exception cref="FormatException">The expression is invalid; the message says where.</exception>
    public static CronSchedule Parse(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5
            ? new CronSchedule(text, fields)
            : throw new FormatException(
                $"a cron expression has five fields (minute, hour, day of month, month, day of week), but '{text}' has {fields.Length}");
    }

    /// <summary>Null for an empty text, which means never.</summary>
    public static CronSchedule? ParseOrNever(string text) => string.IsNullOrWhiteSpace(text) ? null : Parse(text);

    /// <summary>The first due minute after <paramref name="instant"/> (UTC); null when no such day exists, as on 30 February.</summary>
    public DateTime? Next(DateTime instant)
    {
        var first = new DateTime(instant.Year, instant.Month, instant.Day, instant.Hour, instant.Minute, 0, DateTimeKind.Utc).AddMinutes(1);
        for (var day = first.Date; day < first.Date.AddDays(HorizonInDays); day = day.AddDays(1))
        {
            if (!IsDueOn(day))
                continue;
            for (var minute = day == first.Date ? first : day; minute.Date == day; minute = minute.AddMinutes(1))
            {
                if (Has(_hours, minute.Hour) && Has(_minutes, minute.Minute))
                    return minute;
            }
        }
        return null;
    }

    /// <summary>Whether the minute of <paramref name="instant"/> (UTC) is due.</summary>
    public bool IsDue(DateTime instant) => IsDueOn(instant) && Has(_hours, instant.Hour) && Has(_minutes, instant.Minute);

    public override string ToString() => _text;

    private bool IsDueOn(DateTime day)
    {
        var inMonth = Has(_daysOfMonth, day.Day);
        var inWeek = Has(_daysOfWeek, (int)day.DayOfWeek);
        return Has(_months, day.Month) && (_eitherDay ? inMonth || inWeek : inMonth && inWeek);
    }

    private static bool Has(ulong set, int value) => (set & (1UL << value)) != 0;

    /// <summary>One of the five fields: its bounds, and names for its values, starting with the smallest.</summary>
    private sealed record Field(string Name, int Min, int Max, params string[] Names)
    {
        /// <summary>The values as a bit set.</summary>
        public ulong Parse(string field)
        {
            var set = 0UL;
            foreach (var item in field.Split(','))
                set |= ParseItem(item);
            return set;
        }

        private ulong ParseItem(string item)
        {
            var slash = item.Split('/');
            var step = slash.Length switch
            {
                1 => 1,
                2 => Number(slash[1]) is > 0 and var number ? number : throw Fault(item),
                _ => throw Fault(item),
            };
            var (first, last) = ParseRange(slash[0], open: slash.Length == 2);
            var set = 0UL;
            // A step may be the largest int.
            for (long value = first; value <= last; value += step)
                set |= 1UL << (int)value;
            return set;
        }

        /// <param name="open">A single value starts a range to the end, because a step follows it.</param>
        private (int First, int Last) ParseRange(string range, bool open)
        {
            if (range == "*")
                return (Min, Max);
            var ends = range.Split('-');
            var first = Value(ends[0]);
            var last = ends.Length == 2 ? Value(ends[1]) : open ? Max : first;
            return ends.Length <= 2 && first <= last ? (first, last) : throw Fault(range);
        }

        private int Value(string text)
        {
            var name = Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            var value = name >= 0 ? Min + name : Number(text);
            return value >= Min && value <= Max ? value : throw Fault(text);
        }

        private static int Number(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

        private FormatException Fault(string part) => new($"'{part}' does not fit the cron field {Name} ({Min}–{Max})");
    }
}
