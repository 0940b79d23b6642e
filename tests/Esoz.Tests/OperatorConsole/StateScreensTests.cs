using System.Net;
using Esoz.OperatorConsole;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Snapshots of the bulk export and trust on the screen.</summary>
public sealed class StateScreensTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Snapshots with state, rows, size and fault, and the resources that have none; only ops.read sees them")]
    public async Task Snapshots()
    {
        await registry.Execute("""
            INSERT INTO bulk_generations (id, resource, snapshot_at, state, max_depth, object_prefix, started_at, finished_at, error)
            VALUES (gen_random_uuid(), 'employees', now() - interval '3 days', 'FAILED', 0, 'employees/a', now() - interval '3 days', now(),
              'no space left')
            """);
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.AuditRead)).SignIn(registry);

        var page = await browser.Get(SnapshotList.Path);

        Assert.Contains("Не вдалося", page.Text, StringComparison.Ordinal);
        Assert.Contains("no space left", page.Text, StringComparison.Ordinal);
        Assert.Contains("Не всі ресурси мають знімок", page.Text, StringComparison.Ordinal);
        Assert.Contains("Not every resource has a snapshot", (await browser.Get(SnapshotList.Path + "?lang=en")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(SnapshotList.Path)).Status);
    }

    [Fact(DisplayName = "Without an authority the screen of trust says that no signature is accepted; only ops.read sees it")]
    public async Task Trust()
    {
        using var browser = await (await Operator.Make(registry, ConsoleRole.OpsRead)).SignIn(registry);
        using var other = await (await Operator.Make(registry, ConsoleRole.ContractsRead)).SignIn(registry);

        Assert.Contains("жоден підпис не буде прийнято", (await browser.Get(TrustView.Path)).Text, StringComparison.Ordinal);
        Assert.Contains("no signature will be accepted", (await browser.Get(TrustView.Path + "?lang=en")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.Get(TrustView.Path)).Status);
    }
}
