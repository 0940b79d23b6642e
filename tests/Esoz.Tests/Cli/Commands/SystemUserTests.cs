using Esoz.Tests.Processes;
using Npgsql;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>serve --user</c>: a server that root has started is not root's.</summary>
public sealed class SystemUserTests(TestCluster cluster) : IDisposable
{
    private static readonly string[] NoCapability = ["CapEff:\t0000000000000000", "CapPrm:\t0000000000000000"];

    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-user-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName = "Every thread has the ids and the groups of the user and no capability, also under load; its files are the user's")]
    public async Task GivesUpRoot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, which alone can be given up");
        var database = await cluster.CreateDatabase();
        // Who may enter the directory of the socket of PostgreSQL.
        var user = await Output("stat", "-c", "%U", new NpgsqlConnectionStringBuilder(database).Host!);
        var (id, group) = (await Output("id", "-u", user), await Output("id", "-g", user));
        var groups = (await Output("id", "-G", user)).Split(' ').Order(StringComparer.Ordinal);
        await Output("chown", user, _directory);

        using var server = await ServerProcess.Serve(
            new Dictionary<string, string> { ["ESOZ_DATABASE"] = database, ["ESOZ_DATA_DIR"] = _directory }, "--user", user);
        AllAreOfUser();
        using var http = new HttpClient { BaseAddress = server.Url };
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Ct },
            async (_, ct) => Assert.NotEmpty(await http.GetStringAsync("/metrics", ct)));
        AllAreOfUser();

        // The first snapshots may still be written.
        var owners = (await Output("find", _directory, "-ignore_readdir_race", "-printf", "%u\\n")).Split('\n').Distinct();
        Assert.Equal([user], owners);
        Assert.True(File.Exists(Path.Combine(_directory, "demo.env")));
        server.Signal(ServerProcess.Terminate);
        await server.EndsWell();

        void AllAreOfUser()
        {
            var threads = Directory.EnumerateDirectories($"/proc/{server.Id}/task").Select(thread => Path.Combine(thread, "status"))
                .Where(File.Exists).Select(File.ReadAllLines).ToList();
            Assert.True(threads.Count > 5);
            Assert.All(threads, status =>
            {
                Assert.Contains($"Uid:\t{id}\t{id}\t{id}\t{id}", status);
                Assert.Contains($"Gid:\t{group}\t{group}\t{group}\t{group}", status);
                Assert.Equal(groups, status.Single(line => line.StartsWith("Groups:", StringComparison.Ordinal))["Groups:".Length..]
                    .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
                Assert.All(NoCapability, line => Assert.Contains(line, status));
            });
        }
    }

    [Theory(DisplayName = "A user that does not exist, or that gives nothing up, stops the start")]
    [InlineData("nosuchuser", "--user nosuchuser: this machine has no such user.\n")]
    [InlineData("root", "--user root gives nothing up: it is root.\n")]
    public async Task Refused(string user, string sentence) =>
        Assert.Equal((2, "", sentence), await EsozProcess.Run(
            new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory }, ["serve", "--user", user]));

    [Fact(DisplayName = "Who is not root cannot become another user, and is told so")]
    public async Task NotRoot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to become somebody who is not");

        var answer = await EsozProcess.Run(new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = _directory },
            ["--reuid=nobody", "--regid=nogroup", "--clear-groups", Path.Combine(AppContext.BaseDirectory, "esoz"), "serve", "--user", "daemon"],
            program: "setpriv");

        Assert.Equal((2, "", "--user daemon needs root; this is nobody.\n"), answer);
    }

    private static async Task<string> Output(string program, params string[] arguments) =>
        (await new ForeignClient(program).Succeeds(arguments)).Trim();
}
