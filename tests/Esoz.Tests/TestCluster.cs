using System.Diagnostics;
using Esoz.Platform.Database;
using Esoz.Sandbox.Database;
using Esoz.Tests;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace Esoz.Tests;

/// <summary>One real PostgreSQL for the whole run, and a migrated template database that is copied for every test class.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private const string Template = "registry";

    /// <summary>Directory of the requested PostgreSQL: <c>./esoz test --postgres 18</c>.</summary>
    public static string Programs { get; } = Environment.GetEnvironmentVariable("ESOZ_POSTGRES_BIN") ?? "";

    private readonly string _directory = ThrowAway.Directory("esoz-tests-");

    /// <summary>Created for the first test that requests a database: many need none.</summary>
    private readonly Lazy<Task<LocalCluster>> _cluster;
    private int _copies;

    public TestCluster() => _cluster = new(Start);

    /// <summary>Connection string of a fresh database with the registry's schema.</summary>
    public async Task<string> CreateDatabase()
    {
        var name = $"{Template}_{Interlocked.Increment(ref _copies)}";
        await using var server = NpgsqlDataSource.Create((await _cluster.Value).ConnectionString);
        // Copying files takes a quarter of the processor time of writing every page to the WAL.
        await Execute(server, $"CREATE DATABASE {name} TEMPLATE {Template} STRATEGY = file_copy");
        return For(await _cluster.Value, name);
    }

    /// <summary>Connection string of a fresh empty database.</summary>
    public async Task<string> CreateEmptyDatabase()
    {
        var name = $"empty_{Interlocked.Increment(ref _copies)}";
        await using var server = NpgsqlDataSource.Create((await _cluster.Value).ConnectionString);
        await Execute(server, $"CREATE DATABASE {name}");
        return For(await _cluster.Value, name);
    }

    /// <summary>
    /// kill -9 of PostgreSQL, which then recovers. Only for a cluster that a test created for itself: all connections are cut.
    /// </summary>
    public async Task Crash()
    {
        await Kill();
        await Restart();
    }

    /// <summary>The first half of a crash.</summary>
    public async Task Kill()
    {
        var pid = int.Parse(
            await File.ReadAllLinesAsync(Path.Combine(_directory, "postgres", "data", "postmaster.pid")) is [var first, ..] ? first : "");
        using (var postmaster = Process.GetProcessById(pid))
            postmaster.Kill();
    }

    /// <summary>The second half: it recovers.</summary>
    public async Task Restart() => await (await _cluster.Value).EnsureRunning(CancellationToken.None);

    /// <summary>The same, and it comes back as a standby without a primary.</summary>
    public async Task BecomeStandby()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "postgres", "data", "standby.signal"), "");
        await Crash();
    }

    /// <summary>A standby that streams from this cluster. Only for a cluster that a test created for itself, and one of it.</summary>
    public async Task<TestStandby> StartStandby() => await TestStandby.Start(Path.Combine(_directory, "postgres"), await _cluster.Value);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_cluster.IsValueCreated)
            await (await _cluster.Value).DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<LocalCluster> Start()
    {
        var cluster = await LocalCluster.Open(_directory, Programs, TextWriter.Null, CancellationToken.None);
        // No test simulates a power failure of the machine: data survives a killed process without fsync.
        await using (var superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Username = "postgres" }))
        {
            foreach (var sql in new[] { "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off",
                "SELECT pg_reload_conf()" })
                await Execute(superuser, sql);
        }
        await using var server = NpgsqlDataSource.Create(cluster.ConnectionString);
        await Execute(server, $"CREATE DATABASE {Template}");
        await using var template = new PostgresDatabase(For(cluster, Template));
        await Installation.Migrations.Apply(template.Source, notice: null, CancellationToken.None);
        return cluster;
    }

    private static string For(LocalCluster cluster, string database) =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString)
        {
            Database = database,
            MaxPoolSize = 10,
            Pooling = true
        }.ConnectionString;

    private static async Task Execute(NpgsqlDataSource server, string sql)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
