using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Esoz.Sandbox.Database;

/// <summary>
/// Where the server's unix socket is: next to the data, unless that path is longer than the kernel accepts or contains a character that
/// separates hosts or settings; then in a private directory below /tmp, named after a hash of the path.
/// </summary>
internal static class ClusterSocket
{
    private const int Port = 5432;

    /// <summary>sun_path has 108 bytes, the last one is the terminating zero.</summary>
    private const int MaxPathLength = 107;

    private static readonly string FileName = $".s.PGSQL.{Port}";

    public static async Task<string> PrepareDirectory(string home, ClusterOwner owner, CancellationToken ct)
    {
        var inHome = Path.Combine(home, "run");
        var fits = Encoding.UTF8.GetByteCount(Path.Combine(inHome, FileName)) <= MaxPathLength
            && inHome.IndexOfAny([',', ':', '\'', '"', '\\']) < 0;
        var directory = fits ? inHome : $"/tmp/esoz-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home)).AsSpan(..8))}";

        if (!Directory.Exists(directory))
            await owner.Run("mkdir", ["-m", "700", directory], ct);
        var found = (await owner.Run("stat", ["-c", "%U %a %F", directory], ct)).Trim();
        if (found != $"{owner.Name} 700 directory")
            throw new LocalClusterException(
                $"{directory} must be a directory that only {owner.Name} can enter, but is: {found}. Remove it and start again.");
        return directory;
    }

    public static string ConnectionString(string directory, string user, string database) =>
        new NpgsqlConnectionStringBuilder { Host = directory, Port = Port, Username = user, Database = database }.ConnectionString;

    /// <summary>The socket and its lock file, which a killed server leaves behind.</summary>
    public static void RemoveFiles(string directory)
    {
        File.Delete(Path.Combine(directory, FileName));
        File.Delete(Path.Combine(directory, $"{FileName}.lock"));
    }
}
