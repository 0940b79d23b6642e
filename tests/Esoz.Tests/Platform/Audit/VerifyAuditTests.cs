using Esoz.Platform.Audit;

namespace Esoz.Tests.Platform.Audit;

/// <summary>Whatever the database's superuser does to sealed rows is found (platform §13, docs/adr/0031).</summary>
public sealed class VerifyAuditTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A clean log has no finding, before and after further changes; rows since the last seal are counted")]
    public async Task Clean()
    {
        await using var registry = await Started();
        await registry.OldRows(200, 3);
        await registry.Given.Provider();
        Assert.InRange(await registry.Seal(), 200, long.MaxValue);

        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        var log = verdict.Logs.Single(log => log.Log == "audit_log");
        Assert.Equal((0, await registry.Scalar<long>("SELECT count(*) FROM audit_log")), (log.Unsealed, log.Rows));
        Assert.InRange(log.Seals, 4, 6);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);

        var division = await registry.Given.Division(await registry.Given.LegalEntity());
        await registry.Execute("UPDATE divisions SET name = 'Нова' WHERE id = $1", division);
        verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(3, verdict.Logs.Single(log => log.Log == "audit_log").Unsealed);
        Assert.Equal(3, await registry.Seal());
        Assert.Empty((await registry.Verify()).Findings);
    }

    [Fact(DisplayName = "A row of a transaction that was open during a seal is sealed by a later one, with all that came after its start")]
    public async Task OpenTransaction()
    {
        await using var registry = await Started();
        await registry.Seal();
        await using var connection = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using var insert = connection.CreateCommand();
        insert.CommandText =
            "INSERT INTO users (id, email) SELECT id, id || '@users.invalid' FROM gen_random_uuid() AS id";
        await insert.ExecuteNonQueryAsync(Ct);
        await registry.Given.LegalEntity();

        Assert.Equal(0, await registry.Seal());
        await transaction.CommitAsync(Ct);
        Assert.Equal(2, await registry.Seal());
        Assert.Empty((await registry.Verify()).Findings);
    }

    [Fact(DisplayName = "Two nodes that seal at the same time make one chain; a seal that was not anchored is anchored by the next run")]
    public async Task Nodes()
    {
        await using var registry = await Started();
        await registry.Given.LegalEntity();
        var sealers = Enumerable.Range(0, 4).Select(_ => SealedRegistry.Sealer(registry)).ToList();
        await Task.WhenAll(sealers.Select(sealer => sealer.Run(Ct)));
        await registry.Seal();
        var file = Directory.GetFiles(registry.Anchors, "*.ndjson").Order(StringComparer.Ordinal).Last();
        await File.WriteAllLinesAsync(file, (await File.ReadAllLinesAsync(file, Ct))[..^1], Ct);

        await registry.Seal();

        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(verdict.Logs.Sum(it => it.Seals), verdict.Anchored);
    }

    [Fact(DisplayName = "A seal made anew with another key, a day that is gone and a line of the anchors that was changed are found")]
    public async Task Seals()
    {
        await using var registry = await Started();
        await registry.Given.LegalEntity();
        await registry.Seal();
        await registry.Tamper("UPDATE audit_seals SET sealed_at = sealed_at - interval '1 day'");
        Assert.Contains((await registry.Verify()).Findings, found => found.Found.Contains("was changed: its head", StringComparison.Ordinal));
        await registry.Tamper("UPDATE audit_seals SET sealed_at = sealed_at + interval '1 day'");
        Assert.Empty((await registry.Verify()).Findings);

        var file = Directory.GetFiles(registry.Anchors, "*.ndjson").First();
        var anchored = await File.ReadAllTextAsync(file, Ct);
        await File.WriteAllTextAsync(file, anchored.Replace("audit_log", "audit_lag", StringComparison.Ordinal),
            Ct);
        Assert.Contains((await registry.Verify()).Findings, found => found.Found.Contains("signature", StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, anchored, Ct);

        using var foreign = AuditKey.ReadOrCreate(Path.Combine(registry.DataDirectory, "foreign"));
        await registry.Tamper($"UPDATE audit_seals SET key_id = '{foreign.Id}' WHERE number = 1");
        Assert.Contains((await registry.Verify()).Findings,
            found => found is { Seal: 1 } && found.Found.Contains("unknown key", StringComparison.Ordinal));
    }

    private Task<SealedRegistry> Started() => SealedRegistry.Started(cluster);
}
