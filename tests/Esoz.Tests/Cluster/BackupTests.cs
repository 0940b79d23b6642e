using Npgsql;

namespace Esoz.Tests.Cluster;

/// <summary>Backup of a cluster under load, and the drill (docs/backup.md): restored to a moment, it has what was there then.</summary>
public sealed class BackupTests(LoadedCluster cluster) : IClassFixture<LoadedCluster>
{
    private const int Port = 54329;

    private static readonly string[] AsPostgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Soak: a base backup, the WAL after it, the drill to a moment, and the whole cluster back there: every write before it is there, none after it, and the audit log is whole", Explicit = true)]
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
        await Archive(configuration);
        await Eventually.Holds(async () => (await Sql(leader, "SHOW archive_command")).Contains(configuration, StringComparison.Ordinal));
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

        await GoBack(other, moment);
        Assert.Equal((0, 0, 0, 0), await cluster.Lost(before));
        Assert.Equal(after.Writes.Count, (await cluster.Lost(after)).Writes);
        var again = await cluster.Survives("after going back", other, 443, () => Task.CompletedTask, () => Task.CompletedTask);
        Assert.True(again.Ledger.Faults == 0, again.Ledger.FaultsByKind());
    }

    /// <summary>The steps of "Going back with the whole cluster", as after a loss of all machines.</summary>
    /// <param name="first">The machine that begins.</param>
    private async Task GoBack(Machine first, string moment)
    {
        var patroni = cluster.Patroni;
        // 1
        foreach (var machine in patroni.Machines)
            await patroni.StopNode(machine);
        foreach (var machine in patroni.Machines)
            await machine.End("patroni");
        // 2
        Report(await patroni.Backup(first, "restore", ["env"], moment));
        // 3
        Assert.Contains("those of the former cluster", await patroni.Backup(first, "forget", ["env"]), StringComparison.Ordinal);
        await patroni.ForgetEverything();
        Assert.Contains("those of patroni.yml", await patroni.Backup(first, "forget", ["env"]), StringComparison.Ordinal);
        PatroniCluster.StartPatroni(first);
        Assert.Equal(first, await patroni.Leader());
        Assert.Contains("There is a leader", (await patroni.TryBackup(first, "forget")).Errors, StringComparison.Ordinal);
        Assert.Equal("on", (await Sql(first, "SELECT setting FROM pg_settings WHERE name = 'synchronous_commit' AND NOT pending_restart")).Trim());
        Assert.Equal("200", (await Sql(first, "SHOW max_connections")).Trim());
        // A test has the configuration of pgBackRest elsewhere.
        Assert.Contains("archive-push", await Sql(first, "SHOW archive_command"), StringComparison.Ordinal);
        await Archive(Path.Combine(first.Etc, "pgbackrest", "pgbackrest.conf"));
        // 4
        foreach (var machine in patroni.Machines.Where(machine => machine != first))
        {
            var data = Path.Combine(machine.Directory, "lib", "postgresql", "15", "esoz");
            Directory.Move(data, $"{data}-before");
            PatroniCluster.StartPatroni(machine);
        }
        await patroni.IsWhole();
        // 5
        var lost = await patroni.TryCommand(first, "audit", "verify");
        Report(lost.Output);
        Assert.Equal(1, lost.Exit);
        Assert.All(lost.Output.Split('\n').Where(line => line.Contains(" seal ", StringComparison.Ordinal)),
            line => Assert.Contains("was anchored, but is not in the database", line, StringComparison.Ordinal));
        Report((await patroni.TryCommand(first, "storage", "verify")).Output);
        // 6
        foreach (var machine in patroni.Machines)
        {
            var settings = Path.Combine(machine.Etc, "esoz", "esoz.env");
            await File.WriteAllTextAsync(settings, (await File.ReadAllTextAsync(settings, Ct))
                .Replace("AUDIT_ANCHOR_BUCKET=audit-anchors", "AUDIT_ANCHOR_BUCKET=audit-anchors-2", StringComparison.Ordinal), Ct);
            var copies = Path.Combine(machine.Directory, "lib", "esoz", "audit-anchors");
            if (Directory.Exists(copies))
                Directory.Move(copies, $"{copies}-before");
        }
        foreach (var command in new[] { "storage create-buckets", "audit seal", "audit verify", "snapshot reset-windows" })
            Report(await patroni.Command(first, command.Split(' ')));
        // 7
        foreach (var machine in patroni.Machines)
            patroni.StartNode(machine);
        await patroni.IsWhole();
        await patroni.Backup(first, "backup", AsPostgres, "full");
    }

    private Task Archive(string configuration) => cluster.Patroni.Configure(new
    {
        postgresql = new
        {
            parameters = new { archive_command = $"pgbackrest --config={configuration} --stanza=esoz archive-push \"%p\"" },
        },
    });

    private static Task<string> Sql(Machine machine, string sql) =>
        machine.Run([.. AsPostgres, "psql", "-XAtq", "-h", Path.Combine(machine.Directory, "run"), "-c", sql]);

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

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
