using Esoz.Platform.Database;
using Esoz.Tests.BulkExport;
using Esoz.Tests.Platform.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;


namespace Esoz.Tests.Platform.Database;

/// <summary>A registry on a cluster of its own with a standby for reads that may lag, and a second node when a test needs one.</summary>
public sealed class ReplicatedRegistry(RadosGateway gateway) : IAsyncLifetime
{
    /// <summary>Long enough that a loaded machine sends a request within it, short enough to wait for.</summary>
    public const int MaxLag = 6;

    private static readonly bool CanCopy =
        TestCluster.Programs.Length == 0 || File.Exists(Path.Combine(TestCluster.Programs, "pg_basebackup"));

    private readonly TestCluster _cluster = new();
    private TestStandby? _standby;
    private OnCluster? _registry;

    /// <summary>Skips the test where a database cannot be copied: the PostgreSQL from npm, on which tests run too, has no program for it.
    /// </summary>
    public BulkRegistry Registry
    {
        get
        {
            Assert.SkipUnless(CanCopy, "needs pg_basebackup");
            return _registry!;
        }
    }

    public TestStandby Standby => _standby!;

    public async ValueTask InitializeAsync()
    {
        if (!CanCopy)
            return;
        _registry = new(this, gateway);
        await _registry.InitializeAsync();
    }

    /// <summary>Another server on the same databases; its clients have the same credentials.</summary>
    public async Task<(WebApplication Server, Installation Installation)> SecondNode()
    {
        var installation = await Installation.Open(Settings.Read(_registry!.Environment), openLocal: null, CancellationToken.None);
        var server = Server.Build(installation, Roles.Api, ["http://127.0.0.1:0"], TimeProvider.System, _ => { });
        await server.StartAsync();
        return (server, installation);
    }

    /// <summary>Waits until lists of a client who has changed nothing come from the standby.</summary>
    public static Task IsUsed(IServiceProvider node) => Eventually.Holds(() =>
        node.GetRequiredService<ReadReplica>().Usable is not null && node.GetRequiredService<RecentChanges>().IsOver(Guid.NewGuid()));

    public async ValueTask DisposeAsync()
    {
        if (CanCopy)
        {
            await _registry!.DisposeAsync();
            await _standby!.DisposeAsync();
        }
        await _cluster.DisposeAsync();
    }

    private sealed class OnCluster(ReplicatedRegistry owner, RadosGateway gateway) : BulkRegistry(owner._cluster, gateway)
    {
        public Dictionary<string, string> Environment => new(Configuration)
        {
            ["ESOZ_DATABASE"] = ConnectionString,
            ["ESOZ_DATA_DIR"] = DataDirectory,
        };

        protected override Dictionary<string, string> Configuration => new(base.Configuration)
        {
            ["ESOZ_READ_DATABASE"] = owner._standby!.ConnectionString(ConnectionString),
            ["ESOZ_READ_MAX_LAG_SECONDS"] = $"{MaxLag}",
        };

        protected override async Task BeforeStart()
        {
            await base.BeforeStart();
            owner._standby = await owner._cluster.StartStandby();
        }
    }
}
