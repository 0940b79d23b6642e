using System.Globalization;
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
    // Both day fields restricted: either fits (Monday 23 November comes before the 1st).
    [InlineData("0 0 1 * MON", "2026-11-21 00:00:00", "2026-11-23 00:00")]
    [InlineData("0 0 1 * MON", "2026-11-30 00:00:00", "2026-12-01 00:00")]
    // A star, even with a step, does not restrict: both must fit (odd days that are Mondays).
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

    [Theory(DisplayName = "A day that never comes gives no next run")]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void Never(string expression) => Assert.Null(CronSchedule.Parse(expression).Next(Utc("2026-11-21 00:00:00")));

    [Fact(DisplayName = "An empty expression means never, not a fault")]
    public void Empty() => Assert.Null(CronSchedule.ParseOrNever(" "));

    [Fact(DisplayName = "A minute that is not due is not due")]
    public void NotDue() => Assert.False(CronSchedule.Parse("0 1 * * *").IsDue(Utc("2026-11-21 01:01:00")));

    [Theory(DisplayName = "A text that is no expression is refused with the part that is wrong")]
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

    private static DateTime Utc(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
