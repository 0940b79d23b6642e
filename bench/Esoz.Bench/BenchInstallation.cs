using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Esoz.Platform.Database;
using Esoz.Sandbox.Database;
using Npgsql;

namespace Esoz.Bench;

/// <summary>
/// A temporary installation: the program as started by <c>esoz serve</c>, in its own process, on its private cluster with durable
/// settings. Program and floor use the same PostgreSQL server process over the same kind of socket.
/// </summary>
public sealed class BenchInstallation : IAsyncDisposable
{
    /// <summary>URL of the program. The port is chosen per run: two concurrent benches would otherwise load each other's program.</summary>
    public static readonly string Url = FreeUrl();

    private readonly LocalCluster _cluster;
    private Process? _program;

    private BenchInstallation(string directory, LocalCluster cluster)
    {
        DataDirectory = directory;
        _cluster = cluster;
        Database = new PostgresDatabase(cluster.ConnectionString);
    }

    public PostgresDatabase Database { get; }

    /// <summary>ESOZ_DATA_DIR of the program.</summary>
    public string DataDirectory { get; }

    /// <summary>The scalar result of a query.</summary>
    public async Task<T> Scalar<T>(string sql)
    {
        await using var command = Database.Command(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public NpgsqlConnectionStringBuilder Connection => new(_cluster.ConnectionString);

    public static async Task<BenchInstallation> Start()
    {
        var directory = Directory.CreateTempSubdirectory("esoz-bench-").FullName;
        var installation = new BenchInstallation(
            directory, await LocalCluster.Open(directory, Environment.GetEnvironmentVariable("ESOZ_POSTGRES_BIN")
                ?? "", Console.Error, CancellationToken.None));
        await Installation.Migrations.Apply(installation.Database.Sessions, notice: null, CancellationToken.None);
        return installation;
    }

    /// <summary>Peak memory of the running program, in bytes.</summary>
    public long PeakMemory => ResidentSet.Peak(_program!.Id);

    /// <summary>Starts the program, once the data is loaded, and waits until it answers.</summary>
    /// <param name="roles">Of the program.</param>
    public async Task Serve(string roles = "api")
    {
        _program = StartProgram("serve", "--roles", roles, "--urls", Url);
        _program.OutputDataReceived += static (_, _) => { };
        _program.ErrorDataReceived += static (_, line) => Report(line.Data);
        _program.BeginOutputReadLine();
        _program.BeginErrorReadLine();
        using var http = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"{Url}/healthz/live"));
                return;
            }
            catch (HttpRequestException) when (i < 300 && !_program.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Starts a command of the program on this installation; the caller must read its output.</summary>
    public Process StartProgram(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "esoz"), arguments)
        {
            Environment = { ["ESOZ_DATA_DIR"] = DataDirectory },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Removes every snapshot, so that rounds do not fill the disk.</summary>
    public async Task ForgetSnapshots()
    {
        await using var command = Database.Command("DELETE FROM bulk_generations");
        await command.ExecuteNonQueryAsync();
        var objects = Path.Combine(DataDirectory, "objects");
        if (Directory.Exists(objects))
            Directory.Delete(objects, recursive: true);
    }

    /// <summary>Runs SQL without triggers, so that preparing data costs no audit rows.</summary>
    public async Task Prepare(string sql)
    {
        await using var superuser = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_cluster.ConnectionString)
        {
            Username = "postgres",
            SearchPath = "esoz",
            CommandTimeout = 0,
            Pooling = false,
        });
        await using var connection = await superuser.OpenConnectionAsync();
        foreach (var statement in new[] { "SET session_replication_role = replica", sql, "VACUUM ANALYZE", "CHECKPOINT" })
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>A URL on loopback with a port that is free now.</summary>
    public static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    /// <summary>Prints what the program logs, except the line of every download.</summary>
    private static void Report(string? line)
    {
        if (line?.Contains("\"level\":\"Information\"", StringComparison.Ordinal) == false)
            Console.Error.WriteLine($"  program: {line}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
        {
            _program.Kill();
            await _program.WaitForExitAsync();
            _program.Dispose();
        }
        await Database.DisposeAsync();
        await _cluster.DisposeAsync();
        Directory.Delete(DataDirectory, recursive: true);
    }
}
