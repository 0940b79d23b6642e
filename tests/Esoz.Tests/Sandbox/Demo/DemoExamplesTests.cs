using System.Text.Json;
using Esoz.Sandbox.Demo;

namespace Esoz.Tests.Sandbox.Demo;

/// <summary>The examples that a sandbox prints.</summary>
public sealed class DemoExamplesTests(DemoExamplesTests.Sandbox sandbox) : IClassFixture<DemoExamplesTests.Sandbox>
{
    private static readonly DemoOrders Orders = new(new("{}", "sign.json"), new("{}", "cancel.json"));

    private static readonly DemoCredentials FakeCredentials = new("owner", "doctor", "hospital", "nhs", "nhs-key", "mis-key", "pis-key");

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

    [Fact(DisplayName = "The welcome text has base URL, credentials and a curl for every example")]
    public async Task Welcomes()
    {
        var session = await DemoSession.Open(sandbox.Settings, sandbox.Database, TestContext.Current.CancellationToken);
        var greeting = session.Welcome(new Uri("http://127.0.0.1:5080"));

        foreach (var example in session.Examples)
            Assert.Contains(example.ToCurl(new Uri("http://127.0.0.1:5080")), greeting, StringComparison.Ordinal);
        Assert.Equal(
            7, greeting.Split('\n').Count(line => line.StartsWith("  token ", StringComparison.Ordinal)
                || line.StartsWith("  api-key ", StringComparison.Ordinal)));
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
    internal static IEnumerable<DemoExample> Examples() => DemoExamples.All(FakeCredentials, DemoIds.Role, DemoIds.Unknown, Orders);

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
