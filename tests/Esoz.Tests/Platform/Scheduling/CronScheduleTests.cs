using System.Globalization;
using CsCheck;
using Esoz.Platform.Scheduling;

namespace Esoz.Tests.Platform.Scheduling;

/// <summary>Five-field cron expressions in UTC (pis-bulk §3.1).</summary>
public sealed class CronScheduleTests
{
    [Theory(DisplayName = "The next run of an expression is its first due minute after an instant")]
    [InlineData("0 1 * * *", "2026-11-21 00:59:59", "2026-11-21 01:00")]
    [InlineData("0 1 * * *", "2026-11-21 01:00:00", "2026-11-22 01:00")]
    [InlineData("* * * * *", "2026-12-31 23:59:30", "2027-01-01 00:00")]
    [InlineData("*/15 * * * *", "2026-11-21 10:46:00", "2026-11-21 11:00")]
    [InlineData("5/20 * * * *", "2026-11-21 10:00:00", "2026-11-21 10:05")]
    [InlineData("5/20 * * * *", "2026-11-21 10:26:00", "2026-11-21 10:45")]
    [InlineData("7 8-18/5 * * *", "2026-11-21 08:07:00", "2026-11-21 13:07")]
    [InlineData("7 8-18/5 * * *", "2026-11-21 18:07:00", "2026-11-22 08:07")]
    [InlineData("30,10 4,2 * * *", "2026-11-21 02:10:00", "2026-11-21 02:30")]
    [InlineData("0 0 1 * *", "2026-11-21 00:00:00", "2026-12-01 00:00")]
    [InlineData("0 0 31 * *", "2026-04-01 00:00:00", "2026-05-31 00:00")]
    [InlineData("0 0 29 2 *", "2026-03-01 00:00:00", "2028-02-29 00:00")]
    [InlineData("0 0 29 2 *", "2096-03-01 00:00:00", "2104-02-29 00:00")]
    [InlineData("0 0 * 1 *", "2026-11-21 00:00:00", "2027-01-01 00:00")]
    [InlineData("0 0 * jan-Mar *", "2026-11-21 00:00:00", "2027-01-01 00:00")]
    [InlineData("0 0 * * 1", "2026-11-21 00:00:00", "2026-11-23 00:00")]
    [InlineData("0 0 * * 0", "2026-11-21 00:00:00", "2026-11-22 00:00")]
    [InlineData("0 0 * * 7", "2026-11-21 00:00:00", "2026-11-22 00:00")]
    [InlineData("0 0 * * 5-7", "2026-11-21 12:00:00", "2026-11-22 00:00")]
    [InlineData("0 0 * * SUN,tue", "2026-11-22 00:00:00", "2026-11-24 00:00")]
    // Both day fields restricted: one match is enough (Monday 23 November comes before the 1st).
    [InlineData("0 0 1 * MON", "2026-11-21 00:00:00", "2026-11-23 00:00")]
    [InlineData("0 0 1 * MON", "2026-11-30 00:00:00", "2026-12-01 00:00")]
    // A star, even with a step, does not count as restricted: both must match (odd days that are Mondays).
    [InlineData("0 0 */2 * MON", "2026-11-21 00:00:00", "2026-11-23 00:00")]
    [InlineData("0 0 */2 * MON", "2026-11-23 00:00:00", "2026-12-07 00:00")]
    [InlineData("  0   1 *\t* *  ", "2026-11-21 00:00:00", "2026-11-21 01:00")]
    public void Next(string expression, string after, string expected)
    {
        var schedule = CronSchedule.Parse(expression);
        var next = schedule.Next(Utc(after));
        Assert.Equal(Utc(expected), next);
        Assert.True(schedule.IsDue(next!.Value));
    }

    [Theory(DisplayName = "A day that does not exist gives no next run")]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void Never(string expression) => Assert.Null(CronSchedule.Parse(expression).Next(Utc("2026-11-21 00:00:00")));

    [Fact(DisplayName = "An empty expression means never, not a fault")]
    public void Empty() => Assert.Null(CronSchedule.ParseOrNever(" "));

    [Fact(DisplayName = "A minute that is not due is not due")]
    public void NotDue() => Assert.False(CronSchedule.Parse("0 1 * * *").IsDue(Utc("2026-11-21 01:01:00")));

    [Theory(DisplayName = "A text that is not a cron expression is refused, and the wrong part is named")]
    [InlineData("0 1 * *", "4")]
    [InlineData("0 1 * * * *", "6")]
    [InlineData("60 1 * * *", "'60'")]
    [InlineData("0 24 * * *", "'24'")]
    [InlineData("0 1 0 * *", "'0'")]
    [InlineData("0 1 * 13 *", "'13'")]
    [InlineData("0 1 * * 8", "'8'")]
    [InlineData("0 1 * FRI *", "'FRI'")]
    [InlineData("0 5-1 * * *", "'5-1'")]
    [InlineData("0 1-2-3 * * *", "'1-2-3'")]
    [InlineData("*/0 1 * * *", "'*/0'")]
    [InlineData("*/x 1 * * *", "'*/x'")]
    [InlineData("*/2/2 1 * * *", "'*/2/2'")]
    [InlineData("1, 2 * * *", "''")]
    [InlineData("-1 1 * * *", "''")]
    [InlineData("@daily", "1")]
    public void Refused(string expression, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => CronSchedule.Parse(expression)).Message, StringComparison.Ordinal);

    [Fact(DisplayName = "The next run of any expression is the one that a search minute by minute finds")]
    public void Any()
    {
        var fields = Gen.Select(Field(0, 59), Field(0, 23), Field(1, 31), Field(1, 12), Field(0, 7));
        var instant = Gen.Long[0, 60L * 24 * 366 * 40]
            .Select(minutes => new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(minutes));
        Gen.Select(fields, instant).Sample((cron, after) =>
        {
            var (minute, hour, day, month, weekday) = cron;
            var expected = Minutes(after).FirstOrDefault(at => minute.Values.Contains(at.Minute) && hour.Values.Contains(at.Hour)
                && month.Values.Contains(at.Month) && IsOn(at));

            var next = CronSchedule.Parse(string.Join(' ', minute.Text, hour.Text, day.Text, month.Text, weekday.Text)).Next(after);

            if (expected != default || next <= after.AddDays(Horizon))
                Assert.Equal(expected, next);

            bool IsOn(DateTime at)
            {
                var inMonth = day.Values.Contains(at.Day);
                var inWeek = weekday.Values.Select(value => value % 7).Contains((int)at.DayOfWeek);
                return day.Text[0] == '*' || weekday.Text[0] == '*' ? inMonth && inWeek : inMonth || inWeek;
            }
        }, iter: 2000);
    }

    private const int Horizon = 60;

    private static IEnumerable<DateTime> Minutes(DateTime after) =>
        Enumerable.Range(1, Horizon * 24 * 60).Select(minutes => after.AddMinutes(minutes));

    /// <summary>A field as text, and the values that it selects.</summary>
    private static Gen<(string Text, HashSet<int> Values)> Field(int smallest, int largest)
    {
        var value = Gen.Int[smallest, largest];
        var step = Gen.OneOf(Gen.Int[1, 70], Gen.Const(int.MaxValue));
        var item = Gen.OneOf(
            value.Select(only => ($"{only}", Range(only, only, 1))),
            Gen.Select(value, value).Select((a, b) => ($"{Math.Min(a, b)}-{Math.Max(a, b)}", Range(Math.Min(a, b), Math.Max(a, b), 1))),
            Gen.Select(value, value, step)
            .Select((a, b, s) => ($"{Math.Min(a, b)}-{Math.Max(a, b)}/{s}", Range(Math.Min(a, b), Math.Max(a, b), s))),
            Gen.Select(value, step).Select((first, s) => ($"{first}/{s}", Range(first, largest, s))));
        return Gen.OneOf(
            Gen.Const(("*", Range(smallest, largest, 1))),
            step.Select(s => ($"*/{s}", Range(smallest, largest, s))),
            item.Array[1, 3]
            .Select(items => (string.Join(',', items.Select(one => one.Item1)), items.SelectMany(one => one.Item2).ToHashSet())));
    }

    private static HashSet<int> Range(int first, int last, int step) =>
        [.. Enumerable.Range(first, last - first + 1).Where(value => (value - first) % step == 0)];

    private static DateTime Utc(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
