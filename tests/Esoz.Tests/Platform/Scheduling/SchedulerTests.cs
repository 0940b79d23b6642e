using System.Diagnostics.Metrics;
using Esoz.Platform.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Esoz.Tests.Platform.Scheduling;

public sealed class SchedulerTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly LogLines _lines = new();

    [Fact(DisplayName = "A task runs at the start, then when it is due, and gets the minute that was due")]
    public async Task RunsWhenDue()
    {
        var ct = TestContext.Current.CancellationToken;
        var due = JustBeforeTheNextMinute();
        var atStart = new TaskCompletionSource();
        var ran = new TaskCompletionSource<DateTime>();
        using var scheduler = Schedule(
            new ScheduledTask("task", CronSchedule.Parse("* * * * *").Next, (minute, _) => Done(ran.TrySetResult(minute)))
            {
                AtStart = _ => Done(atStart.TrySetResult()),
            });

        await scheduler.StartAsync(ct);

        await Eventually.Ends(atStart.Task);
        Assert.Equal(due, await Eventually.Ends(ran.Task));
        await scheduler.StopAsync(ct);
    }

    [Fact(DisplayName = "A failed run is logged and the next one takes place")]
    public async Task ContinuesAfterFailure()
    {
        var ct = TestContext.Current.CancellationToken;
        var ran = new TaskCompletionSource();
        // Due immediately, twice: the second run shows that the first one's failure did not stop the schedule.
        var runs = 0;
        using var scheduler = Schedule(new ScheduledTask("fragile", after => runs < 2 ? after : null, (_, _) =>
            Interlocked.Increment(ref runs) == 1 ? throw new InvalidOperationException("broken") : Done(ran.TrySetResult())));

        await scheduler.StartAsync(ct);

        await Eventually.Ends(ran.Task);
        Assert.Contains(_lines.Lines, line => line.Contains("fragile", StringComparison.Ordinal)
            && line.Contains("broken", StringComparison.Ordinal));
        await scheduler.StopAsync(ct);
    }

    [Fact(DisplayName = "Runs of one task never overlap; minutes due during a run are skipped")]
    public async Task NeverOverlaps()
    {
        var ct = TestContext.Current.CancellationToken;
        var (running, most, runs) = (0, 0, 0);
        var third = new TaskCompletionSource();
        using var scheduler = Schedule(new ScheduledTask("slow", after => after, async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(30, token);
            Interlocked.Decrement(ref running);
            if (Interlocked.Increment(ref runs) == 3)
                third.SetResult();
        }));

        await scheduler.StartAsync(ct);

        await Eventually.Ends(third.Task);
        await scheduler.StopAsync(ct);
        Assert.Equal(1, most);
    }

    [Fact(DisplayName = "A task that is never due again ends without an error, and stopping ends the others")]
    public async Task Ends()
    {
        var ct = TestContext.Current.CancellationToken;
        using var scheduler = Schedule(
            new ScheduledTask("never", _ => null, (_, _) => throw new InvalidOperationException("was not due")),
            new ScheduledTask("next year", after => after.AddYears(1), (_, _) => throw new InvalidOperationException("was not due")));

        await scheduler.StartAsync(ct);
        await Eventually.Ends(scheduler.StopAsync(ct));

        Assert.Empty(_lines.Lines);
    }

    [Fact(DisplayName = "When the clock is set back, the schedule follows it: the next due minute is that of the new time")]
    public async Task ClockSetBack()
    {
        var ct = TestContext.Current.CancellationToken;
        var due = JustBeforeTheNextMinute();
        _clock.Advance(TimeSpan.FromDays(3));
        var asked = new TaskCompletionSource();
        var ran = new TaskCompletionSource<DateTime>();
        // Due at the minute in question of every day; by the wrong clock it has just passed.
        _clock.Advance(TimeSpan.FromMinutes(1));
        using var scheduler = Schedule(new ScheduledTask("daily", after =>
        {
            asked.TrySetResult();
            return after.Date.Add(due.TimeOfDay) is var today && today > after ? today : today.AddDays(1);
        }, (minute, _) => Done(ran.TrySetResult(minute))));
        await scheduler.StartAsync(ct);
        await Eventually.Ends(asked.Task);

        _clock.Advance(-TimeSpan.FromDays(3) - TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(5));

        Assert.Equal(due, await Eventually.Ends(ran.Task));
        await scheduler.StopAsync(ct);
    }

    [Fact(DisplayName = "When the clock is set forward over a due minute, that run takes place at once")]
    public async Task ClockSetForward()
    {
        var ct = TestContext.Current.CancellationToken;
        var due = JustBeforeTheNextMinute().AddDays(2);
        var asked = new TaskCompletionSource();
        var ran = new TaskCompletionSource<DateTime>();
        using var scheduler = Schedule(new ScheduledTask("later", after =>
        {
            asked.TrySetResult();
            return after < due ? due : null;
        }, (minute, _) => Done(ran.TrySetResult(minute))));
        await scheduler.StartAsync(ct);
        await Eventually.Ends(asked.Task);

        _clock.Advance(TimeSpan.FromDays(4));

        Assert.Equal(due, await Eventually.Ends(ran.Task));
        await scheduler.StopAsync(ct);
    }

    [Fact(DisplayName = "A run that cannot be claimed because the database does not answer stays due")]
    public async Task DatabaseAway()
    {
        var ct = TestContext.Current.CancellationToken;
        var due = JustBeforeTheNextMinute();
        var claims = 0;
        var ran = new TaskCompletionSource<DateTime>();
        using var scheduler = Schedule(_clock,
            (_, _, _) => Interlocked.Increment(ref claims) == 1 ? throw new NpgsqlException("no answer") : Task.FromResult(true),
            new ScheduledTask("task", CronSchedule.Parse("* * * * *").Next, (minute, _) => Done(ran.TrySetResult(minute))));

        await scheduler.StartAsync(ct);

        Assert.Equal(due, await Eventually.Ends(ran.Task));
        Assert.Contains(_lines.Lines, line => line.Contains("no answer", StringComparison.Ordinal));
        await scheduler.StopAsync(ct);
    }

    public void Dispose() => _lines.Dispose();

    private Scheduler Schedule(params ScheduledTask[] tasks) =>
        Schedule(_clock, (_, _, _) => Task.FromResult(true), tasks);

    private Scheduler Schedule(
        TestClock clock, Func<string, DateTime, CancellationToken, Task<bool>> claim, params ScheduledTask[] tasks) =>
        new(tasks, claim, clock,
            new(clock, new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()),
            LoggerFactory.Create(logging => logging.AddProvider(_lines)).CreateLogger<Scheduler>());

    private DateTime JustBeforeTheNextMinute()
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        var due = now.Date.AddHours(now.Hour).AddMinutes(now.Minute + 2);
        _clock.Advance(due - now - TimeSpan.FromSeconds(1));
        return due;
    }

    /// <summary>Only the first call counts; later ones find the source already set.</summary>
    private static Task Done(bool _) => Task.CompletedTask;
}
