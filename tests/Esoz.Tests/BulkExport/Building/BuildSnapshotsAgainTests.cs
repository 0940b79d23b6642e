using Esoz.BulkExport;
using Esoz.Diagnosis;
using Esoz.Platform.Health;
using Esoz.Platform.Storage;

namespace Esoz.Tests.BulkExport.Building;

/// <summary>Snapshots that are built again because something went wrong: a build, or the store.</summary>
public sealed class BuildSnapshotsAgainTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/employees";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "What failed is built again after a pause that doubles from a minute to an hour; a builder that died counts too")]
    [InlineData("FAILED", 1, 50, 70)]
    [InlineData("BUILDING", 1, 50, 70)]
    [InlineData("FAILED", 3, 230, 250)]
    [InlineData("FAILED", 30, 3590, 3610)]
    public async Task Failed(string state, int attempts, int tooEarly, int due)
    {
        var former = (await registry.Build()).Snapshot.Generation;
        await registry.Execute("DELETE FROM bulk_generations WHERE state IN ('FAILED', 'BUILDING')");
        await registry.Execute("UPDATE bulk_generations SET started_at = started_at - interval '1 day'");
        await registry.Execute("""
            INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, started_at, finished_at)
            SELECT id, 'employees', now(), $1, 5, 'employees/' || id, now(), now()
              FROM generate_series(1, $2) attempt, LATERAL (SELECT gen_random_uuid(), attempt) made (id)
            """, state, attempts);

        await Ended(tooEarly);
        await registry.Builder.RunFailed(Ct);
        Assert.Equal(former, await registry.GenerationInService());

        await Ended(due);
        await registry.Builder.RunFailed(Ct);
        Assert.NotEqual(former, await registry.GenerationInService());

        var built = await registry.GenerationInService();
        await registry.Builder.RunFailed(Ct);
        Assert.Equal(built, await registry.GenerationInService());

        async Task Ended(int seconds) => await registry.Execute(
            "UPDATE bulk_generations SET started_at = now() - $1, finished_at = CASE WHEN state = 'FAILED' THEN now() - $1 END WHERE state = $2 AND id <> $3",
            TimeSpan.FromSeconds(seconds), state, former);
    }

    [Fact(DisplayName = "Files of the snapshot in service that are not in the store: 503 instead of a fault, doctor names one, and they are built anew")]
    public async Task Lost()
    {
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        await registry.SomeEmployees(new Random(7), 20);
        var lost = (await registry.Build()).Snapshot;
        await registry.Builder.RunLost(Ct);
        Assert.Equal(lost.Generation, await registry.GenerationInService());
        await registry.Store.Delete(registry.Bucket, ObjectKey.Plain($"{lost.Prefix}/depth-2.json.gz"), Ct);

        var answer = await Get();
        answer.IsIlRefusal(503, "service_unavailable", "Snapshot is not ready");
        Assert.Equal(TimeSpan.FromSeconds(60), answer.Headers.RetryAfter!.Delta);
        Assert.Contains(await WorkFindings.Of(registry.Settings, registry.Database, TimeProvider.System, Ct),
            finding => finding is { Severity: Severity.Broken, Subject: "lost snapshots" }
                && finding.Found.EndsWith($"{lost.Prefix}/depth-2.json.gz", StringComparison.Ordinal));

        await registry.Builder.RunLost(Ct);
        Assert.NotEqual(lost.Generation, await registry.GenerationInService());
        Assert.Equal(200, (await Get()).Status);
        Assert.DoesNotContain(await WorkFindings.Of(registry.Settings, registry.Database, TimeProvider.System, Ct),
            finding => finding.Subject == "lost snapshots");

        Task<Answer> Get() => registry.Send("GET", $"{Path}?depth=2", key, null, ("Accept-Encoding", "gzip"));
    }

    [Fact(DisplayName = "A manifest that is gone counts as lost too")]
    public async Task LostManifest()
    {
        var lost = (await registry.Build(GetDivisionsBulk.Resource)).Snapshot;
        await registry.Store.Delete(registry.Bucket, ObjectKey.Plain($"{lost.Prefix}/manifest.json"), Ct);

        await registry.Builder.RunLost(Ct);

        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE id = $1 AND state = 'READY'", lost.Generation));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM bulk_generations WHERE resource = 'divisions' AND state = 'READY'"));
    }
}
