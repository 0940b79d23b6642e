using System.Diagnostics;
using System.Globalization;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Cluster;

/// <summary>
/// A machine with a freshly installed Debian that has booted its own systemd, in a container of systemd-nspawn whose network is a cable to
/// a bridge. It needs root.
/// </summary>
/// <param name="network">Name of the bridge, and first part of the name of the container.</param>
/// <param name="directory">Where its disk is made.</param>
public sealed class DebianMachine(string name, string address, string network, string directory) : IAsyncDisposable
{
    public const string Suite = "bookworm";

    /// <summary>Its network interface.</summary>
    public const string Interface = "host0";

    private static readonly string Image = SourceTree.PathOf("obj", "debian", Suite);

    private Process? _container;

    /// <summary>Process 1 of the machine, as this machine numbers it.</summary>
    private int _init;

    public string Name => name;

    public string Address => address;

    /// <summary>Its disk.</summary>
    public string Root { get; } = Path.Combine(directory, name);

    /// <summary>Its console, and what was run on it with its output.</summary>
    public string Log { get; } = Path.Combine(directory, $"{name}.log");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Installs Debian once for all machines; the next test finds it.</summary>
    public static async Task Install(string mirror)
    {
        if (Directory.Exists(Image))
            return;
        await Commands.Run("sh", "-ec", $"""
            rm -rf {Image}.new && mkdir -p {Image}.new
            debootstrap --include=systemd-sysv,dbus,ca-certificates,procps {Suite} {Image}.new {mirror} >{Image}.log
            mv {Image}.new {Image}
            """);
    }

    /// <summary>Makes its disk and boots it.</summary>
    /// <param name="hosts">Lines of /etc/hosts, in the place of a DNS.</param>
    public async Task Create(string hosts)
    {
        // Packages come from where those of this machine come from.
        await Commands.Run("sh", "-ec", $"""
            cp -a {Image} {Root}
            rm -rf {Root}/etc/apt/sources.list {Root}/etc/apt/sources.list.d {Root}/etc/apt/apt.conf.d
            : >{Root}/etc/machine-id
            cp -R /etc/apt/sources.list* /etc/apt/apt.conf.d {Root}/etc/apt/
            echo {name} >{Root}/etc/hostname
            """);
        await File.WriteAllTextAsync(Path.Combine(Root, "etc", "hosts"), $"127.0.0.1 localhost\n127.0.1.1 {name}\n{hosts}\n", Ct);
        await File.WriteAllTextAsync(Path.Combine(Root, "etc", "network", "interfaces"), $"""
            auto lo {Interface}
            iface lo inet loopback
            iface {Interface} inet static
              address {address}/24

            """, Ct);
        await Boot();
    }

    /// <summary>Switches it on; returns when systemd has started what is enabled.</summary>
    public async Task Boot()
    {
        await File.AppendAllTextAsync(Log, "", Ct);
        _container = Process.Start("sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", Log,
            "systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", $"--directory={Root}", $"--machine={network}-{name}",
            $"--hostname={name}", $"--network-bridge={network}", "--resolv-conf=off", "--timezone=off", "--link-journal=no"]);
        await Eventually.Holds(() =>
        {
            Assert.False(_container.HasExited, File.ReadAllText(Log));
            return (_init = Init(_container.Id)) > 0;
        }, () => File.ReadAllText(Log));
        await Eventually.Holds(async () => (await Try("systemctl is-system-running")).Output.Trim() is "running" or "degraded",
            () => File.ReadAllText(Log));
    }

    /// <summary>It stops at once, and nobody is told.</summary>
    public async Task LosePower()
    {
        // Without process 1 there is only what would have started it.
        await Commands.Run("kill", "-KILL", $"{(_init > 0 ? _init : _container!.Id)}");
        await _container!.WaitForExitAsync(CancellationToken.None);
        _init = 0;
        _container.Dispose();
        _container = null;
    }

    /// <summary>Runs commands of a shell as root would, and returns what they print.</summary>
    public async Task<string> Run(string script)
    {
        var (exit, output) = await Try(script);
        Assert.True(exit == 0, $"{name}: {exit}\n{script}\n{output}");
        return output;
    }

    /// <summary>Standard output and errors together.</summary>
    public async Task<(int Exit, string Output)> Try(string script)
    {
        var (exit, output, _) = await Commands.Try("nsenter", $"--target={_init}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
            "--root", "env", "-i", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "bash", "-ec", $"exec 2>&1\ncd\n{script}");
        return (exit, output);
    }

    /// <summary>The child of systemd-nspawn that has become systemd; 0 = not yet.</summary>
    private static int Init(int container)
    {
        try
        {
            return File.ReadAllText($"/proc/{container}/task/{container}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))
                .FirstOrDefault(child => File.ReadAllText($"/proc/{child}/comm") == "systemd\n");
        }
        catch (IOException)
        {
            // One of them has ended meanwhile.
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is { HasExited: false })
            await LosePower();
        await Commands.Run("rm", "-rf", "--one-file-system", Root);
    }
}
