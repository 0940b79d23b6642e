using Esoz.Platform.Database;
using Esoz.Tests.BulkExport;
using Esoz.Tests.Platform.Storage;
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

    /// <summary>Another server on the same databases.</summary>
    public Task<OtherNode> SecondNode(Roles roles = Roles.Api, params (string Name, string Value)[] settings)
    {
        var all = Settings;
        foreach (var (name, value) in settings)
            all[name] = value;
        return OtherNode.Start(all, roles);
    }

    /// <summary>Of the nodes.</summary>
    public Dictionary<string, string> Settings => _registry!.Environment;

    /// <summary>kill -9 of the primary.</summary>
    public Task KillPrimary() => _cluster.Kill();

    /// <summary>Starts it again; the standby follows.</summary>
    public async Task RestartPrimary()
    {
        await _cluster.Restart();
        await Standby.Admit();
    }

    /// <summary>Waits until lists of a client who has changed nothing come from the standby.</summary>
    public static Task IsUsed(IServiceProvider node) => Eventually.Holds(() =>
        node.GetRequiredService<ReadReplica>().Usable is not null && node.GetRequiredService<RecentChanges>().IsOver(Guid.NewGuid()));

    /// <summary>Waits until the node knows what the standby has.</summary>
    public static Task IsKnown(IServiceProvider node) => Eventually.Holds(() => node.GetRequiredService<ReadReplica>().Lag is not null);

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
