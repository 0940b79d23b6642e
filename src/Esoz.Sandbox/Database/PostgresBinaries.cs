using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Esoz.Sandbox.Database;

/// <summary>One installed PostgreSQL: the directory of its programs and its major version.</summary>
internal sealed partial record PostgresBinaries(string Directory, int Major)
{
    private const int OldestSupported = 15;

    private static readonly string[] Programs = ["initdb", "pg_ctl", "postgres"];

    public string Path(string program) => System.IO.Path.Combine(Directory, program);

    /// <summary>The newest installed PostgreSQL, or for an existing cluster (<paramref name="major"/>) the one that created it.</summary>
    /// <param name="named">Directory named by the operator; no other is searched. Empty = wherever they are installed.</param>
    /// <param name="major">Major version of the cluster; null for a new one.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <exception cref="LocalClusterException">No usable version is installed; the message names the command that installs one.</exception>
    public static async Task<PostgresBinaries> Find(string named, int? major, CancellationToken ct)
    {
        var found = new List<PostgresBinaries>();
        foreach (var directory in (named.Length > 0 ? [named] : Places()).Where(HoldsAllPrograms).Select(Resolved).Distinct())
            found.Add(new(directory, await MajorOf(directory, ct)));

        return found.Where(one => major is null ? one.Major >= OldestSupported : one.Major == major).MaxBy(one => one.Major)
            ?? throw new LocalClusterException(named.Length > 0 ? DirectoryAdvice(named, major, found) : InstallAdvice(major, found));
    }

    /// <summary>PATH, then the directories where Debian, the PGDG packages of Fedora and Alpine install the server programs.</summary>
    private static IEnumerable<string> Places() =>
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        .. Below("/usr/lib/postgresql", "*", "bin"),
        .. Below("/usr", "pgsql-*", "bin"),
        .. Below("/usr/libexec", "postgresql*", ""),
    ];

    private static IEnumerable<string> Below(string parent, string pattern, string child) =>
        System.IO.Directory.Exists(parent)
            ? System.IO.Directory.GetDirectories(parent, pattern).Select(directory => System.IO.Path.Combine(directory, child))
            : [];

    private static bool HoldsAllPrograms(string directory) =>
        Programs.All(program => File.Exists(System.IO.Path.Combine(directory, program)));

    private static string Resolved(string directory)
    {
        var postgres = System.IO.Path.Combine(directory, "postgres");
        return System.IO.Path.GetDirectoryName(File.ResolveLinkTarget(postgres, returnFinalTarget: true)?.FullName ?? postgres)!;
    }

    private static async Task<int> MajorOf(string directory, CancellationToken ct)
    {
        var version = await ExternalProgram.Run(
            new ProcessStartInfo(System.IO.Path.Combine(directory, "postgres"), ["--version"]), "", ct);
        return VersionLine().Match(version) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan) : 0;
    }

    private static string DirectoryAdvice(string named, int? major, List<PostgresBinaries> found)
    {
        var wanted = major is null ? $"needs PostgreSQL {OldestSupported} or newer" : $"was made by PostgreSQL {major}";
        var has = found is [var other] ? $"version {other.Major}" : $"not all of {string.Join(", ", Programs)}";
        return $"The local database {wanted}, but {named} has {has}. Set ESOZ_POSTGRES_BIN to another directory, or unset it.";
    }

    private static string InstallAdvice(int? major, List<PostgresBinaries> found)
    {
        var have = found.Count == 0
            ? "none is installed"
            : $"installed: {string.Join(", ", found.Select(one => $"{one.Major} in {one.Directory}"))}";
        return major is null
            ? $"The local database needs PostgreSQL {OldestSupported} or newer, {have}. " +
                $"Install it with: {InstallCommand("postgresql")} — or set ESOZ_DATABASE to an existing server."
            : $"The local database was made by PostgreSQL {major}, {have}. " +
                $"Install that version with: {InstallCommand($"postgresql-{major}")} — " +
                "or dump it there with pg_dump and load the dump into an empty data directory.";
    }

    private static string InstallCommand(string package)
    {
        var install = (File.Exists("/usr/bin/dnf"), File.Exists("/sbin/apk")) switch
        {
            (true, _) => "dnf install -y postgresql-server",
            (_, true) => $"apk add {package.Replace("-", "", StringComparison.Ordinal)}",
            _ => $"apt-get install -y {package}",
        };
        return Environment.IsPrivilegedProcess ? install : $"sudo {install}";
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionLine();
}
