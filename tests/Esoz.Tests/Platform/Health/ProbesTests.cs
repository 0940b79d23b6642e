using Esoz.Platform.Health;
using Esoz.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Health;

/// <summary>The probes on the main listener (platform §1).</summary>
public sealed class ProbesTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName = "Probes answer in plain text, without credentials and without the envelope")]
    [InlineData("/healthz/live", "live\n")]
    [InlineData("/healthz/ready", "ready\n")]
    public async Task Answers(string path, string text)
    {
        var answer = await registry.Send("GET", path);

        Assert.Equal((200, text), (answer.Status, answer.Text));
        Assert.Equal("text/plain; charset=utf-8", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact(DisplayName = "One version: of /healthz, of /openapi.json, and of esoz --version")]
    public async Task Version()
    {
        var (exit, printed, _) = await EsozProcess.Run(new Dictionary<string, string>(), ["--version"]);
        var probe = await registry.Send("GET", "/healthz");
        var document = await registry.Send("GET", "/openapi.json");

        Assert.Equal((0, 200, 200), (exit, probe.Status, document.Status));
        Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\n$", printed);
        Assert.Equal($"esoz {printed}", probe.Text);
        Assert.Equal(printed.TrimEnd().Split('+')[0], document.Json.GetProperty("info").GetProperty("version").GetString());
    }

    [Fact(DisplayName = "Paths below a probe are 404")]
    public async Task Below() => (await registry.Send("GET", "/healthz/live/x")).IsIlRefusal(404, "not_found", "Not found");
}

/// <summary>Conditions under which a server is not ready.</summary>
public sealed class ReadinessTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A migration that is pending makes the server not ready, and only not ready")]
    public async Task Pending()
    {
        await registry.Execute("ALTER TABLE schema_migrations RENAME TO away");
        await registry.Execute("CREATE TABLE schema_migrations AS SELECT * FROM away WHERE name <> '0001-access-control.sql'");

        var ready = await registry.Send("GET", "/healthz/ready");
        var live = await registry.Send("GET", "/healthz/live");

        await registry.Execute("DROP TABLE schema_migrations");
        await registry.Execute("ALTER TABLE away RENAME TO schema_migrations");
        Assert.Equal((503, "database: 1 migrations are pending\n"), (ready.Status, ready.Text));
        Assert.Equal(200, live.Status);
        Assert.Equal(200, (await registry.Send("GET", "/healthz/ready")).Status);
    }

    [Fact(DisplayName = "A database that does not answer within a second makes the server not ready")]
    public async Task DatabaseDoesNotAnswer()
    {
        await using var connection = await registry.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE schema_migrations IN ACCESS EXCLUSIVE MODE", connection))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var ready = await registry.Send("GET", "/healthz/ready");

        Assert.Equal((503, "database: no answer within a second\n"), (ready.Status, ready.Text));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        await Eventually.Holds(async () => (await registry.Send("GET", "/healthz/ready")).Status == 200);
    }

    [Fact(DisplayName = "A dependency has a second to answer, and no more, though it ignores its cancellation")]
    public async Task Hangs()
    {
        var clock = new TimerClock();
        var readiness = new Readiness([new("store", _ => new TaskCompletionSource<string?>().Task)], new Draining(), isReadOnly: false, clock,
            NullLogger<Readiness>.Instance);

        var faults = readiness.Faults(TestContext.Current.CancellationToken);

        var (due, fire) = Assert.Single(clock.Timers);
        Assert.Equal(TimeSpan.FromSeconds(1), due);
        Assert.False(faults.IsCompleted);
        fire();
        Assert.Equal(["store: no answer within a second"], await Eventually.Ends(faults));
    }

    /// <summary>Timers that end when the test says so.</summary>
    private sealed class TimerClock : TimeProvider
    {
        public List<(TimeSpan Due, Action Fire)> Timers { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Add((dueTime, () => callback(state)));
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}

/// <summary>Probes on separate listeners (<c>ESOZ_PROBE_URLS</c>).</summary>
public sealed class ProbeListenerTests(ProbeListenerTests.ProbeRegistry registry) : IClassFixture<ProbeListenerTests.ProbeRegistry>
{
    private static readonly string[] Paths = ["/healthz", "/healthz/live", "/healthz/ready", "/metrics"];

    [Fact(DisplayName = "With a listener of their own, probes answer only there")]
    public async Task OnlyThere()
    {
        foreach (var path in Paths)
        {
            Assert.Equal(200, await Probe(path));
            (await registry.Send("GET", path)).IsIlRefusal(404, "not_found", "Not found");
        }
    }

    [Theory(DisplayName = "No other path is answered there")]
    [InlineData("/openapi.json")]
    [InlineData("/api/nothing")]
    [InlineData("/")]
    public async Task NothingElse(string path) => Assert.Equal(404, await Probe(path));

    private async Task<int> Probe(string path)
    {
        var listener = registry.Services.GetServices<IHostedService>().OfType<ProbeListener>().Single();
        using var response = await registry.Http.GetAsync(
            new Uri(new Uri(listener.Urls.Single()), path), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public sealed class ProbeRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ESOZ_PROBE_URLS"] = "http://127.0.0.1:0" };
    }
}
