using Esoz.Tests.Guards;
using Npgsql;

namespace Esoz.Tests.Cluster;

/// <summary>A cluster runs a former version, from the history of Git, and gets this one while clients work.</summary>
public sealed class UpgradeTests(LoadedCluster cluster) : IClassFixture<LoadedCluster>, IDisposable
{
    /// <summary>The former version as long as there is no tag of a release: four migrations ago.</summary>
    private const string Commit = "d1df0a50f56933cc7889ce371323756f5389f406";

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-former-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "Soak: a cluster of a former version is upgraded, migrations first and then one node after the other: no request fails, nothing is lost", Explicit = true)]
    [Trait("Soak", "failover")]
    public async Task FromFormerVersion()
    {
        var (version, program) = await Former();
        await cluster.Required(program);
        var patroni = cluster.Patroni;
        var before = await Migrations();

        var outcome = await cluster.Survives($"rolling upgrade from {version}", patroni.Machines[0], 443, async () =>
        {
            patroni.Program = PatroniCluster.Current;
            await patroni.Command(patroni.Machines[0], "migrate");
            // Nodes of the former version work on the new schema.
            await Task.Delay(TimeSpan.FromSeconds(5), Ct);
            await cluster.RestartNodes();
        }, () => Task.CompletedTask);

        Assert.True(outcome.Ledger.Faults == 0, outcome.Ledger.FaultsByKind());
        var after = await Migrations();
        TestContext.Current.TestOutputHelper!.WriteLine($"migrations: {before} before, {after} after");
        Assert.True(before < after);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>The newest release, or else the commit above: its name, and its program built from the history.</summary>
    private async Task<(string Version, string Program)> Former()
    {
        var root = SourceTree.PathOf();
        var (tagged, tag, _) = await Commands.Try("git", "-C", root, "describe", "--tags", "--abbrev=0", "--match", "v*", "HEAD~");
        var version = tagged == 0 ? tag.Trim() : Commit;
        Assert.SkipUnless((await Commands.Try("git", "-C", root, "cat-file", "-e", $"{version}^{"{commit}"}")).Exit == 0,
            "needs the history of Git");
        await Commands.Run("sh", "-ec", $"""
            git -C {root} archive {version} | tar -x -C {_directory}
            dotnet publish {_directory}/src/Esoz.Cli -c Release -o {_directory}/program -nodeReuse:false -p:UseSharedCompilation=false \
              -p:EsozSandbox=false -p:RunAnalyzers=false -p:NuGetLockFilePath={_directory}/packages.lock.json
            """);
        return (version, Path.Combine(_directory, "program", "esoz"));
    }

    private async Task<long> Migrations()
    {
        await using var database = NpgsqlDataSource.Create(cluster.Patroni.ConnectionString);
        await using var count = database.CreateCommand("SELECT count(*) FROM esoz.schema_migrations");
        return (long)(await count.ExecuteScalarAsync(Ct))!;
    }
}
