using System.Diagnostics;
using System.Globalization;

namespace Esoz.Sandbox.Database;

/// <summary>
/// The operating-system user that owns the cluster's files and runs its server. An ordinary user runs it under its own account. PostgreSQL
/// refuses root, so root drops to the owner of an existing cluster; for a new cluster to <c>postgres</c>, else <c>nobody</c>.
/// </summary>
internal sealed class ClusterOwner
{
    private readonly string _home;
    private readonly string[] _drop;
    private readonly string[] _passage;
    private readonly bool _needsPassage;

    private ClusterOwner(string name, string home, string[] drop, string[] passage)
    {
        Name = name;
        _home = home;
        _drop = drop;
        _passage = passage;
        _needsPassage = drop is not [] && !IsOpenToAll(home);
    }

    public string Name { get; }

    /// <summary>
    /// Finds the owner of <paramref name="home"/>, the directory that holds the cluster. A directory owned by root gets a new owner.
    /// </summary>
    public static async Task<ClusterOwner> Of(string home, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
            return new(Environment.UserName, home, drop: [], passage: []);

        var name = (await ExternalProgram.Run(new("stat", ["-c", "%U", home]), "", ct)).Trim();
        if (name == "root")
        {
            name = await IsKnown("postgres", ct) ? "postgres" : "nobody";
            await ExternalProgram.Run(new("chown", ["-R", $"{name}:", home]), "", ct);
        }
        var group = (await ExternalProgram.Run(new("id", ["-g", name]), "", ct)).Trim();
        return new(name, home, ["setpriv", "--reuid", name, "--regid", group, "--init-groups"], Passage());
    }

    /// <summary>Runs a program as the owner. Its working directory is the cluster's, so its arguments can be relative paths.</summary>
    /// <exception cref="LocalClusterException">It failed, or the owner cannot reach the directory.</exception>
    public Task<string> Run(string program, IEnumerable<string> arguments, CancellationToken ct, string input = "")
    {
        if (_needsPassage && _passage is [])
            throw new LocalClusterException(
                $"{_home} is in a directory that {Name}, the user who runs the database for root, cannot enter. " +
                "Set ESOZ_DATA_DIR to a directory that every user can enter.");
        return Run([.. _drop, .. _needsPassage ? _passage : [], program, .. arguments], input, ct);
    }

    /// <summary>
    /// Runs a program as the owner with every capability that the server may have been started with. A process is only visible to one with
    /// the same capabilities, and even root may not inspect it everywhere (in containers it usually may not).
    /// </summary>
    public Task<string> RunPrivileged(string program, IEnumerable<string> arguments, CancellationToken ct) =>
        Run([.. _drop, .. _passage, program, .. arguments], "", ct);

    private Task<string> Run(string[] command, string input, CancellationToken ct) =>
        ExternalProgram.Run(new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _home }, input, ct);

    private static async Task<bool> IsKnown(string user, CancellationToken ct) =>
        (await File.ReadAllLinesAsync("/etc/passwd", ct)).Any(line => line.StartsWith($"{user}:", StringComparison.Ordinal));

    private static bool IsOpenToAll(string home)
    {
        for (var above = new DirectoryInfo(home).Parent; above is not null; above = above.Parent)
        {
            if (!above.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }
        return true;
    }

    /// <summary>
    /// Options that keep one capability across the drop, to pass through directories closed to the owner, such as a clone below /root.
    /// The capability that only reads and searches is preferred; containers usually have only the other one.
    /// </summary>
    private static string[] Passage() =>
        HasCapability(2) ? ["--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"]
        : HasCapability(1) ? ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
        : [];

    private static bool HasCapability(int number)
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal))[7..];
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> number & 1) == 1;
    }
}
