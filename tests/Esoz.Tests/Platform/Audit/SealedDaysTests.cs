namespace Esoz.Tests.Platform.Audit;

/// <summary>Days of the seals (docs/adr/0031), with the clock of the sealer ahead of that of the database.</summary>
public sealed class SealedDaysTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A day that ended while nobody sealed for several days is sealed by the next run, days without a seal are left out, and nothing is lost")]
    public async Task Late()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        await registry.OldRows(100, 5);
        await registry.OldRequests(20, 5);
        await registry.Seal();
        await registry.Given.LegalEntity();

        await SealedRegistry.Sealer(registry, TimeSpan.FromDays(4)).Run(Ct);
        Assert.Equal([0], await Days(registry));
        await registry.Given.LegalEntity();
        await SealedRegistry.Sealer(registry, TimeSpan.FromDays(9)).Run(Ct);

        Assert.Equal([0, 4], await Days(registry));
        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(
            await registry.Scalar<long>("SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM access_journal)"),
            verdict.Logs.Sum(it => it.Rows));
        Assert.Equal(verdict.Logs.Sum(it => it.Seals) + 2, verdict.Anchored);
    }

    [Fact(DisplayName = "Just before midnight the day goes on; just after, the first of several nodes seals it once, with the seals of its last minutes")]
    public async Task Midnight()
    {
        await using var registry = await SealedRegistry.Started(cluster);
        await registry.OldRows(20, 2);
        await registry.Seal();
        await registry.Given.LegalEntity();
        var before = await registry.Until(1, TimeSpan.FromMinutes(-30));
        Assert.Equal(1, await SealedRegistry.Sealer(registry, before).Run(Ct));
        Assert.Empty(await Days(registry));
        await registry.Given.LegalEntity();

        var after = await registry.Until(1, TimeSpan.FromMilliseconds(1));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SealedRegistry.Sealer(registry, after).Run(Ct)));
        await SealedRegistry.Sealer(registry, after).Run(Ct);

        Assert.Equal([0], await Days(registry));
        Assert.Equal(
            await registry.Scalar<long>("SELECT count(*) FROM audit_seals WHERE sealed_at < date_trunc('day', now()) + interval '1 day'"),
            await registry.Scalar<int>("SELECT seals FROM audit_days"));
        Assert.Empty((await registry.Verify()).Findings);
    }

    /// <summary>Days that are sealed, counted from today.</summary>
    private static async Task<IEnumerable<int>> Days(SealedRegistry registry) =>
        (await registry.Rows("SELECT day - now()::date AS day FROM audit_days ORDER BY day")).Select(row => (int)row["day"]!);
}
