using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Portal;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Demo.Mis;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Portal;

/// <summary>A sandbox whose demo registry is shown by the portal, as after a start of <c>serve</c>.</summary>
public sealed class PortalSandbox : Registry
{
    private readonly Lazy<Task<DemoAccess>> _demo;

    public PortalSandbox(TestCluster cluster)
        : base(cluster) => _demo = new(Issue);

    protected override Roles Roles => Roles.Api | Roles.Web | Roles.Worker;

    protected override IReadOnlyList<PageRoute> MorePages { get; } = DemoMis.Pages();

    /// <summary>Issues the credentials at its first call; every test that needs them calls it first.</summary>
    public Task<DemoAccess> Demo() => _demo.Value;

    protected override async Task BeforeStart()
    {
        await using var database = new PostgresDatabase(ConnectionString);
        await DemoRegistry.Load(database, CancellationToken.None);
    }

    private async Task<DemoAccess> Issue()
    {
        var session = await DemoSession.Open(Settings, Database, CancellationToken.None);
        var access = session.Access(Clock.GetUtcNow());
        Services.GetRequiredService<Demonstration>().Show(access);
        return access;
    }
}
