using System.Globalization;

namespace Esoz.Sandbox.Database;

/// <summary>The server processes of one data directory, found through its <c>postmaster.pid</c> and the process table.</summary>
internal sealed class Postmaster(string dataDirectory, ClusterOwner owner)
{
    private readonly string _pidFile = PidFile(dataDirectory);

    /// <summary>The process id in the file, whether or not that process is alive; null if the file is missing or being written.</summary>
    public int? Pid => int.TryParse(Line(_pidFile, 1), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    /// <summary>
    /// The socket directory of the server that wrote the file; it may have been started under another path of the same directory.
    /// </summary>
    public string? SocketDirectory => SocketDirectoryOf(dataDirectory);

    /// <summary>
    /// Every PostgreSQL process whose working directory is the data directory: the postmaster and its children, or children that outlived
    /// it. A process id alone proves nothing, because ids are reused.
    /// </summary>
    public async Task<IReadOnlyList<int>> Processes(CancellationToken ct)
    {
        const string script =
            """
            for process in /proc/[0-9]*; do
              [ "$process/cwd" -ef "$1" ] && read -r name < "$process/comm" && [ "$name" = postgres ] && echo "${process#/proc/}"
            done
            true
            """;
        var printed = await owner.RunPrivileged("sh", ["-c", script, "sh", Path.GetFileName(dataDirectory)], ct);
        return [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    public Task Kill(IEnumerable<int> processes, CancellationToken ct) =>
        owner.Run(
            "sh", ["-c", "kill -KILL \"$@\" 2>&1 || true", "sh",
                .. processes.Select(pid => pid.ToString(CultureInfo.InvariantCulture))], ct);

    /// <summary>Only for a data directory without processes: there the file can only be a leftover.</summary>
    public void RemovePidFile() => File.Delete(_pidFile);

    /// <summary>The same for a caller that only reads.</summary>
    public static string? SocketDirectoryOf(string dataDirectory) => Line(PidFile(dataDirectory), 5) is { Length: > 0 } directory
        ? directory : null;

    private static string PidFile(string dataDirectory) => Path.Combine(dataDirectory, "postmaster.pid");

    private static string? Line(string pidFile, int number)
    {
        try
        {
            return File.ReadLines(pidFile).ElementAtOrDefault(number - 1)?.Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
