using System.Diagnostics;
using System.Globalization;
using Esoz.Sandbox.Database;
using Npgsql;

namespace Esoz.Tests.Sandbox.Database;

/// <summary>Operations of the tests on a cluster and its server process.</summary>
internal static class ClusterUse
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<LocalCluster> Open(string data) => Open(data, TestCluster.Programs);

    public static Task<LocalCluster> Open(string data, string programs) => LocalCluster.Open(data, programs, TextWriter.Null, Ct);

    public static async Task<string?> Ask(LocalCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false;Command Timeout=0");
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Ct))?.ToString();
    }

    public static string PidFile(string data) => Path.Combine(data, "postgres/data/postmaster.pid");

    public static int ServerPid(string data) => int.Parse(File.ReadLines(PidFile(data)).First(), CultureInfo.InvariantCulture);

    /// <summary>An exited process may stay in the process table until its parent waits for it; it then has no memory.</summary>
    public static bool Lives(int pid) => Directory.Exists($"/proc/{pid}") && File.ReadAllText($"/proc/{pid}/cmdline") != "";

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
