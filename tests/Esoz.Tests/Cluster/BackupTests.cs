using Npgsql;

namespace Esoz.Tests.Cluster;

/// <summary>Backup of a cluster under load, and the drill (docs/backup.md): restored to a moment, it has what was there then.</summary>
public sealed class BackupTests(LoadedCluster cluster) : IClassFixture<LoadedCluster>
{
    private const int Port = 54329;

    private static readonly string[] AsPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Soak: a base backup, the WAL after it, and the drill to a moment: every write before it is there, none after it, and the audit log is whole", Explicit = true)]
    [Trait("Soak", "backup")]
    public async Task Drill()
    {
        Assert.SkipWhen(Commands.Find("pgbackrest") is null, "needs pgbackrest");
        await cluster.Required();
        var patroni = cluster.Patroni;
        var leader = await patroni.Leader();
        var configuration = Path.Combine(leader.Etc, "pgbackrest", "pgbackrest.conf");
        string[] pgbackrest = [.. AsPostgres, "pgbackrest", $"--config={configuration}", "--stanza=esoz"];
        await leader.Run([.. pgbackrest, "stanza-create"]);
        await patroni.Configure(new
        {
            postgresql = new
            {
                parameters = new { archive_command = $"pgbackrest --config={configuration} --stanza=esoz archive-push \"%p\"" },
            },
        });
        await Eventually.Holds(async () => (await leader.Run([.. AsPostgres, "psql", "-XAtq", "-h", Path.Combine(leader.Directory, "run"),
            "-c", "SHOW archive_command"])).Contains("archive-push", StringComparison.Ordinal));
        await leader.Run([.. pgbackrest, "check"]);

        var before = await cluster.Endures("before and during the backup", leader, 443, async () =>
        {
            foreach (var machine in patroni.Machines)
                await patroni.Backup(machine, "backup", AsPostgres, "full");
        }, () => Task.CompletedTask);
        Assert.Contains("full backup", await leader.Run([.. pgbackrest, "info"]), StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 0), await cluster.Lost(before));
        await Task.Delay(1000, Ct);
        var moment = await Now();
        await Task.Delay(1000, Ct);
        var after = await cluster.Endures("after the moment", leader, 443, () => Task.CompletedTask, () => Task.CompletedTask);
        await leader.Run([.. pgbackrest, "check"]);

        // On another machine, as it would be after the loss of the first.
        var other = cluster.Another(leader);
        var copy = Path.Combine(other.Directory, "copy");
        var said = await patroni.Backup(other, "drill", ["env", "KEEP=yes"], copy, moment);

        TestContext.Current.TestOutputHelper!.WriteLine(said);
        Assert.Equal(before.Writes.Count, await Kept(other, copy, before));
        Assert.Equal(0, await Kept(other, copy, after));
        Assert.Contains("== ", said, StringComparison.Ordinal);
        await other.Run([.. AsPostgres, "/usr/lib/postgresql/15/bin/pg_ctl", "-D", copy, "-m", "fast", "stop"]);
    }

    private async Task<string> Now()
    {
        await using var database = NpgsqlDataSource.Create(cluster.Patroni.ConnectionString);
        await using var now = database.CreateCommand("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'");
        return (string)(await now.ExecuteScalarAsync(Ct))!;
    }

    /// <summary>How many of the acknowledged writes the copy has.</summary>
    private static async Task<int> Kept(Machine machine, string copy, Ledger ledger)
    {
        var list = Path.Combine(machine.Directory, "acknowledged");
        await File.WriteAllLinesAsync(list, ledger.Writes.Values.Select(id => $"{id}"), Ct);
        return int.Parse(await machine.Run([.. AsPostgres, "psql", "-XAtq", "-h", copy, "-p", $"{Port}", "-d", "esoz",
            "-c", "CREATE TEMP TABLE acked (id uuid)", "-c", $"\\copy acked FROM '{list}'",
            "-c", "SELECT count(*) FROM acked JOIN esoz.contract_employees USING (id)"]), System.Globalization.CultureInfo.InvariantCulture);
    }
}
