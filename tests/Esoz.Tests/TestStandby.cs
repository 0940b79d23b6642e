using Esoz.Sandbox.Database;
using Npgsql;

namespace Esoz.Tests;

/// <summary>A standby that streams from a <see cref="TestCluster"/>, beside it in the same directory.</summary>
public sealed class TestStandby : IAsyncDisposable
{
    /// <summary>The number of its socket; that of the cluster is 5432.</summary>
    private const int Port = 5433;
    private const string Data = "standby";

    private readonly ClusterOwner _owner;
    private readonly PostgresBinaries _binaries;
    private readonly NpgsqlConnectionStringBuilder _primary;
    private readonly string _home;

    private TestStandby(string home, ClusterOwner owner, PostgresBinaries binaries, NpgsqlConnectionStringBuilder primary) =>
        (_home, _owner, _binaries, _primary) = (home, owner, binaries, primary);

    /// <param name="home">Directory <c>postgres</c> of the cluster.</param>
    internal static async Task<TestStandby> Start(string home, LocalCluster primary)
    {
        var settings = new NpgsqlConnectionStringBuilder(primary.ConnectionString);
        var standby = new TestStandby(home, await ClusterOwner.Of(home, CancellationToken.None),
            await PostgresBinaries.Find(TestCluster.Programs, major: null, CancellationToken.None), settings);
        await standby.Admit();
        await Eventually.Holds(async () => await standby.TryCopy());
        await standby.Start();
        return standby;
    }

    /// <summary>Of a database of the primary, on the standby.</summary>
    public string ConnectionString(string primary) => new NpgsqlConnectionStringBuilder(primary) { Port = Port }.ConnectionString;

    /// <summary>Lets it stream from the cluster, which has its list of who may connect made anew at each start.</summary>
    public async Task Admit()
    {
        await File.AppendAllTextAsync(Path.Combine(_home, "data", "pg_hba.conf"), "local replication all peer map=esoz\n");
        await using var superuser = NpgsqlDataSource.Create(Superuser(_primary));
        await using var reload = superuser.CreateCommand("SELECT pg_reload_conf()");
        await reload.ExecuteNonQueryAsync();
    }

    public Task Pause() => Execute("SELECT pg_wal_replay_pause()");

    public Task Resume() => Execute("SELECT pg_wal_replay_resume()");

    /// <summary>A statement of the superuser.</summary>
    public async Task Execute(string sql)
    {
        await using var standby = NpgsqlDataSource.Create(Superuser(new(_primary.ConnectionString) { Port = Port }));
        await using var command = standby.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public Task Start() => _owner.Run(_binaries.Path("pg_ctl"),
        ["start", "--silent", "--wait", "--pgdata", Data, "--options", $"-p {Port}", "--log", $"{Data}/start.log"], CancellationToken.None);

    public Task Stop() => _owner.Run(
        _binaries.Path("pg_ctl"), ["stop", "--silent", "--wait", "--mode", "immediate", "--pgdata", Data], CancellationToken.None);

    public async ValueTask DisposeAsync() => await Stop();

    /// <summary>False while the cluster has not read its list of who may connect.</summary>
    private async Task<bool> TryCopy()
    {
        try
        {
            await _owner.Run(_binaries.Path("pg_basebackup"), ["--host", _primary.Host!, "--username", "postgres", "--pgdata", Data,
                "--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast", "--no-sync"], CancellationToken.None);
            return true;
        }
        catch (LocalClusterException refused) when (refused.Message.Contains("pg_hba.conf", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private string Superuser(NpgsqlConnectionStringBuilder of) => new NpgsqlConnectionStringBuilder(of.ConnectionString)
    {
        Username = "postgres",
        Database = "postgres",
        Pooling = false,
    }.ConnectionString;
}
