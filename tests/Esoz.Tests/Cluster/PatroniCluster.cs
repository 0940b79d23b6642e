using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Esoz.Platform.Storage;
using Esoz.Tests.Guards;
using Esoz.Tests.Platform.Storage;
using Npgsql;

namespace Esoz.Tests.Cluster;

/// <summary>
/// Three machines as docs/high-availability.md describes them, started from the files in deploy/: etcd, Patroni with PostgreSQL, HAProxy
/// and a node of Esoz on each. Objects are in a Ceph RGW outside. Patroni, etcd and HAProxy are those of Debian; without them, or without
/// root, the calling test is skipped.
/// </summary>
public sealed class PatroniCluster : IAsyncDisposable
{
    public const string HostName = "api.example.ua";
    public const string BackupBucket = "backups";

    private static readonly string[] Names = ["one", "two", "three"];
    private static readonly string[] Programs = ["patroni", "etcd", "haproxy", "ip", "setpriv"];

    private static readonly Dictionary<string, string> NoSettings = [];

    /// <summary>The program of this source tree.</summary>
    public static readonly string Current = Path.Combine(AppContext.BaseDirectory, "esoz");

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-cluster-").FullName;
    private readonly Dictionary<Machine, Process> _nodes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly string _networkName = $"ez{Random.Shared.Next(0x10000):x4}";
    private readonly string _prefix = $"10.{Random.Shared.Next(100, 250)}.{Random.Shared.Next(250)}";
    private Dictionary<string, string> _filledIn = [];
    private Process? _store;

    private PatroniCluster() => Machines =
        [.. Names.Select((name, i) => new Machine(name, $"{_prefix}.{11 + i}", _networkName, _directory))];

    public IReadOnlyList<Machine> Machines { get; }

    /// <summary>Address of the test in the network of the machines.</summary>
    public string Outside => $"{_prefix}.1";

    public string ScratchDirectory => _directory;

    /// <summary>What nodes and commands that are started next run.</summary>
    public string Program { get; set; } = Current;

    /// <summary>To whichever member is the leader, as the owner of the database.</summary>
    public string ConnectionString => ConnectionTo("esoz", "OWNER_PASSWORD", "esoz");

    /// <summary>Without limits of Npgsql, as the superuser.</summary>
    public string SuperuserConnectionString => ConnectionTo("postgres", "SUPERUSER_PASSWORD", "postgres");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="program">The program of another version than this source tree's; null = this one's.</param>
    public static async Task<PatroniCluster> Start(RadosGateway gateway, string? program = null)
    {
        foreach (var needed in Programs)
            Assert.SkipWhen(Commands.Find(needed) is null, $"needs {needed} (patroni, etcd-server, haproxy, iproute2)");
        Assert.SkipUnless(await Commands.CanMakeNetworks(), "needs root, for network namespaces");
        var s3 = await gateway.Required();
        var cluster = new PatroniCluster { Program = program ?? Current };
        try
        {
            await cluster.Create(s3);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The machine whose member is leader now.</summary>
    public async Task<Machine> Leader()
    {
        Machine? leader = null;
        await Soon(async () => (leader = await FindLeader()) is not null, () => $"There is no leader. {Logs()}");
        return leader!;
    }

    /// <summary>Role and state of the members as Patroni lists them, by name.</summary>
    public async Task<IReadOnlyDictionary<string, (string Role, string State)>> Members()
    {
        foreach (var machine in Machines)
        {
            if (await Ask(machine, "cluster") is { } text)
                return JsonElement.Parse(text).GetProperty("members").EnumerateArray().ToDictionary(
                    member => member.GetProperty("name").GetString()!,
                    member => (member.GetProperty("role").GetString()!, member.GetProperty("state").GetString()!));
        }
        return new Dictionary<string, (string, string)>();
    }

    /// <summary>One leader, a synchronous standby and another one, all of them running, and every node ready.</summary>
    public async Task IsWhole()
    {
        IReadOnlyDictionary<string, (string Role, string State)> members = new Dictionary<string, (string, string)>();
        await Soon(async () =>
        {
            members = await Members();
            var roles = members.Values.Where(member => member.State is "running" or "streaming").Select(member => member.Role)
                .Order(StringComparer.Ordinal);
            return roles.SequenceEqual(["leader", "replica", "sync_standby"]);
        }, () => $"The cluster is not whole: {string.Join(", ", members)}. {Logs()}");
        foreach (var machine in _nodes.Keys.ToList())
            await IsReady(machine);
    }

    /// <summary>The synchronous standby.</summary>
    public async Task<Machine> SynchronousStandby()
    {
        string? name = null;
        await Soon(async () =>
            (name = (await Members()).FirstOrDefault(member => member.Value.Role == "sync_standby").Key) is not null);
        return Machines.Single(machine => machine.Name == name);
    }

    /// <summary>What runs on a machine after its start, in the order of the document.</summary>
    public void Boot(Machine machine)
    {
        StartEtcd(machine);
        StartPatroni(machine);
        StartBalancer(machine);
    }

    public void StartBalancer(Machine machine) =>
        machine.Start(user: null, NoSettings, Commands.Find("haproxy")!, "-db", "-f", Path.Combine(machine.Etc, "haproxy", "haproxy.cfg"));

    /// <summary>nginx beside the balancer of a machine, on port 8443, with the nodes of all machines.</summary>
    public async Task StartNginx(Machine machine)
    {
        var directory = Path.Combine(machine.Directory, "nginx");
        Directory.CreateDirectory(directory);
        await Certificate(directory, HostName);
        var example = SourceTree.Read("deploy/nginx/nginx.conf");
        foreach (var (old, @new) in new[]
        {
            ("listen 443", "listen 8443"), ($"/etc/nginx/tls/{HostName}", $"{directory}/tls"), ("/var/log/nginx/", $"{directory}/"),
            ("/run/esoz-nginx/", $"{directory}/out/"),
            ("10.0.0.11:", $"{Machines[0].Address}:"), ("10.0.0.12:", $"{Machines[1].Address}:"), ("10.0.0.13:", $"{Machines[2].Address}:"),
        })
        {
            Assert.Contains(old, example, StringComparison.Ordinal);
            example = example.Replace(old, @new, StringComparison.Ordinal);
        }
        var file = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            user root;
            daemon off;
            pid {{directory}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
              client_body_temp_path {{directory}}/body; proxy_temp_path {{directory}}/proxy;
              {{example}}
            }
            """, Ct);
        machine.Start(user: null, NoSettings, Commands.Find("nginx")!, "-c", file);
        await Soon(async () => (await machine.Run("ss", "-ltnH")).Contains(":8443 ", StringComparison.Ordinal),
            () => $"nginx does not listen. {Logs()}");
    }

    /// <summary>Takes the node of a machine out of nginx or puts it back, by deploy/nginx/node.</summary>
    public static Task<string> TellNginx(Machine balancer, string what, Machine node)
    {
        var directory = Path.Combine(balancer.Directory, "nginx");
        return balancer.Run("env", $"CONF={directory}/nginx.conf", $"OUT={directory}/out",
            SourceTree.PathOf("deploy", "nginx", "node"), what, $"{node.Address}:5080");
    }

    /// <summary>Starts the node of a machine; it is not ready yet.</summary>
    public void StartNode(Machine machine)
    {
        var settings = Lines(Path.Combine(machine.Etc, "esoz", "esoz.env"));
        foreach (var (name, value) in Lines(Path.Combine(machine.Etc, "esoz", "node.env")))
            settings[name] = value;
        settings["ESOZ_DATABASE_OWNER_FILE"] = Path.Combine(machine.Etc, "esoz", "database-owner");
        _nodes[machine] = machine.Start(user: null, settings, Program, "serve", "--roles", settings["ROLES"], "--urls", settings["URLS"]);
    }

    /// <summary>A node that has ended with a fault is started again, as systemd does (deploy/systemd).</summary>
    public Task IsReady(Machine machine) => Soon(async () =>
    {
        if (_nodes[machine] is { HasExited: true, ExitCode: not 0 })
            StartNode(machine);
        return await Ask(machine, "healthz/ready", 9464) is not null;
    }, () => $"The node of {machine.Name} is not ready. {Logs()}");

    /// <summary>SIGTERM to the node and waits for its end.</summary>
    public async Task StopNode(Machine machine)
    {
        await Commands.Run("kill", "-TERM", $"{_nodes[machine].Id}");
        await Eventually.Ends(_nodes[machine].WaitForExitAsync(Ct));
        Assert.Equal(0, _nodes[machine].ExitCode);
        _nodes.Remove(machine);
    }

    public async Task KillNode(Machine machine)
    {
        _nodes[machine].Kill();
        await _nodes[machine].WaitForExitAsync(Ct);
    }

    /// <summary>A planned change of the leader; returns when Patroni has done it.</summary>
    public async Task SwitchOver()
    {
        var leader = await Leader();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{leader.Address}:8008/switchover")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { leader = leader.Name }), Encoding.UTF8, "application/json"),
            Headers = { Authorization = Patronis() },
        };
        using var patient = new HttpClient();
        using var answer = await patient.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Changes settings of the cluster, as <c>patronictl edit-config</c> does.</summary>
    public async Task Configure(object change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"http://{(await Leader()).Address}:8008/config")
        {
            Content = new StringContent(JsonSerializer.Serialize(change), Encoding.UTF8, "application/json"),
            Headers = { Authorization = Patronis() },
        };
        using var answer = await _http.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>A command of the program on a machine, with the settings of its node.</summary>
    public Task<string> Command(Machine machine, params string[] arguments) => machine.Run(WithSettings(machine, arguments));

    /// <summary>The same for a command that may fail.</summary>
    public Task<(int Exit, string Output, string Errors)> TryCommand(Machine machine, params string[] arguments) =>
        machine.Try(WithSettings(machine, arguments));

    /// <summary>A script of deploy/backup on a machine, with these words before it: <c>env</c>, or a change of the user.</summary>
    public Task<string> Backup(Machine machine, string script, string[] before, params string[] arguments) =>
        machine.Run(Script(machine, script, before, arguments));

    /// <summary>The same for a script that may fail.</summary>
    public Task<(int Exit, string Output, string Errors)> TryBackup(Machine machine, string script) =>
        machine.Try(Script(machine, script, ["env"], []));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_store is not null)
        {
            _store.Kill();
            _store.Dispose();
        }
        foreach (var machine in Machines)
        {
            if (Directory.Exists(machine.Directory))
                await machine.Remove();
        }
        await Commands.Try("ip", "link", "del", _networkName);
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Ends of the logs, for a test that fails.</summary>
    public string Logs()
    {
        var text = new StringBuilder();
        foreach (var log in Directory.GetFiles(_directory, "*.log", SearchOption.AllDirectories))
            text.AppendLine(CultureInfo.InvariantCulture, $"== {log}").AppendJoin('\n', File.ReadLines(log).TakeLast(8)).AppendLine();
        return text.ToString();
    }

    private async Task Create(S3Options s3)
    {
        // The user of PostgreSQL has to reach its own files.
        await Commands.Run("chmod", "755", _directory);
        await Commands.Run("sh", "-ec", $"""
            ip link add {_networkName} type bridge
            ip address add {Outside}/24 dev {_networkName}
            ip link set {_networkName} up
            """);
        await StartStore(s3);
        await FillIn(s3);
        foreach (var machine in Machines)
        {
            await machine.Create();
            await Prepare(machine);
            StartEtcd(machine);
        }
        foreach (var machine in Machines)
        {
            StartPatroni(machine);
            // The first member makes the cluster; the others copy it.
            await Leader();
            StartBalancer(machine);
        }
        await IsWhole();
        // A balancer that has just started takes every member for a leader until it has asked.
        await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        var passwords = $"-v owner_password={Secret("OWNER_PASSWORD")} -v server_password={Secret("SERVER_PASSWORD")}";
        await Machines[0].Run("sh", "-ec", $"{Psql} {passwords} -f {SourceTree.PathOf("deploy", "ha", "database.sql")}");
        await Command(Machines[0], "migrate");
        foreach (var machine in Machines)
            StartNode(machine);
        await IsWhole();
    }

    private string[] WithSettings(Machine machine, string[] arguments)
    {
        var env = Path.Combine(machine.Etc, "esoz");
        return ["sh", "-ec", $"set -a; . {env}/esoz.env; ESOZ_DATABASE_OWNER_FILE={env}/database-owner; exec \"$@\"", "sh", Program, .. arguments];
    }

    private string[] Script(Machine machine, string script, string[] before, string[] arguments) =>
        [.. before, "env", $"ETC={machine.Etc}", $"STATE={machine.Directory}/lib", $"ESOZ={Program}", SourceTree.PathOf("deploy", "backup", script), .. arguments];

    private string Psql => $"PGPASSWORD={Secret("SUPERUSER_PASSWORD")} psql -X -h 127.0.0.1 -p 5000 -U postgres";

    /// <summary>
    /// RGW answers on loopback, which the machines do not reach: a relay, and the same with TLS for who takes nothing else.
    /// </summary>
    private async Task StartStore(S3Options s3)
    {
        var directory = Path.Combine(_directory, "store");
        Directory.CreateDirectory(directory);
        await Certificate(directory, Outside);
        var configuration = Path.Combine(directory, "haproxy.cfg");
        await File.WriteAllTextAsync(configuration, $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            listen store
              bind {Outside}:7480
              bind {Outside}:7443 ssl crt {directory}/tls.pem
              server rgw {new Uri(s3.Endpoint).Authority}

            """, Ct);
        _store = Process.Start(Commands.Find("haproxy")!, ["-q", "-db", "-f", configuration]);
    }

    /// <summary>cluster.env with the values of this network.</summary>
    private async Task FillIn(S3Options s3)
    {
        var file = Path.Combine(_directory, "cluster.env");
        var text = SourceTree.Read("deploy/ha/cluster.env");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["MACHINES"] = $"\"{string.Join(' ', Machines.Select(machine => $"{machine.Name}={machine.Address}"))}\"",
            ["NETWORK"] = $"{_prefix}.0/24",
            ["VIRTUAL_ADDRESS"] = $"{_prefix}.10",
            ["STORE_ENDPOINT"] = $"http://{Outside}:7480",
            ["STORE_ACCESS_KEY"] = s3.AccessKeyId,
            ["STORE_SECRET_KEY"] = s3.SecretAccessKey,
            ["SHARED_BUFFERS"] = "128MB",
            ["BACKUP_BUCKET"] = BackupBucket,
            ["BACKUP_HOST"] = Outside,
            ["BACKUP_PORT"] = "7443",
            ["BACKUP_ACCESS_KEY"] = s3.AccessKeyId,
            ["BACKUP_SECRET_KEY"] = s3.SecretAccessKey,
            ["BACKUP_AUTHORITY"] = Path.Combine(_directory, "store", "tls.crt"),
        })
        {
            var line = text.Split('\n').Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal));
            text = text.Replace(line, $"{name}={value}", StringComparison.Ordinal);
        }
        await File.WriteAllTextAsync(file, text, Ct);
        await Commands.Run(SourceTree.PathOf("deploy", "ha", "configure"), "secrets", file);
        _filledIn = Lines(file);
    }

    private async Task Prepare(Machine machine)
    {
        var state = Path.Combine(machine.Directory, "lib");
        await Commands.Run("sh", "-ec", $"""
            mkdir -p {state}/postgresql {state}/pgbackrest {state}/etcd {state}/esoz {machine.Directory}/run {machine.Etc}/haproxy/tls
            chown -R postgres {state}/postgresql {state}/pgbackrest {machine.Directory}/run
            ETC={machine.Etc} STATE={state} RUN={machine.Directory}/run \
              {SourceTree.PathOf("deploy", "ha", "configure")} {_directory}/cluster.env {machine.Name}
            """);
        await Certificate(Path.Combine(machine.Etc, "haproxy", "tls"), HostName);
        File.Move(Path.Combine(machine.Etc, "haproxy", "tls", "tls.pem"), Path.Combine(machine.Etc, "haproxy", "tls", $"{HostName}.pem"));
    }

    private static Task<string> Certificate(string directory, string name) => Commands.Run("sh", "-ec", $"""
        cd {directory}
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name} -days 2 \
          -keyout tls.key -out tls.crt 2>openssl.log
        cat tls.crt tls.key >tls.pem
        """);

    /// <summary>What etcd knows is gone, as after a loss of all machines.</summary>
    public async Task ForgetEverything()
    {
        foreach (var machine in Machines)
        {
            await machine.KillAll("etcd");
            Directory.Delete(Path.Combine(machine.Directory, "lib", "etcd", "esoz"), recursive: true);
        }
        foreach (var machine in Machines)
            StartEtcd(machine);
        foreach (var machine in Machines)
            await Soon(async () => await Ask(machine, "health", 2379) is not null);
    }

    private static void StartEtcd(Machine machine) =>
        machine.Start(user: null, Lines(Path.Combine(machine.Etc, "default", "etcd")), Commands.Find("etcd")!);

    /// <summary>Starts Patroni, and by it PostgreSQL.</summary>
    public static void StartPatroni(Machine machine) =>
        machine.Start("postgres", NoSettings, Commands.Find("patroni")!, Path.Combine(machine.Etc, "patroni", "config.yml"));

    /// <summary>As <see cref="Eventually.Holds(Func{Task{bool}}, Func{string})"/>, without taking the processor time of what it asks.</summary>
    private static Task Soon(Func<Task<bool>> condition, Func<string>? otherwise = null) => Eventually.Holds(async () =>
    {
        if (await condition())
            return true;
        await Task.Delay(200, Ct);
        return false;
    }, otherwise);

    private async Task<Machine?> FindLeader()
    {
        foreach (var machine in Machines)
        {
            if (await Ask(machine, "primary") is not null)
                return machine;
        }
        return null;
    }

    /// <summary>Body of a good answer; null when there is none.</summary>
    private async Task<string?> Ask(Machine machine, string path, int port = 8008)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{machine.Address}:{port}/{path}"), Ct);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(Ct) : null;
        }
        catch (Exception away) when (away is HttpRequestException || (away is TaskCanceledException && !Ct.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>NAME=VALUE lines of a file.</summary>
    private static Dictionary<string, string> Lines(string file) => File.ReadAllLines(file)
        .Where(line => line.Contains('=') && line[0] != '#')
        .ToDictionary(line => line[..line.IndexOf('=')], line => line[(line.IndexOf('=') + 1)..]);

    private string Secret(string name) => _filledIn[name];

    private AuthenticationHeaderValue Patronis() =>
        new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"patroni:{Secret("PATRONI_PASSWORD")}")));

    private string ConnectionTo(string user, string secret, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = string.Join(',', Machines.Select(machine => machine.Address)),
        Username = user,
        Password = Secret(secret),
        Database = database,
        TargetSessionAttributes = "primary",
        Timeout = 3,
    }.ConnectionString;
}
