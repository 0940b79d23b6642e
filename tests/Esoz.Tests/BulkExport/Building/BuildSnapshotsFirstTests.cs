using Esoz.BulkExport.Snapshots;
using Esoz.Tests.Platform.Compression;
using Esoz.Tests.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.BulkExport.Building;

/// <summary>The bulk export of a registry that is empty and has no snapshot yet (pis-bulk §3.10, §5).</summary>
public sealed class BuildSnapshotsFirstTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/employees";

    [Fact(DisplayName =
        "Without a snapshot 503 with Retry-After until the next run, or 60 s while a build is running; then an empty array as soon as there is a snapshot")]
    public async Task FromNothing()
    {
        var ct = TestContext.Current.CancellationToken;
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));

        // depth is checked first, against the configured maximum
        Assert.Equal(422, (await registry.Send("GET", Path + "?depth=6", key)).Status);

        // It is noon, and the next run is due at one o'clock of the night.
        var now = registry.Clock.GetUtcNow().UtcDateTime;
        registry.Clock.Advance(now.Date.AddHours(12) - now);
        var due = now.Date.AddDays(1).AddHours(1);
        var longest = due - registry.Clock.GetUtcNow().UtcDateTime;
        var answer = await registry.Send("GET", Path, key);
        answer.IsIlRefusal(503, "service_unavailable", "Snapshot is not ready");
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, due - registry.Clock.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(1),
            longest + TimeSpan.FromSeconds(1));

        var snapshots = registry.Services.GetRequiredService<SnapshotTable>();
        var begun = new Snapshot(Guid.NewGuid(), "employees", DateTime.UtcNow, BulkRegistry.MaxDepth);
        await snapshots.Begin(begun, ct);
        answer = await registry.Send("GET", Path, key, null, ("If-None-Match", "*"));
        answer.IsIlRefusal(503, "service_unavailable", "Snapshot is not ready");
        Assert.Equal(60, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);

        await registry.Builder.RunMissing(ct);

        Assert.Equal("[]", (await registry.Send("GET", Path, key)).Succeeded().Data.GetRawText());
        Assert.Equal("[]", (await registry.Send("GET", Path + "?depth=5", key)).Succeeded().Data.GetRawText());
        var generation = await registry.GenerationInService();
        Assert.Equal("[]"u8.ToArray(), await GzipTool.Decompress(await registry.Stored($"employees/{generation}/full.json.gz")));

        await registry.Builder.RunMissing(ct);
        Assert.Equal(generation, await registry.GenerationInService());
    }
}

/// <summary>A program with the scheduler role.</summary>
public sealed class BuildSnapshotsAtStartTests(BuildSnapshotsAtStartTests.SchedulingRegistry registry)
    : IClassFixture<BuildSnapshotsAtStartTests.SchedulingRegistry>
{
    [Fact(DisplayName = "A resource without a snapshot is built at the start")]
    public async Task Builds()
    {
        await Eventually.Holds(async () => await registry.GenerationInService() is not null);
    }

    public sealed class SchedulingRegistry(TestCluster cluster, RadosGateway gateway) : BulkRegistry(cluster, gateway)
    {
        protected override Roles Roles => Roles.Scheduler;
    }
}
