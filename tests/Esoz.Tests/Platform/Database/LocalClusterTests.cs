using System.Diagnostics;
using System.Globalization;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>The local cluster with real server processes, real kill -9 and other programs beside this one.</summary>
public sealed class LocalClusterTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("esoz-cluster-").FullName;

    private string Data => Path.Combine(_root, "var");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact(DisplayName = "A fresh directory becomes a UTF-8 cluster with checksums and durable settings, reached by socket only, as an ordinary role")]
    public async Task FreshDirectory()
    {
        await using var cluster = await OpenAsync(Data);

        Assert.Equal("esoz owns esoz, superuser: false", await AskAsync(cluster,
            "SELECT format('%s owns %s, superuser: %s', current_user, datname, rolsuper::text) FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE datname = current_database()"));
        Assert.Equal("UTF8 on on on ''", await AskAsync(cluster,
            "SELECT concat_ws(' ', current_setting('server_encoding'), current_setting('data_checksums'), current_setting('fsync'), current_setting('synchronous_commit'), quote_literal(current_setting('listen_addresses')))"));
    }

    [Fact(DisplayName = "Keys sort by code point while upper and lower case know Ukrainian letters")]
    public async Task Locale()
    {
        await using var cluster = await OpenAsync(Data);

        Assert.Equal("true їжак", await AskAsync(cluster, "SELECT concat_ws(' ', ('Z' < 'a')::text, lower('ЇЖАК'))"));
    }

    [Fact(DisplayName = "The last one out stops the server and what was committed is there at the next start")]
    public async Task LastOneOut()
    {
        var first = await OpenAsync(Data);
        var second = await OpenAsync(Data);
        var server = ServerPid();
        await AskAsync(first, "CREATE TABLE kept AS SELECT 'kept' AS word");

        await first.DisposeAsync();
        Assert.Equal("kept", await AskAsync(second, "SELECT word FROM kept"));
        Assert.True(Lives(server));

        await second.DisposeAsync();
        Assert.False(Lives(server));

        await using var third = await OpenAsync(Data);
        Assert.Equal("kept", await AskAsync(third, "SELECT word FROM kept"));
    }

    [Fact(DisplayName = "A second program joins the running server and leaves it running")]
    public async Task SecondProgram()
    {
        using var holder = await ClusterHolder.StartAsync(_root, Data);
        var server = ServerPid();

        await using (var joined = await OpenAsync(Data))
            Assert.Equal(server, ServerPid());
        Assert.True(Lives(server));

        await holder.ReleaseAsync();
        Assert.False(Lives(server));
    }

    [Fact(DisplayName = "Programs that open a fresh directory at the same instant share one server")]
    public async Task SimultaneousOpens()
    {
        var holders = Task.WhenAll(ClusterHolder.StartAsync(_root, Data), ClusterHolder.StartAsync(_root, Data));
        var here = await Task.WhenAll(OpenAsync(Data), OpenAsync(Data), OpenAsync(Data));
        var started = await Task.WhenAll(here.Select(cluster => AskAsync(cluster, "SELECT pg_postmaster_start_time()::text")));
        Assert.Single(started.Distinct());

        var server = ServerPid();
        foreach (var holder in await holders)
        {
            await holder.ReleaseAsync();
            holder.Dispose();
        }
        Assert.True(Lives(server));
        foreach (var cluster in here)
            await cluster.DisposeAsync();
        Assert.False(Lives(server));
    }

    [Fact(DisplayName = "A server whose program was killed is adopted by the next program, which stops it")]
    public async Task KilledHolder()
    {
        using var holder = await ClusterHolder.StartAsync(_root, Data);
        var server = ServerPid();
        await holder.KillAsync();
        Assert.True(Lives(server));

        await using (var adopted = await OpenAsync(Data))
            Assert.Equal(server, ServerPid());
        Assert.False(Lives(server));
    }

    [Fact(DisplayName = "After kill -9 of the server in the middle of a query it is started again and nothing committed is lost")]
    public async Task KilledServer()
    {
        await using var cluster = await OpenAsync(Data);
        await AskAsync(cluster, "CREATE TABLE kept AS SELECT 'kept' AS word");
        var busy = AskAsync(cluster, "DO 'BEGIN LOOP END LOOP; END'");
        while (await AskAsync(cluster, "SELECT count(*)::text FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO%' AND pid <> pg_backend_pid()") != "1")
            await Task.Delay(10, Ct);

        Kill(ServerPid());
        await cluster.EnsureRunningAsync(Ct);

        Assert.Equal("kept", await AskAsync(cluster, "SELECT word FROM kept"));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => busy);
    }

    [Fact(DisplayName = "After kill -9 of both the program and the server the next start recovers")]
    public async Task KilledBoth()
    {
        await KillProgramAndServerAsync();

        await using var cluster = await OpenAsync(Data);
        Assert.Equal("1", await AskAsync(cluster, "SELECT '1'"));
    }

    [Fact(DisplayName = "A leftover pid file whose number was given to another process does not stop the start")]
    public async Task StalePidFile()
    {
        await KillProgramAndServerAsync();
        var leftover = $"{Environment.ProcessId}\n{Data}/postgres/data\n1\n5432\n{Data}/postgres/run\n\n 1 1\nready\n";
        await File.WriteAllTextAsync(PidFile, leftover, Ct);
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres/run/.s.PGSQL.5432.lock"), leftover, Ct);

        await using var cluster = await OpenAsync(Data);
        Assert.NotEqual(Environment.ProcessId, ServerPid());
    }

    [Fact(DisplayName = "An initdb that was cut off is thrown away and made anew")]
    public async Task UnfinishedCreation()
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(Data, "postgres/new-1"));
        await File.WriteAllTextAsync(Path.Combine(unfinished.FullName, "PG_VERSION"), "15\n", Ct);

        await using var cluster = await OpenAsync(Data);
        Assert.Equal("1", await AskAsync(cluster, "SELECT '1'"));
        Assert.False(unfinished.Exists && Directory.Exists(unfinished.FullName));
    }

    [Theory(DisplayName = "A data directory may be deep, carry spaces, quotes or commas, and be open to everybody")]
    [InlineData("long", 120)]
    [InlineData("with spaces and $dollar", 0)]
    [InlineData("it's, \"quoted\": `odd`", 0)]
    [InlineData("каталог", 0)]
    public async Task OddDirectories(string name, int padding)
    {
        File.SetUnixFileMode(_root, File.GetUnixFileMode(_root) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var data = Path.Combine(_root, name, new string('x', padding));

        await using var cluster = await OpenAsync(data);
        Assert.Equal("1", await AskAsync(cluster, "SELECT '1'"));
    }

    [Fact(DisplayName = "Ctrl-C in the terminal does not reach the server: it leads a session of its own")]
    public async Task OwnSession()
    {
        await using var cluster = await OpenAsync(Data);

        var afterName = (await File.ReadAllTextAsync($"/proc/{ServerPid()}/stat", Ct)).Split(") ")[1].Split(' ');
        var (group, session) = (afterName[2], afterName[3]);
        Assert.Equal((ServerPid().ToString(CultureInfo.InvariantCulture), group), (session, session));
    }

    [Fact(DisplayName = "A cluster of another PostgreSQL version is refused, naming the version to install")]
    public async Task OtherVersion()
    {
        await (await OpenAsync(Data)).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres/data/PG_VERSION"), "9\n", Ct);

        var refused = await Assert.ThrowsAsync<LocalClusterException>(() => OpenAsync(Data));
        Assert.Contains("was made by PostgreSQL 9", refused.Message, StringComparison.Ordinal);
        Assert.Contains("postgresql-9", refused.Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A server that cannot start says why")]
    public async Task FailedStart()
    {
        await (await OpenAsync(Data)).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres/data/postgresql.auto.conf"), "shared_buffers = 'plenty'\n", Ct);

        var refused = await Assert.ThrowsAsync<LocalClusterException>(() => OpenAsync(Data));
        Assert.Contains("shared_buffers", refused.Message, StringComparison.Ordinal);
    }

    private async Task KillProgramAndServerAsync()
    {
        using var holder = await ClusterHolder.StartAsync(_root, Data);
        Kill(ServerPid());
        await holder.KillAsync();
    }

    private string PidFile => Path.Combine(Data, "postgres/data/postmaster.pid");

    private static Task<LocalCluster> OpenAsync(string data) => LocalCluster.OpenAsync(data, TextWriter.Null, Ct);

    private static async Task<string?> AskAsync(LocalCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false;Command Timeout=0");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Ct))?.ToString();
    }

    private int ServerPid() => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    /// <summary>A process that has ended may stay in the table until its parent asks for it; it has no memory any more.</summary>
    private static bool Lives(int pid) => Directory.Exists($"/proc/{pid}") && File.ReadAllText($"/proc/{pid}/cmdline") != "";

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
