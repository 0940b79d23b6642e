using System.Diagnostics;
using Esoz.Platform.Database;

namespace Esoz.Tests.Platform.Audit;

/// <summary>kill -9 of a process that seals, between its steps: the next run makes up for it, no seal is lost or made twice.</summary>
public sealed class KilledSealerTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "Killed before it ends a step, rows, seals, days and copies are complete after the next run")]
    [InlineData("first seal", "audit_log", 2)]
    [InlineData("a seal between others", "audit_log", 3)]
    [InlineData("first seal of the other log", "access_journal", 2)]
    [InlineData("day", null, 0)]
    [InlineData("copies", null, 0)]
    public async Task Killed(string step, string? log, long number)
    {
        await using var registry = await SealedRegistry.Started(cluster);
        // Seals that were made yesterday, on rows that are older than three days; then rows of the days since.
        await registry.OldRows(1, 1);
        await registry.OldRequests(1, 1);
        await registry.Tamper("""
            UPDATE audit_log SET inserted_at = now() - interval '5 days' WHERE request_id LIKE 'old#%';
            UPDATE access_journal SET inserted_at = now() - interval '5 days'
            """);
        await SealedRegistry.Sealer(registry, TimeSpan.FromDays(-1), settling: TimeSpan.FromDays(3)).Run(Ct);
        await registry.Tamper("""
            INSERT INTO audit_log (actor_id, resource, resource_id, changeset, inserted_at)
            SELECT 'x', 'divisions', n::text, '{}', now() - n * interval '7 hours' FROM generate_series(1, 8) n;
            INSERT INTO access_journal (method_id, object_ids, status, request_id, inserted_at)
            SELECT 'x', '{}', 200, n::text, now() - n * interval '7 hours' FROM generate_series(1, 8) n
            """);
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM audit_seals WHERE log = 'audit_log'"));

        if (step == "copies")
            await KillBeforeCopies(registry);
        else
            await KillBefore(registry, log, number);
        await Eventually.Holds(async () => await registry.Scalar<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0,
            () => "The session of the killed process goes on.");
        await registry.Seal();

        var verdict = await registry.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(
            await registry.Scalar<long>("SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM access_journal)"),
            verdict.Logs.Sum(it => it.Rows));
        Assert.Equal((1, verdict.Logs.Sum(it => it.Seals) + 1), (verdict.Days, (long)verdict.Anchored));
    }

    /// <summary>A row of another transaction that is not committed holds up the one with the same key.</summary>
    private static async Task KillBefore(SealedRegistry registry, string? log, long number)
    {
        const string hash = "decode(repeat('00', 32), 'hex')";
        // Not one of the pool: PostgreSQL ends an idle transaction of those before a busy machine has started a process.
        await using var connection = await registry.Database.OpenSession(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await connection.Execute(log is null
            ? $"INSERT INTO audit_days (day, seals, root, previous, head, key_id, signature, sealed_at) VALUES ((now() - interval '1 day')::date, 0, {hash}, {hash}, {hash}, '', '', now())"
            : $"INSERT INTO audit_seals (log, number, until_at, until_id, columns, row_count, leaves, root, previous, head, key_id, signature, sealed_at) VALUES ('{log}', {number}, now(), gen_random_uuid(), '{{}}', 0, '', {hash}, {hash}, {hash}, '', '', now())", Ct);
        using var process = Start(registry);
        await registry.WaitForBlockedQuery();
        await Kill(process);
        await transaction.RollbackAsync(Ct);
    }

    /// <summary>A pipe that nobody writes to holds up whoever reads what the directory has.</summary>
    private static async Task KillBeforeCopies(SealedRegistry registry)
    {
        var pipe = Path.Combine(registry.Anchors, "blocked.ndjson");
        using (var make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync(Ct);
        using var process = Start(registry);
        await Eventually.Holds(async () => await registry.Scalar<long>("SELECT count(*) FROM audit_days") == 1);
        await Kill(process);
        File.Delete(pipe);
    }

    private static Process Start(SealedRegistry registry)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "esoz"), ["audit", "seal"]);
        foreach (var (name, value) in registry.ProcessSettings)
            start.Environment[name] = value;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start)!;
    }

    private static async Task Kill(Process process)
    {
        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync(Ct);
    }
}
