using System.Text.Json;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Demo.Mis;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Sandbox.Demo;

/// <summary>The examples that a sandbox prints.</summary>
public sealed class DemoExamplesTests(DemoExamplesTests.Sandbox sandbox) : IClassFixture<DemoExamplesTests.Sandbox>
{
    private static readonly DemoOrders Orders = new(new("{}", "sign.json"), new("{}", "cancel.json"), _ => []);

    private static readonly DemoCredentials FakeCredentials = new("password", "owner", "doctor", "hospital", "nhs", "nhs-key", "mis-key", "pis-key");

    internal static readonly DemoSignIn SignIn = new("password", "factor", "approval", "change")
    {
        Consent = new("form", "secret", "code", "access"),
    };

    [Fact(DisplayName = "Every example gets the stated answer, also after a restart")]
    public async Task GetStatedAnswers()
    {
        for (var start = 1; start <= 2; start++)
        {
            var session = await DemoSession.Open(sandbox.Settings, sandbox.Database, TestContext.Current.CancellationToken);
            foreach (var example in session.Examples)
                await Send(example);
            await Eventually.Holds(async () => await sandbox.Scalar<long>("SELECT count(*) FROM async_jobs WHERE status = 'PENDING'") == 0);
            Assert.Empty(await sandbox.Rows("SELECT kind, error_code, error_message FROM async_jobs WHERE status = 'FAILED'"));
            await sandbox.StopServer();
            await sandbox.StartServer();
        }
    }

    [Fact(DisplayName =
        "The welcome is eleven lines after the base URL: credentials and where to go next; for programs with a curl for every example between them")]
    public async Task Welcomes()
    {
        var (session, files) = await Opened();
        var greeting = session.Welcome(Address, DemoMis.Path, files, withExamples: false).Split('\n');

        Assert.Equal(11, greeting.Length);
        Assert.Equal(
            7, greeting.Count(line => line.StartsWith("  token ", StringComparison.Ordinal)
                || line.StartsWith("  api-key ", StringComparison.Ordinal)));
        Assert.Equal($"Next: source {sandbox.DataDirectory}/demo.env; ./esoz demo curls [METHOD] prints a curl of every method.", greeting[^1]);
        var all = session.Welcome(Address, DemoMis.Path, files, withExamples: true);
        Assert.StartsWith(string.Join('\n', greeting[..^1]), all, StringComparison.Ordinal);
        Assert.EndsWith(greeting[^1], all, StringComparison.Ordinal);
        foreach (var example in session.Examples)
            Assert.Contains($"# {example.Status}: {example.Shows}\n{example.ToCurl(Address)}\n", all, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "demo.env exports the credentials of the last start, and only its owner can read it")]
    public async Task Variables()
    {
        await Opened();
        var (session, files) = await Opened();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files.Variables));
        var lines = await File.ReadAllLinesAsync(files.Variables, TestContext.Current.CancellationToken);
        Assert.Equal(["CLINIC_OWNER", "DOCTOR", "HOSPITAL_OWNER", "NHS", "NHS_KEY", "MIS_KEY", "PIS_KEY", "DEMO_PASSWORD"],
            lines.Select(line => line["export ".Length..line.IndexOf('=', StringComparison.Ordinal)]));
        var greeting = session.Welcome(Address, DemoMis.Path, files, withExamples: false);
        Assert.All(lines, line => Assert.Contains($"  {line.Split('\'')[1]}", greeting, StringComparison.Ordinal));
        var (exit, output, _) = await EsozProcess.Run(
            new Dictionary<string, string>(), ["-c", $". '{files.Variables}' && printf '%s' \"$NHS_KEY\""], program: "sh");
        Assert.Equal((0, lines[4].Split('\'')[1]), (exit, output));
    }

    [Fact(DisplayName = "demo curls prints what the last start prepared: all of it, or one method; before any start it says how to start")]
    public async Task Curls()
    {
        var (session, _) = await Opened();
        var card = session.Examples[0].Card;

        var all = await Run(sandbox.DataDirectory, "demo", "curls");
        var one = await Run(sandbox.DataDirectory, "demo", "curls", card.Id.ToLowerInvariant(), "--json");
        var named = await Run(sandbox.DataDirectory, "demo", "curls", card.OperationId, "--json");
        var titled = await Run(sandbox.DataDirectory, "demo", "curls", card.Title, "--json");
        var unknown = await Run(sandbox.DataDirectory, "demo", "curls", $"{card.Id}x");
        var fresh = await Run(Path.Combine(sandbox.DataDirectory, "other"), "demo", "curls");

        Assert.All(session.Examples, example => Assert.Contains($"\n{example.ToCurl(Address)}\n", all.Output, StringComparison.Ordinal));
        Assert.Equal(session.Examples.Where(example => example.Card == card).Select(example => example.ToCurl(Address)),
            JsonElement.Parse(one.Output).EnumerateArray().Select(curl => curl.GetProperty("curl").GetString()));
        Assert.Equal((one.Output, one.Output), (named.Output, titled.Output));
        Assert.Equal((2, $"There is no method '{card.Id}x'; did you mean {card.Id}?\n"), (unknown.Exit, unknown.Errors));
        Assert.Equal((1, $"No demo registry was started in {sandbox.DataDirectory}/other; start one with: esoz serve\n"), (fresh.Exit, fresh.Errors));

        static Task<(int Exit, string Output, string Errors)> Run(string directory, params string[] arguments) =>
            EsozProcess.Run(new Dictionary<string, string> { ["ESOZ_DATA_DIR"] = directory }, arguments);
    }

    [Fact(DisplayName = "A curl is what a person would type: verb, address, credentials, body in single quotes")]
    public void RenderAsCurl()
    {
        var examples = Examples().ToList();
        var deactivate = examples.First(example => example.Card.Path.EndsWith("deactivate", StringComparison.Ordinal));

        Assert.Equal($"""
            curl -sS -X PATCH 'http://127.0.0.1:5080/api/employee_roles/{DemoIds.Role}/actions/deactivate' \
              -H 'Authorization: Bearer owner'
            """, deactivate.ToCurl(new Uri("http://127.0.0.1:5080")));
        Assert.All(examples, example => Assert.DoesNotContain('\'', example.Body ?? ""));
    }

    /// <summary>All examples, with credentials that open nothing.</summary>
    internal static IEnumerable<DemoExample> Examples() =>
        DemoExamples.All(FakeCredentials, DemoIds.Role, DemoIds.Unknown, Orders, SignIn);

    private static readonly Uri Address = new("http://127.0.0.1:5080");

    private async Task<(DemoSession Session, DemoFiles Files)> Opened()
    {
        var session = await DemoSession.Open(sandbox.Settings, sandbox.Database, TestContext.Current.CancellationToken);
        return (session, await session.Write(sandbox.DataDirectory, Address, TestContext.Current.CancellationToken));
    }

    private async Task Send(DemoExample example)
    {
        var answer = await sandbox.Answered(() => example.ToRequest(sandbox.Url));
        Assert.True(
            answer.Status == example.Status,
            $"{example.Card.Title}, {example.Shows}: expected {example.Status}, got {answer.Status}: {answer.Text}");
        if (example.Link is { } link)
        {
            var used = await sandbox.Answered(
                () => link.ToRequest(JsonDocument.Parse(answer.Text).RootElement.GetProperty("data").GetProperty("url").GetString()!));
            Assert.True(used.Status == link.Status, $"{example.Shows}: expected {link.Status} of the link, got {used.Status}: {used.Text}");
        }
    }

    /// <summary>The whole program, with the demo registry loaded before it starts.</summary>
    public sealed class Sandbox(TestCluster cluster) : Registry(cluster)
    {
        protected override Roles Roles => Roles.All;

        protected override async Task BeforeStart()
        {
            await using var database = new Esoz.Platform.Database.PostgresDatabase(ConnectionString);
            await DemoRegistry.Load(database, CancellationToken.None);
        }

        /// <summary>Retries while the first snapshots, which are built when the server starts, are missing for the bulk export.</summary>
        public async Task<Answer> Answered(Func<HttpRequestMessage> request)
        {
            Answer? answer = null;
            await Eventually.Holds(async () =>
            {
                using var message = request();
                using var response = await Http.SendAsync(message, TestContext.Current.CancellationToken);
                answer = await Answer.Of(response);
                return answer.Status != 503;
            }, () => answer!.Text);
            return answer!;
        }
    }
}
