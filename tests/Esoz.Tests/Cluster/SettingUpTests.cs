using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Esoz.Platform.Storage;
using Esoz.Tests.Deploy;
using Esoz.Tests.Guards;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Cluster;

/// <summary>
/// Three freshly installed Debian machines become a cluster by the commands of docs/high-availability.md and nothing else. They are read
/// from the page: only names and addresses are replaced, and the edit of <c>cluster.env</c> is made by <c>sed</c>.
/// </summary>
public sealed partial class SettingUpTests(PackageTests.Package package, RadosGateway gateway)
    : IClassFixture<PackageTests.Package>, IAsyncDisposable
{
    private const string HostName = "api.example.ua";
    private const string Page = "docs/high-availability.md";

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-machines-").FullName;
    private readonly string _network = $"ez{Random.Shared.Next(0x10000):x4}";
    private readonly string _prefix = $"10.{Random.Shared.Next(100, 250)}.{Random.Shared.Next(250)}";
    private readonly Queue<(int Step, string Commands)> _page = new(Blocks("Setting up"));
    private DebianMachine[] _machines = [];
    private Process? _relay;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string ClusterAddress => $"{_prefix}.10";

    [Fact(DisplayName = "Soak: three fresh Debian machines become a cluster by the commands of the page; it outlives the leader's machine, and an upgrade fails no request", Explicit = true)]
    [Trait("Soak", "machines")]
    public async Task ByThePage()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        foreach (var program in new[] { "debootstrap", "systemd-nspawn", "haproxy", "ip" })
            Assert.SkipWhen(Commands.Find(program) is null, $"needs {program} (debootstrap, systemd-container, haproxy, iproute2)");
        var s3 = await gateway.Required();
        await Boot(s3);
        var (one, others) = (_machines[0], _machines[1..]);

        await Everywhere(Next(0));
        foreach (var machine in _machines)
            await Commands.Run("cp", await package.Deb(), Path.Combine(machine.Root, "root"));
        await Everywhere(Next(0));

        // 1. Describe the cluster
        var describe = Next(1);
        await one.Run(Editor().Replace(describe, Edit(s3), 1));
        Assert.Matches(Editor(), describe);
        foreach (var other in others)
            await Commands.Run("cp", "-p", $"{one.Root}/etc/esoz/cluster.env", $"{other.Root}/etc/esoz/cluster.env");

        // 2. The files, and the certificate
        var fillIn = Next(2);
        foreach (var machine in _machines)
        {
            await machine.Run(fillIn.Replace("cluster.env one", $"cluster.env {machine.Name}", StringComparison.Ordinal));
            await Commands.Run("cp", $"{_directory}/tls.pem", $"{machine.Root}/etc/haproxy/tls/{HostName}.pem");
        }

        // 3. etcd
        var etcd = Lines(Next(3));
        await Everywhere(etcd[0]);
        Assert.Equal(3, Regex.Count(await one.Run(etcd[1]), "is healthy"));

        // 4. Patroni
        var patroni = Lines(Next(4));
        await one.Run(patroni[0]);
        await Eventually.Holds(async () => (await one.Run(patroni[1])).Contains("Leader", StringComparison.Ordinal));
        foreach (var other in others)
            await other.Run(patroni[0]);
        await IsWhole(patroni[1]);

        // 5. HAProxy, 6. the database, 7. trust anchors, 8. nodes and the address
        await Everywhere(Next(5));
        await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        await one.Run(Next(6));
        foreach (var machine in _machines)
            await Commands.Run("cp", $"{_directory}/CACertificates.p7b", $"{machine.Root}/var/tmp/");
        await Everywhere(Next(7));
        var nodes = Lines(Next(8));
        await Everywhere(nodes[0]);
        await Everywhere(nodes[1]);
        await Everywhere(nodes[2]);
        // The first has to hear nothing for three seconds before it takes the address.
        await Eventually.Holds(async () => (await one.Try(nodes[3])).Output.Contains("openapi", StringComparison.Ordinal));
        await Confined();

        // 9. Check it
        var check = Next(9);
        Report(check = await one.Run(check));
        Assert.DoesNotContain("broken", check, StringComparison.Ordinal);
        Assert.Empty(_page);
        await IsWhole(patroni[1]);
        await LoseLeader(patroni[1]);
        await Upgrade();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
            await machine.DisposeAsync();
        if (_relay is not null)
        {
            _relay.Kill();
            await _relay.WaitForExitAsync(CancellationToken.None);
            _relay.Dispose();
        }
        await Commands.Try("ip", "link", "del", _network);
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The machine that has the address of the cluster is switched off while it has the leader; then it comes back.</summary>
    private async Task LoseLeader(string list)
    {
        var leader = await Leader(list);
        foreach (var other in _machines.Where(machine => machine != leader))
            await other.Run("systemctl stop keepalived");
        await Eventually.Holds(async () => await HasAddress(leader), () => $"{leader.Name} does not take the address.");
        foreach (var other in _machines.Where(machine => machine != leader))
            await other.Run("systemctl start keepalived");
        using var clients = new Clients(this);
        await clients.GoOn();

        await leader.LosePower();
        var lost = DateTime.UtcNow;
        await clients.GoOn();
        Report($"The leader's machine lost power: the first good answer after {(DateTime.UtcNow - lost).TotalSeconds:F1} s. {clients.End()}");
        var left = _machines.Where(machine => machine != leader).ToArray();
        Assert.True(await HasAddress(left[0]) != await HasAddress(left[1]));

        await leader.Boot();
        await IsWhole(list);
        await Eventually.Holds(async () => (await leader.Try($"curl -sf http://{leader.Address}:9464/healthz/ready")).Exit == 0);
    }

    /// <summary>A package of a later version, whose files in /etc/esoz have changed too, machine after machine.</summary>
    private async Task Upgrade()
    {
        var upgrade = Blocks("Upgrades").Select(block => block.Commands).ToArray();
        Assert.Equal(2, upgrade.Length);
        var file = Path.Combine(_directory, "esoz_NEW.deb");
        await Commands.Run("sh", "-ec", $"""
            dpkg-deb -R {await package.Deb()} {_directory}/new
            sed -i 's/^Version: .*/Version: 999.0/' {_directory}/new/DEBIAN/control
            for file in esoz node; do echo '# Another line.' >>{_directory}/new/etc/esoz/$file.env; done
            dpkg-deb --build --root-owner-group -z1 {_directory}/new {file}
            rm -rf {_directory}/new
            """);
        foreach (var machine in _machines)
            await Commands.Run("cp", file, Path.Combine(machine.Root, "root"));
        using var clients = new Clients(this);
        await clients.GoOn();
        await _machines[0].Run(upgrade[0]);
        foreach (var machine in _machines)
        {
            var before = await machine.Run("systemctl show -p MainPID esoz@node");
            await machine.Run(upgrade[1]);
            Assert.NotEqual(before, await machine.Run("systemctl show -p MainPID esoz@node"));
            Assert.Equal("999.0", await machine.Run("dpkg-query -W -f '${Version}' esoz"));
            Assert.DoesNotContain("Another line.", await machine.Run("cat /etc/esoz/*.env"), StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromSeconds(5), Ct);
        }
        var answers = clients.End();
        Report($"Upgrade of three machines: {answers}");
        Assert.DoesNotContain(", ", answers, StringComparison.Ordinal);
    }

    /// <summary>What the unit forbids, the kernel forbids.</summary>
    private async Task Confined()
    {
        var status = await _machines[0].Run("cat /proc/$(systemctl show -P MainPID esoz@node)/status");
        Assert.Matches("(?m)^NoNewPrivs:\t1$", status);
        Assert.Matches("(?m)^Seccomp:\t2$", status);
        Assert.Matches("(?m)^CapBnd:\t0+$", status);
        var ids = await _machines[0].Run("systemctl show -P User esoz@node; stat -c %U /var/lib/esoz");
        Assert.Equal("esoz\nesoz\n", ids);
    }

    private async Task<DebianMachine> Leader(string list)
    {
        foreach (var machine in _machines)
        {
            if (Regex.Match(await machine.Run(list), @"(\w+) +\| [\d.]+ +\| Leader") is { Success: true } found)
                return _machines.Single(member => member.Name == found.Groups[1].Value);
        }
        throw new InvalidOperationException("There is no leader.");
    }

    private Task IsWhole(string list)
    {
        var seen = "";
        return Eventually.Holds(async () =>
        {
            (_, seen) = await _machines[0].Try(list);
            return new[] { "Leader ", "Sync Standby ", "Replica " }.All(role => Regex.Count(seen, role) == 1)
                && Regex.Count(seen, "running|streaming") == 3;
        }, () => seen);
    }

    private async Task<bool> HasAddress(DebianMachine machine) =>
        (await machine.Run("ip -4 -o address")).Contains($" {ClusterAddress}/", StringComparison.Ordinal);

    private async Task Everywhere(string commands) => await Task.WhenAll(_machines.Select(machine => machine.Run(commands)));

    /// <summary>The next commands of the page, which must be those of this step.</summary>
    private string Next(int step)
    {
        var (actual, commands) = _page.Dequeue();
        Assert.Equal(step, actual);
        Report($"== {DateTime.UtcNow:HH:mm:ss} step {step}\n{commands}");
        return commands.Replace("10.0.0.", $"{_prefix}.", StringComparison.Ordinal);
    }

    /// <summary>What a human being changes in cluster.env.</summary>
    private string Edit(S3Options s3) => $"""
        sed -i 's/10[.]0[.]0[.]/{_prefix}./g; s/^INTERFACE=.*/INTERFACE={DebianMachine.Interface}/; s/^SHARED_BUFFERS=.*/SHARED_BUFFERS=128MB/
        s|^STORE_ENDPOINT=.*|STORE_ENDPOINT=http://{_prefix}.1:7480|; s/^STORE_ACCESS_KEY=.*/STORE_ACCESS_KEY={s3.AccessKeyId}/
        s/^STORE_SECRET_KEY=.*/STORE_SECRET_KEY={s3.SecretAccessKey}/' /etc/esoz/cluster.env
        """;

    private async Task Boot(S3Options s3)
    {
        var mirror = new Uri((await Commands.Run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"))
            .Split('\n')[0]);
        await DebianMachine.Install($"{mirror}");
        await Commands.Run("sh", "-ec", $"""
            ip link add {_network} type bridge
            ip address add {_prefix}.1/24 dev {_network}
            ip link set {_network} up
            cd {_directory}
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=Authority -days 2 -keyout ca.key -out ca.crt
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={HostName} -keyout tls.key -out tls.csr
            echo subjectAltName=DNS:{HostName} >names
            openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out tls.crt
            cat tls.crt ca.crt tls.key >tls.pem
            : >index
            printf '[ca]\ndefault_ca = own\n[own]\ndatabase = index\ndefault_md = sha256\ndefault_crl_days = 2\n' >ca.cnf
            openssl ca -gencrl -config ca.cnf -keyfile ca.key -cert ca.crt -out ca.crl
            openssl crl2pkcs7 -in ca.crl -certfile ca.crt -outform DER -out CACertificates.p7b
            """);
        await File.WriteAllTextAsync($"{_directory}/relay.cfg", $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            listen mirror
              bind {_prefix}.1:80
              server mirror {mirror.Host}:{mirror.Port}
            listen store
              bind {_prefix}.1:7480
              server rgw {new Uri(s3.Endpoint).Authority}

            """, Ct);
        _relay = Process.Start(Commands.Find("haproxy")!, ["-q", "-db", "-f", $"{_directory}/relay.cfg"]);
        string[] names = ["one", "two", "three"];
        _machines = [.. names.Select((name, i) => new DebianMachine(name, $"{_prefix}.{11 + i}", _network, _directory))];
        await Task.WhenAll(_machines.Select(async machine =>
        {
            await machine.Create($"{_prefix}.1 {mirror.Host}\n{ClusterAddress} {HostName}");
            await Commands.Run("cp", $"{_directory}/ca.crt", $"{machine.Root}/usr/local/share/ca-certificates/ca.crt");
            await machine.Run("update-ca-certificates");
        }));
    }

    /// <summary>Blocks of commands in a section of the page, with the number of the step that has them; 0 = before the first.</summary>
    private static IEnumerable<(int Step, string Commands)> Blocks(string section)
    {
        var (step, opened) = (0, -1);
        var block = new List<string>();
        foreach (var line in SourceTree.Read(Page).Split('\n').SkipWhile(line => line != $"## {section}").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)))
        {
            if (line.Trim() != "```")
            {
                if (opened >= 0)
                    block.Add(line.Length > opened ? line[opened..] : "");
                else if (Step().Match(line) is { Success: true } number)
                    step = int.Parse(number.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                continue;
            }
            if (opened >= 0)
            {
                yield return (step, string.Join('\n', block));
                block.Clear();
            }
            opened = opened >= 0 ? -1 : line.IndexOf('`');
        }
    }

    private static string[] Lines(string commands) => commands.Replace("\\\n", "", StringComparison.Ordinal).Split('\n');

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    [GeneratedRegex(@"^(\d+)\. ")]
    private static partial Regex Step();

    [GeneratedRegex("(?m)^editor .*")]
    private static partial Regex Editor();

    /// <summary>Four clients that ask for something that only the database can refuse, without end.</summary>
    private sealed class Clients : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly ConcurrentDictionary<string, int> _answers = [];
        private readonly HttpClient _http;
        private readonly Task[] _all;
        private int _good;

        public Clients(SettingUpTests test)
        {
            _http = new(new SocketsHttpHandler
            {
                SslOptions =
                {
                    CertificateChainPolicy = new()
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile($"{test._directory}/ca.crt") },
                        RevocationMode = X509RevocationMode.NoCheck,
                    },
                },
                ConnectTimeout = TimeSpan.FromSeconds(2),
                ConnectCallback = async (_, ct) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                    try
                    {
                        await socket.ConnectAsync(test.ClusterAddress, 443, ct);
                        return new NetworkStream(socket, ownsSocket: true);
                    }
                    catch
                    {
                        socket.Dispose();
                        throw;
                    }
                },
            })
            { BaseAddress = new($"https://{HostName}"), Timeout = TimeSpan.FromSeconds(5) };
            _all = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(Ask))];
        }

        /// <summary>Returns after some more good answers.</summary>
        public Task GoOn()
        {
            var until = Volatile.Read(ref _good) + 20;
            return Eventually.Holds(() => Volatile.Read(ref _good) >= until, Answers);
        }

        /// <summary>How many answers of each kind there were.</summary>
        public string End()
        {
            _end.Cancel();
            Task.WaitAll(_all, CancellationToken.None);
            return Answers();
        }

        public void Dispose()
        {
            _end.Cancel();
            Task.WaitAll(_all, CancellationToken.None);
            _http.Dispose();
            _end.Dispose();
        }

        private string Answers() => string.Join(", ", _answers.Select(answer => $"{answer.Value} × {answer.Key}"));

        private async Task Ask()
        {
            while (!_end.IsCancellationRequested)
            {
                string answer;
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, "/api/admin/contract_employees");
                    request.Headers.Authorization = new("Bearer", "unknown");
                    using var response = await _http.SendAsync(request, CancellationToken.None);
                    answer = $"{(int)response.StatusCode}";
                    if (response.StatusCode == HttpStatusCode.Unauthorized)
                        Interlocked.Increment(ref _good);
                }
                catch (Exception cut) when (cut is HttpRequestException or TaskCanceledException)
                {
                    answer = cut is TaskCanceledException ? "no answer" : (cut.InnerException ?? cut).Message;
                }
                _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
                await Task.Delay(20);
            }
        }
    }
}
