using Esoz.Portal;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Demo.Mis;
using Esoz.Platform.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Portal;

/// <summary>A sandbox whose demo registry is shown by the portal, as after a start of <c>serve</c>.</summary>
public sealed class PortalSandbox(TestCluster cluster) : Registry(cluster)
{
    private readonly SemaphoreSlim _once = new(1);
    private DemoAccess? _access;

    protected override IReadOnlyList<PageRoute> MorePages { get; } = DemoMis.Pages();

    /// <summary>Issues the credentials at its first call; every test that needs them calls it first.</summary>
    public async Task<DemoAccess> Demo()
    {
        await _once.WaitAsync();
        try
        {
            if (_access is null)
            {
                var session = await DemoSession.Open(Settings, Database, CancellationToken.None);
                _access = session.Access(Clock.GetUtcNow());
                Services.GetRequiredService<Demonstration>().Show(_access);
            }
            return _access;
        }
        finally
        {
            _once.Release();
        }
    }

    protected override async Task BeforeStart()
    {
        await using var database = new Esoz.Platform.Database.PostgresDatabase(ConnectionString);
        await DemoRegistry.Load(database, CancellationToken.None);
    }
}
