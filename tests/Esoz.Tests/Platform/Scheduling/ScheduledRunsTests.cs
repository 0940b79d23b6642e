using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Esoz.Platform.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Scheduling;

/// <summary>Several schedulers on one database: a due minute belongs to the first one, whatever their clocks say.</summary>
public sealed class ScheduledRunsTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private ScheduledRuns Runs => new(registry.Database);

    [Fact(DisplayName = "Two nodes whose clocks are 20 s apart start one run for each due minute, whichever comes to it first")]
    public async Task Skew()
    {
        var claims = new ConcurrentBag<(string Node, DateTime Due, bool IsMine)>();
        var runs = new ConcurrentBag<(string Node, DateTime Due)>();
        var (ahead, behind) = (new TestClock(), new TestClock());
        var now = ahead.GetUtcNow().UtcDateTime;
        var due = now.Date.AddHours(now.Hour).AddMinutes(now.Minute + 2);
        ahead.Advance(due - now - TimeSpan.FromSeconds(1));
        behind.Advance(due - now - TimeSpan.FromSeconds(21));
        using var first = Node("ahead", ahead);
        using var second = Node("behind", behind);
        await first.StartAsync(Ct);
        await second.StartAsync(Ct);

        await Eventually.Holds(() => runs.Contains(("ahead", due)));
        behind.Advance(TimeSpan.FromSeconds(21));
        await Eventually.Holds(() => claims.Contains(("behind", due, false)));
        var next = due.AddMinutes(1);
        behind.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Holds(() => runs.Contains(("behind", next)));
        ahead.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Holds(() => claims.Contains(("ahead", next, false)));
        await first.StopAsync(Ct);
        await second.StopAsync(Ct);

        Assert.Equal(runs.Select(run => run.Due).Distinct().Count(), runs.Count);

        Scheduler Node(string name, TestClock clock) => new(
            [new("minutely", CronSchedule.Parse("* * * * *").Next, (minute, _) =>
            {
                runs.Add((name, minute));
                return Task.CompletedTask;
            })],
            async (task, minute, ct) =>
            {
                var isMine = await Runs.Claim(task, minute, ct);
                claims.Add((name, minute, isMine));
                return isMine;
            }, clock, new(clock, registry.Services.GetRequiredService<IMeterFactory>()), NullLogger<Scheduler>.Instance);
    }

    [Fact(DisplayName = "Of 16 nodes that claim one minute one gets it; another task or minute is another run")]
    public async Task OneClaims()
    {
        var due = new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc);

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Runs.Claim("nightly", due, Ct)));

        Assert.Single(claims, claimed => claimed);
        Assert.True(await Runs.Claim("other", due, Ct));
        Assert.True(await Runs.Claim("nightly", due.AddMinutes(1), Ct));
        Assert.False(await Runs.Claim("nightly", due.AddMinutes(1), Ct));
    }

    [Fact(DisplayName = "A minute that was claimed stays claimed when the clock comes by it again; minutes of last month are forgotten")]
    public async Task Kept()
    {
        var due = new DateTime(2026, 3, 2, 1, 0, 0, DateTimeKind.Utc);
        Assert.True(await Runs.Claim("kept", due, Ct));
        await registry.Execute("UPDATE scheduled_runs SET inserted_at = now() - interval '29 days' WHERE task = 'kept'");
        Assert.False(await Runs.Claim("kept", due, Ct));
        await registry.Execute("UPDATE scheduled_runs SET inserted_at = now() - interval '31 days' WHERE task = 'kept'");

        Assert.True(await Runs.Claim("kept", due.AddDays(31), Ct));

        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM scheduled_runs WHERE task = 'kept'"));
    }
}
