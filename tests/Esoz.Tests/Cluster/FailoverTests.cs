using Npgsql;

namespace Esoz.Tests.Cluster;

/// <summary>
/// Faults of a cluster of three machines under load (docs/high-availability.md): nothing that was acknowledged is lost, nothing is done
/// twice. How long writes paused is printed.
/// </summary>
public sealed class FailoverTests(LoadedCluster cluster) : IClassFixture<LoadedCluster>
{
    private const int Haproxy = 443;
    private const int Nginx = 8443;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The leader's machine loses power, the leader is changed as planned, nodes are restarted one after the other: nothing is lost, nothing is done twice")]
    public async Task Short()
    {
        await cluster.Required();
        // What the lost node had begun goes on when its lease has expired; meanwhile the cluster is struck again.
        List<Ledger> ledgers = [];
        await LosePower(ledgers);
        await SwitchOver(ledgers);
        await Restart(Haproxy, ledgers);
        await cluster.KeepsAll(ledgers);
    }

    [Fact(DisplayName = "Soak: the leader's machine loses power, three times; writes pause for less than 20 s", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task PowerLoss()
    {
        await cluster.Required();
        for (var i = 0; i < 3; i++)
            Assert.InRange((await LosePower()).Pause, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact(DisplayName = "Soak: five planned switchovers; writes pause for less than 5 s", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task PlannedSwitchover()
    {
        await cluster.Required();
        for (var i = 0; i < 5; i++)
            Assert.InRange((await SwitchOver()).Pause, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory(DisplayName = "Soak: processes of the leader's machine stand still (SIGSTOP) and go on when there is another leader", Explicit = true)]
    [Trait("Soak", "failover")]
    [InlineData("PostgreSQL and Patroni", "postgres", "patroni")]
    [InlineData("Patroni", "patroni")]
    public async Task Frozen(string what, params string[] processes)
    {
        await cluster.Required();
        var leader = await cluster.Patroni.Leader();
        await cluster.Survives($"{what} of the leader's machine frozen", cluster.Another(leader), Haproxy,
            () => leader.Freeze(processes),
            async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(10), Ct);
                await leader.Thaw(processes);
            });
    }

    [Fact(DisplayName = "Soak: the leader's machine is cut off from the network and comes back", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task LeaderCutOff()
    {
        await cluster.Required();
        var leader = await cluster.Patroni.Leader();
        await cluster.Survives("leader's machine cut off", cluster.Another(leader), Haproxy, leader.CutOff, async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(10), Ct);
            await leader.Reconnect();
        });
    }

    [Fact(DisplayName = "Soak: the machine of the synchronous standby is cut off from the network and comes back", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task StandbyCutOff()
    {
        await cluster.Required();
        var standby = await cluster.Patroni.SynchronousStandby();
        await cluster.Survives("synchronous standby cut off", cluster.Another(standby), Haproxy, standby.CutOff, standby.Reconnect);
    }

    [Fact(DisplayName = "Soak: the balancer that the clients and a node use ends and is started again", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task BalancerRestart()
    {
        await cluster.Required();
        var entry = cluster.Patroni.Machines[0];
        await cluster.Survives("restart of HAProxy", entry, Haproxy, async () =>
        {
            await entry.KillAll("haproxy");
            cluster.Patroni.StartBalancer(entry);
        }, () => Task.CompletedTask);
    }

    [Fact(DisplayName = "Soak: a node is killed (kill -9) and started again", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task NodeKilled()
    {
        await cluster.Required();
        var machine = cluster.Patroni.Machines[1];
        await cluster.Survives("kill -9 of a node", cluster.Patroni.Machines[0], Haproxy, () => cluster.Patroni.KillNode(machine), () =>
        {
            cluster.Patroni.StartNode(machine);
            return Task.CompletedTask;
        });
    }

    [Theory(DisplayName = "Soak: the nodes are restarted one after the other, three times: no request fails", Explicit = true)]
    [Trait("Soak", "failover")]
    [InlineData(Haproxy)]
    [InlineData(Nginx)]
    public async Task RollingRestart(int port)
    {
        await cluster.Required();
        if (port == Nginx)
        {
            Assert.SkipWhen(Commands.Find("nginx") is null, "needs nginx");
            await cluster.Patroni.StartNginx(cluster.Patroni.Machines[0]);
        }
        for (var i = 0; i < 3; i++)
            await Restart(port);
    }

    [Fact(DisplayName = "Soak, negative control: with asynchronous replication acknowledged writes are lost, and the ledger sees it", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task Asynchronous()
    {
        await cluster.Required();
        // A member may lag by a megabyte and become leader all the same; here it lags by more.
        const int megabyte = 1 << 20;
        await cluster.Patroni.Configure(
            new { synchronous_mode = false, synchronous_mode_strict = false, maximum_lag_on_failover = 1000 * megabyte });
        // The members hear of it when they look the next time.
        await Eventually.Holds(async () => (await cluster.Patroni.Members()).Values.Count(member => member.Role == "replica") == 2);
        var leader = await cluster.Patroni.Leader();
        var ledger = await cluster.Endures("power loss with asynchronous replication", cluster.Another(leader), Haproxy, async () =>
        {
            // A network that is slow for a moment.
            await leader.Freeze("walsender");
            await Task.Delay(TimeSpan.FromSeconds(3), Ct);
            await leader.LosePower();
        }, () => Task.CompletedTask);
        var lost = await cluster.Lost(ledger);
        await cluster.Return(leader);
        await cluster.Patroni.Configure(
            new { synchronous_mode = true, synchronous_mode_strict = true, maximum_lag_on_failover = megabyte });
        await cluster.Patroni.IsWhole();
        Report($"lost with asynchronous replication: {lost}");
        Assert.True(lost.Writes > 0, "Nothing was lost.");
    }

    [Fact(DisplayName = "Soak, negative control: a client that cancels the wait for the standby takes it for a commit (ADR 54), and loses it", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task CancelledWait()
    {
        await cluster.Required();
        var leader = await cluster.Patroni.Leader();
        var acknowledged = 0;
        // Without the CancellationTimeout of the program's own connections.
        var cancelling = new NpgsqlConnectionStringBuilder(cluster.Patroni.ConnectionString) { CommandTimeout = 2 }.ConnectionString;
        await using (var naive = NpgsqlDataSource.Create(cancelling))
        {
            await Execute(naive, "CREATE TABLE IF NOT EXISTS public.naive (number int)");
            await leader.Freeze("walsender");
            for (; acknowledged < 2; acknowledged++)
                await Execute(naive, "INSERT INTO public.naive VALUES (1)");
        }
        await leader.LosePower();
        await using var database = NpgsqlDataSource.Create(cluster.Patroni.ConnectionString);
        var kept = -1L;
        await Eventually.Holds(async () => await cluster.Patroni.Leader() != leader);
        await using (var count = database.CreateCommand("SELECT count(*) FROM public.naive"))
            kept = (long)(await count.ExecuteScalarAsync(Ct))!;
        await cluster.Return(leader);
        await cluster.Patroni.IsWhole();
        Report($"lost by a client that cancels: {acknowledged - kept} of {acknowledged}");
        Assert.True(kept < acknowledged);
    }

    /// <summary>The machine of the leader is switched off; it comes back when there is another leader.</summary>
    private async Task<Survival> LosePower(ICollection<Ledger>? later = null)
    {
        var leader = await cluster.Patroni.Leader();
        return await cluster.Survives("power loss of the leader's machine", cluster.Another(leader), Haproxy, leader.LosePower,
            () => cluster.Return(leader), later);
    }

    private Task<Survival> SwitchOver(ICollection<Ledger>? later = null) =>
        cluster.Survives("planned switchover", cluster.Patroni.Machines[0], Haproxy, cluster.Patroni.SwitchOver, () => Task.CompletedTask,
            later);

    private async Task Restart(int port, ICollection<Ledger>? later = null)
    {
        var proxy = port == Nginx ? "nginx" : "HAProxy";
        var entry = cluster.Patroni.Machines[0];
        var outcome = await cluster.Survives($"rolling restart behind {proxy}", entry, port,
            () => cluster.RestartNodes(port == Nginx ? entry : null), () => Task.CompletedTask, later);
        Assert.True(outcome.Ledger.Faults == 0, outcome.Ledger.FaultsByKind());
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
