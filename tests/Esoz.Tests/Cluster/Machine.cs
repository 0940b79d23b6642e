using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Esoz.Tests.Cluster;

/// <summary>
/// A machine with a network of its own: a network namespace on a bridge. Its processes can be killed, frozen and cut off together. It needs
/// root.
/// </summary>
public sealed partial class Machine(string name, string address, string networkName, string directory)
{
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const int Terminate = 15;

    /// <summary>Becomes the command of the other arguments, whose output goes to the file of the first.</summary>
    private const string IntoLog = "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null";

    private readonly string _namespace = $"{networkName}-{name}";

    public string Name => name;

    public string Address => address;

    /// <summary>Its own files.</summary>
    public string Directory { get; } = Path.Combine(directory, name);

    /// <summary>Its configuration, as <c>/etc</c>.</summary>
    public string Etc => Path.Combine(Directory, "etc");

    /// <summary>Its end of the cable to the bridge, in the network of the test.</summary>
    private string Cable => $"{networkName}{name[..2]}";

    /// <summary>Connects it with the bridge of the name of its network.</summary>
    public async Task Create()
    {
        System.IO.Directory.CreateDirectory(Directory);
        await Shell($"""
            ip netns add {_namespace}
            ip link add {Cable} type veth peer name eth0 netns {_namespace}
            ip link set {Cable} master {networkName} up
            ip -n {_namespace} link set lo up
            ip -n {_namespace} address add {address}/24 dev eth0
            ip -n {_namespace} link set eth0 up
            """);
    }

    /// <summary>Starts a program that runs until it is killed; its output goes to a file of the machine.</summary>
    /// <param name="user">Null = the user of the test.</param>
    public Process Start(string? user, IReadOnlyDictionary<string, string> settings, params string[] command)
    {
        var log = Path.Combine(Directory, $"{Path.GetFileName(command[0])}.log");
        string[] owner = user is null ? [] : ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups"];
        var start = new ProcessStartInfo("ip",
            ["netns", "exec", _namespace, .. owner, "sh", "-c", IntoLog, "sh", log, .. command]);
        File.AppendAllText(log, "");
        if (user is not null)
            Shell($"chown {user} {log}").GetAwaiter().GetResult();
        foreach (var (setting, value) in settings)
            start.Environment[setting] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs a command to its end and returns its output.</summary>
    public Task<string> Run(params string[] command) => Commands.Run("ip", ["netns", "exec", _namespace, .. command]);

    /// <summary>The same for a command that may fail.</summary>
    public Task<(int Exit, string Output, string Errors)> Try(params string[] command) =>
        Commands.Try("ip", ["netns", "exec", _namespace, .. command]);

    /// <summary>No packet leaves or reaches it any more.</summary>
    public Task CutOff() => Shell($"ip link set {Cable} down");

    public Task Reconnect() => Shell($"ip link set {Cable} up");

    /// <summary>All its processes end at once, and nobody in the network is told.</summary>
    public async Task LosePower()
    {
        await CutOff();
        foreach (var process in await Processes())
            _ = SendSignal(process, Kill);
        await Eventually.Holds(async () => (await Processes()).Count == 0, () => $"Processes of {name} do not end.");
    }

    /// <summary>SIGSTOP of the processes whose command line contains one of these texts.</summary>
    public Task Freeze(params string[] texts) => Signal(Stop, texts);

    /// <summary>SIGCONT to them.</summary>
    public Task Thaw(params string[] texts) => Signal(Continue, texts);

    /// <summary>SIGTERM to them; returns when they have ended.</summary>
    public async Task End(params string[] texts)
    {
        var ending = await Signal(Terminate, texts);
        await Eventually.Holds(() => !ending.Any(process => System.IO.Directory.Exists($"/proc/{process}")), () => $"{texts[0]} of {name} does not end.");
    }

    /// <summary>SIGKILL to them.</summary>
    public Task KillAll(params string[] texts) => Signal(Kill, texts);

    /// <summary>Ends what is left and removes the network.</summary>
    public async Task Remove()
    {
        foreach (var process in await Processes())
            _ = SendSignal(process, Kill);
        await Commands.Run("ip", "netns", "del", _namespace);
    }

    private async Task<List<int>> Signal(int signal, string[] texts)
    {
        var hit = (await Processes())
            .Where(process => texts.Any(text => CommandLine(process).Contains(text, StringComparison.Ordinal))).ToList();
        Assert.NotEmpty(hit);
        foreach (var process in hit)
            _ = SendSignal(process, signal);
        return hit;
    }

    private async Task<List<int>> Processes() => [.. (await Commands.Run("ip", "netns", "pids", _namespace))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))
        .Where(pid => pid != Environment.ProcessId)];

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }

    private static Task<string> Shell(string script) => Commands.Run("sh", "-ec", script);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
