using Esoz.Platform.Database;
using Esoz.Tests.BulkExport;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.Platform.Http;

/// <summary>A row that somebody keeps locked, such as an operator in psql, stops its writers and nobody else.</summary>
public sealed class LockedRowTests(LockedRowTests.ImpatientRegistry registry) : IClassFixture<LockedRowTests.ImpatientRegistry>
{
    private const int Writers = 40;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "While 40 writers wait for a locked row, reads, bulk downloads and the readiness probe are answered")]
    public async Task ReadersGoOn()
    {
        var (role, token) = await registry.NewRole();
        await registry.Build();
        var pis = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        Task<Answer>[] writers;
        await using (await registry.LockRole(role))
        {
            writers = [.. Enumerable.Range(0, Writers).Select(_ => registry.Deactivate(role, token))];
            await Eventually.Holds(async () => await registry.Waiting() >= ImpatientRegistry.WritersOfPool, () => "The writers do not wait.");

            (await registry.Send("GET", $"/api/employee_roles/{role}", token)).Succeeded();
            (await registry.Send("GET", "/api/pis/bulk/employees", pis)).Succeeded();
            (await registry.Send("GET", "/healthz/ready")).Succeeded();
            Assert.Contains(writers, writer => !writer.IsCompleted);
            await Eventually.Holds(() => writers.Any(writer => writer.IsCompleted));
        }

        var answers = await Eventually.Ends(Task.WhenAll(writers));
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 200, 409, 503 }));
        Assert.InRange(answers.Count(answer => answer.Status == 200), 0, 1);
        Assert.Contains(answers, answer => answer.Status == 503);
        Assert.Contains((await registry.Deactivate(role, token)).Status, new[] { 200, 409 });
    }

    [Fact(DisplayName =
        "A writer that waited too long gets 503 with Retry-After, a line without a stack trace is logged, and nothing is written")]
    public async Task Refused()
    {
        var (role, token) = await registry.NewRole();
        Answer answer;
        await using (await registry.LockRole(role))
            answer = await registry.Deactivate(role, token);

        answer.IsIlRefusal(503, "service_unavailable", "Resource is locked by another request");
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter!.Delta);
        // Of several faults within a second one line tells: the first, if this is the first test of the class.
        var lines = registry.Log.Lines.Where(line => line.Contains("The database failed ", StringComparison.Ordinal)).ToList();
        Assert.Contains(
            lines, line => line.Contains("55P03", StringComparison.Ordinal) || line.Contains("57014", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("   at ", line, StringComparison.Ordinal));
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains("Unhandled exception", StringComparison.Ordinal));
        (await registry.Deactivate(role, token)).Succeeded();
    }

    [Fact(DisplayName = "A statement that takes too long is ended by the server, not only given up, and answered with 503")]
    public async Task TooLong()
    {
        var (role, token) = await registry.NewRole();
        await registry.Execute("ALTER TABLE employee_roles ENABLE ROW LEVEL SECURITY");
        await registry.Execute("ALTER TABLE employee_roles FORCE ROW LEVEL SECURITY");
        await registry.Execute("CREATE POLICY slow ON employee_roles USING (pg_sleep(60) IS NOT NULL)");
        Answer answer;
        try
        {
            answer = await registry.Send("GET", $"/api/employee_roles/{role}", token);
        }
        finally
        {
            await registry.Execute("DROP POLICY slow ON employee_roles");
            await registry.Execute("ALTER TABLE employee_roles NO FORCE ROW LEVEL SECURITY");
            await registry.Execute("ALTER TABLE employee_roles DISABLE ROW LEVEL SECURITY");
        }

        answer.IsIlRefusal(503, "service_unavailable", "Service is temporarily unavailable");
    }

    [Fact(DisplayName = "A list is given up sooner than a change, its statement ends, and it has one processor of the database")]
    public async Task List()
    {
        var (_, token) = await registry.NewRole();
        Answer answer;
        await using (var session = await registry.Database.OpenSession(Ct))
        {
            await session.Execute("BEGIN; LOCK TABLE employee_roles IN ACCESS EXCLUSIVE MODE", Ct);
            answer = await registry.Send("GET", "/api/employee_roles", token);
            await Eventually.Holds(async () => await registry.Waiting() == 0, () => "The statement of the list waits on.");
        }

        // Not the lock timeout, which is longer here, but that of lists.
        answer.IsIlRefusal(503, "service_unavailable", "Service is temporarily unavailable");
        Assert.Equal("0", await registry.Scalar<string>("SELECT current_setting('max_parallel_workers_per_gather')"));
    }

    public sealed class ImpatientRegistry(TestCluster cluster, RadosGateway gateway) : BulkRegistry(cluster, gateway)
    {
        /// <summary>Three quarters of the pool of a test.</summary>
        public const int WritersOfPool = 7;

        protected override Dictionary<string, string> Configuration => new(base.Configuration)
        {
            ["ESOZ_LOCK_TIMEOUT_SECONDS"] = "3",
            ["ESOZ_STATEMENT_TIMEOUT_SECONDS"] = "5",
            ["ESOZ_LIST_TIMEOUT_SECONDS"] = "1",
        };
    }
}
