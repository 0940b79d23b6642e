using System.Globalization;
using Npgsql;
using static Esoz.Tests.Sandbox.Database.ClusterUse;

namespace Esoz.Tests.Sandbox.Database;

/// <summary>The local cluster with real server processes, real kill -9 and other programs running at the same time.</summary>
public sealed class LocalClusterTests : IClassFixture<StoppedCluster>, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("esoz-cluster-").FullName;

    public LocalClusterTests(StoppedCluster stopped) => stopped.CopyTo(Data);

    private string Data => Path.Combine(_root, "var");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact(DisplayName = "The last program stops the server, and committed data is there at the next start")]
    public async Task LastProgramStops()
    {
        var first = await Open(Data);
        var second = await Open(Data);
        var server = ServerPid(Data);
        await Ask(first, "CREATE TABLE kept AS SELECT 'kept' AS word");

        await first.DisposeAsync();
        Assert.Equal("kept", await Ask(second, "SELECT word FROM kept"));
        Assert.True(Lives(server));

        await second.DisposeAsync();
        Assert.False(Lives(server));

        await using var third = await Open(Data);
        Assert.Equal("kept", await Ask(third, "SELECT word FROM kept"));
    }

    [Fact(DisplayName = "The server's role, the reader and the auditor can be taken, own nothing, and are made in a cluster that has none")]
    public async Task Roles()
    {
        await using (var earlier = await Open(Data))
        {
            var superuser = new NpgsqlConnectionStringBuilder(earlier.ConnectionString) { Username = "postgres", Pooling = false };
            await using var source = NpgsqlDataSource.Create(superuser.ConnectionString);
            await using var drop = source.CreateCommand("DROP ROLE esoz_server, esoz_reader, esoz_auditor");
            await drop.ExecuteNonQueryAsync(Ct);
        }

        await using var cluster = await Open(Data);

        foreach (var role in new[] { "esoz_server", "esoz_reader", "esoz_auditor" })
        {
            var settings = new NpgsqlConnectionStringBuilder(cluster.ServerConnectionString) { Username = role, Pooling = false };
            await using var source = NpgsqlDataSource.Create(settings.ConnectionString);
            await using var command = source.CreateCommand("SELECT current_user || ' ' || rolsuper || ' ' || rolcreaterole FROM pg_roles WHERE rolname = current_user");
            Assert.Equal($"{role} false false", await command.ExecuteScalarAsync(Ct));
        }
    }

    [Fact(DisplayName = "A second program joins the running server and leaves it running")]
    public async Task SecondProgram()
    {
        using var holder = await ClusterHolder.Start(_root, Data);
        var server = ServerPid(Data);

        await using (var joined = await Open(Data))
            Assert.Equal(server, ServerPid(Data));
        Assert.True(Lives(server));

        await holder.Release();
        Assert.False(Lives(server));
    }

    [Fact(DisplayName = "A server whose program was killed is adopted by the next program, which stops it")]
    public async Task KilledHolder()
    {
        using var holder = await ClusterHolder.Start(_root, Data);
        var server = ServerPid(Data);
        await holder.Kill();
        Assert.True(Lives(server));

        await using (var adopted = await Open(Data))
            Assert.Equal(server, ServerPid(Data));
        Assert.False(Lives(server));
    }

    [Fact(DisplayName = "After kill -9 of the server in the middle of a query it is started again and nothing committed is lost")]
    public async Task KilledServer()
    {
        await using var cluster = await Open(Data);
        await Ask(cluster, "CREATE TABLE kept AS SELECT 'kept' AS word");
        var busy = Ask(cluster, "DO 'BEGIN LOOP END LOOP; END'");
        await Eventually.Holds(async () => await Ask(cluster,
            "SELECT count(*)::text FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO%' AND pid <> pg_backend_pid()") == "1");

        Kill(ServerPid(Data));
        await cluster.EnsureRunning(Ct);

        Assert.Equal("kept", await Ask(cluster, "SELECT word FROM kept"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => busy);
    }

    [Fact(DisplayName = "After kill -9 of both the program and the server the next start recovers")]
    public async Task KilledBoth()
    {
        await KillProgramAndServer();

        await using var cluster = await Open(Data);
        Assert.Equal("1", await Ask(cluster, "SELECT '1'"));
    }

    [Fact(DisplayName = "A leftover pid file whose number was given to another process does not stop the start")]
    public async Task StalePidFile()
    {
        await KillProgramAndServer();
        var leftover = $"{Environment.ProcessId}\n{Data}/postgres/data\n1\n5432\n{Data}/postgres/run\n\n 1 1\nready\n";
        await File.WriteAllTextAsync(PidFile(Data), leftover, Ct);
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres/run/.s.PGSQL.5432.lock"), leftover, Ct);

        await using var cluster = await Open(Data);
        Assert.NotEqual(Environment.ProcessId, ServerPid(Data));
    }

    [Fact(DisplayName = "Ctrl-C in the terminal does not reach the server: it leads a session of its own")]
    public async Task OwnSession()
    {
        await using var cluster = await Open(Data);

        var afterName = (await File.ReadAllTextAsync($"/proc/{ServerPid(Data)}/stat", Ct)).Split(") ")[1].Split(' ');
        var (group, session) = (afterName[2], afterName[3]);
        Assert.Equal((ServerPid(Data).ToString(CultureInfo.InvariantCulture), group), (session, session));
    }

    [Fact(DisplayName = "A cluster of another PostgreSQL version is refused, naming the version to install")]
    public async Task OtherVersion()
    {
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres/data/PG_VERSION"), "9\n", Ct);

        var refused = await Assert.ThrowsAsync<LocalClusterException>(() => Open(Data, ""));
        Assert.Contains("was made by PostgreSQL 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("postgresql-9", refused.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A configured directory of PostgreSQL programs is the only one used, and missing programs are named")]
    public async Task NamedPrograms()
    {
        var refused = await Assert.ThrowsAsync<LocalClusterException>(() => Open(Path.Combine(_root, "other"), _root));
        Assert.Contains($"needs PostgreSQL 15 or newer, but {_root} has not all of initdb, pg_ctl, postgres", refused.Message,
            StringComparison.Ordinal);
        Assert.Contains("ESOZ_POSTGRES_BIN", refused.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The reason why a server cannot start is reported")]
    public async Task FailedStart()
    {
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres/data/postgresql.auto.conf"), "shared_buffers = 'plenty'\n", Ct);

        var refused = await Assert.ThrowsAsync<LocalClusterException>(() => Open(Data));
        Assert.Contains("shared_buffers", refused.Message, StringComparison.Ordinal);
    }

    private async Task KillProgramAndServer()
    {
        using var holder = await ClusterHolder.Start(_root, Data);
        Kill(ServerPid(Data));
        await holder.Kill();
    }
}
