using System.Diagnostics;
using System.Globalization;

namespace Esoz.Platform.Database;

/// <summary>
/// The operating-system user that owns the cluster's files and runs its server. An ordinary user runs it itself. PostgreSQL
/// refuses root, so root drops to the owner of an existing cluster, for a new one to <c>postgres</c>, else <c>nobody</c>.
/// </summary>
internal sealed class ClusterOwner
{
    private readonly string _home;
    private readonly string[] _setpriv;

    private ClusterOwner(string name, string home, string[] setpriv) => (Name, _home, _setpriv) = (name, home, setpriv);

    public string Name { get; }

    /// <summary>Finds the owner of <paramref name="home"/>, the directory that holds the cluster; root hands a directory of its own over.</summary>
    public static async Task<ClusterOwner> OfAsync(string home, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
            return new(Environment.UserName, home, setpriv: []);

        var name = (await ExternalProgram.RunAsync(new("stat", ["-c", "%U", home]), "", ct)).Trim();
        if (name == "root")
        {
            name = await IsKnownAsync("postgres", ct) ? "postgres" : "nobody";
            await ExternalProgram.RunAsync(new("chown", ["-R", $"{name}:", home]), "", ct);
        }
        return new(name, home, IsOpenToAll(home) ? [] : await WithPassageAsync(name, ct));
    }

    /// <summary>Runs a program as the owner, standing in the cluster's directory so that its arguments can be relative paths.</summary>
    public Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct, string input = "")
    {
        var start = _setpriv is [var setpriv, .. var options]
            ? new ProcessStartInfo(setpriv, [.. options, program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        if (Environment.IsPrivilegedProcess && _setpriv is [])
            start.UserName = Name;
        start.WorkingDirectory = _home;
        return ExternalProgram.RunAsync(start, input, ct);
    }

    private static async Task<bool> IsKnownAsync(string user, CancellationToken ct) =>
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
    /// Drops to the owner, but keeps the capability that leads through directories closed to it, such as a clone below /root.
    /// The one that only reads and searches is preferred; containers usually have just the other one.
    /// </summary>
    private static async Task<string[]> WithPassageAsync(string name, CancellationToken ct)
    {
        var group = (await ExternalProgram.RunAsync(new("id", ["-g", name]), "", ct)).Trim();
        var passage = HasCapability(2) ? "+dac_read_search" : "+dac_override";
        return ["setpriv", "--reuid", name, "--regid", group, "--init-groups", "--inh-caps", passage, "--ambient-caps", passage];
    }

    private static bool HasCapability(int number)
    {
        var mask = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal))[7..];
        return (ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> number & 1) == 1;
    }
}
