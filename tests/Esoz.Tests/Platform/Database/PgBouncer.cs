using System.Diagnostics;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>A real PgBouncer in front of the test cluster. Without the program (Debian: pgbouncer) its tests are skipped.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private const int Port = 6432;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("esoz-pgbouncer-");
    private readonly Process _process;

    private PgBouncer(string program, string poolMode, NpgsqlConnectionStringBuilder server)
    {
        // It gives up being root like the cluster, which lets only its own user in.
        _directory.UnixFileMode = (UnixFileMode)0b111_111_111;
        var (settings, users) = (Path.Combine(_directory.FullName, "pgbouncer.ini"), Path.Combine(_directory.FullName, "users.txt"));
        File.WriteAllText(users, $"\"{server.Username}\" \"\"\n");
        File.WriteAllText(settings, $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_port = {Port}
            unix_socket_dir = {_directory.FullName}
            auth_type = trust
            auth_file = {users}
            pool_mode = {poolMode}
            default_pool_size = 40
            logfile = {Path.Combine(_directory.FullName, "pgbouncer.log")}

            """);
        string[] user = Environment.IsPrivilegedProcess ? ["-u", OwnerOf(server.Host!)] : [];
        _process = Process.Start(new ProcessStartInfo(program, ["-q", .. user, settings]))!;
    }

    /// <summary>What leads to it, to be appended to a connection string of the cluster.</summary>
    public string ConnectionOptions => $";Host={_directory.FullName};Port={Port}";

    /// <summary>Skips the calling test where the program is not installed.</summary>
    /// <param name="server">Connection string of any database of the cluster.</param>
    public static async Task<PgBouncer> Start(string poolMode, string server)
    {
        var program = new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "needs PgBouncer (pgbouncer)");
        var started = new PgBouncer(program, poolMode, new(server));
        await Eventually.Holds(() => File.Exists(Path.Combine(started._directory.FullName, $".s.PGSQL.{Port}")),
            () => "PgBouncer does not start.");
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }

    private static string OwnerOf(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%U", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }
}
