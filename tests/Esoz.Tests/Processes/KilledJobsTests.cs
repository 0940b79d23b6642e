using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Tests.Compositions;

namespace Esoz.Tests.Processes;

/// <summary>
/// An acknowledged job ends exactly once, whichever process is killed at whatever time (compositions §11).
/// </summary>
public sealed class KilledJobsTests
{
    private const int Clients = 8;
    private const int OrdersOfDraft = 3;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "kill -9 of the worker and of PostgreSQL while compositions are created and signed: every acknowledged job ends exactly once, nothing is created or signed twice")]
    public Task EndsOnce() => Kill(rounds: 2, requests: 96);

    [Fact(DisplayName = "Soak: the same in 200 rounds of 1,000 requests", Explicit = true)]
    [Trait("Soak", "kills")]
    public Task Soak() => Kill(rounds: 200, requests: 1000);

    /// <param name="rounds">How often something is killed.</param>
    /// <param name="requests">Requests in every round; half create, half sign.</param>
    private static async Task Kill(int rounds, int requests)
    {
        await using var cluster = new TestCluster();
        await using var registry = new ObservedRegistry(cluster);
        await registry.InitializeAsync();
        // A sandbox would create its own authority.
        var settings = new Dictionary<string, string>(EsozProcess.Production(registry.ConnectionString, registry.DataDirectory))
        {
            ["ESOZ_ALLOW_INSECURE"] = "test-anchors",
            ["RATE_LIMIT_MC_SECOND"] = "0",
        };
        var ended = new Dictionary<Guid, string>();
        var server = await ServerProcess.Serve(settings);
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var started = Stopwatch.StartNew();
                var traffic = new Traffic(server.Url, await Orders(registry, requests));
                var clients = traffic.Send();
                await traffic.Acknowledged(Random.Shared.Next(1, requests * 9 / 10));
                await Task.Delay(Random.Shared.Next(20), Ct);
                if (round % 2 == 0)
                {
                    await server.Kill();
                    server.Dispose();
                    await LetLeasesExpire(registry);
                    server = await ServerProcess.Serve(settings);
                    traffic.Url = server.Url;
                }
                else
                {
                    await cluster.Crash();
                    registry.Database.Source.Clear();
                    await LetLeasesExpire(registry);
                }
                await clients;
                await AllEnd(registry);
                await traffic.IsAnsweredAsBefore();
                await IsMadeAndSignedOnce(registry, traffic, ended);
                Report(round, started.Elapsed,
                    await registry.Rows(
                        "SELECT count(*) AS jobs, count(*) FILTER (WHERE attempts > 1) AS again FROM background_tasks WHERE job_id = ANY ($1)", traffic.Jobs));
            }
            Assert.False(server.HasExited);
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>
    /// A round's requests, in random order: for every patient some to create, and as many to sign other drafts, several for each draft.
    /// </summary>
    private static async Task<Order[]> Orders(ObservedRegistry registry, int requests)
    {
        var patients = Math.Max(Clients, requests / 20);
        var ofEach = requests / patients / 2;
        var orders = new List<Order>();
        for (var patient = 0; patient < patients; patient++)
        {
            var given = await CompositionCase.Disability(registry);
            var key = await registry.KeyOf(given);
            // White space makes every request unique.
            orders.AddRange(
                Enumerable.Range(0, ofEach)
                .Select(i => new Order(given, "POST", CompositionCase.Path, given.Body.ToJsonString() + new string(' ', i))));
            for (var draft = 0; draft < ofEach; draft += OrdersOfDraft)
            {
                var id = await given.Existing("2026-01-02", "2026-01-06", "PRELIMINARY");
                var text = await given.Shown(id);
                orders.AddRange(Enumerable.Range(0, Math.Min(OrdersOfDraft, ofEach - draft))
                    .Select(_ => new Order(given, "PATCH", $"{CompositionCase.Path}/{id}/sign",
                    new JsonObject { ["data"] = Convert.ToBase64String(registry.Signed(text, key)) }.ToJsonString())));
            }
        }
        var shuffled = orders.ToArray();
        Random.Shared.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>
    /// Simulates the end of the leases and of the waits between attempts. A worker that still runs such a task finds that it has lost
    /// the lease. Skips the tasks that are being ended: waiting for them while holding others could be a deadlock.
    /// </summary>
    private static Task<int> LetLeasesExpire(Registry registry) => registry.Execute("""
        UPDATE background_tasks SET locked_until = now() - interval '1 second', run_at = now()
         WHERE id IN (SELECT id FROM background_tasks WHERE status IN ('RUNNING', 'QUEUED') FOR UPDATE SKIP LOCKED)
        """);

    private static Task AllEnd(Registry registry) => Eventually.Holds(
        async () => await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE status = 'PENDING'") == 0,
        () => "Some jobs do not end.");

    /// <summary>Checks the jobs of all rounds: ended jobs do not change.</summary>
    private static async Task IsMadeAndSignedOnce(ObservedRegistry registry, Traffic traffic, Dictionary<Guid, string> ended)
    {
        var jobs = await registry.Rows(
            "SELECT id, concat_ws(' ', kind, status, composition_id, error_code, eta, done_at) AS state FROM async_jobs");
        foreach (var (id, state) in jobs.Select(job => ((Guid)job["id"]!, (string)job["state"]!)))
        {
            Assert.True(ended.TryAdd(id, state) || ended[id] == state, $"{id} has changed after its end: {ended[id]}; {state}");
        }
        Assert.Equal(ended.Count, jobs.Count);
        Assert.Empty(traffic.Jobs.Except(ended.Keys));
        // Statistics are lost when PostgreSQL is killed, and these counts join whole tables.
        await registry.Execute("ANALYZE async_jobs, compositions, events");
        var found = Assert.Single(await registry.Rows("""
            WITH made AS NOT MATERIALIZED (SELECT * FROM async_jobs WHERE kind = 'CREATE_COMPOSITION'),
                 signed AS NOT MATERIALIZED (SELECT * FROM async_jobs WHERE kind = 'SIGN_COMPOSITION' AND status = 'DONE'),
                 composition AS NOT MATERIALIZED (SELECT *, period_start < '2026-02-01' AS was_there FROM compositions),
                 event AS (SELECT entity_id FROM events WHERE entity_type = 'Composition' AND properties #>> '{status,new_value}' = 'FINAL')
            SELECT (SELECT count(*) FROM background_tasks WHERE job_id IS NOT NULL AND status <> 'DONE') AS tasks,
                   (SELECT count(*) FROM made WHERE status <> 'DONE') AS unmade,
                   (SELECT count(*) FROM made) AS creates,
                   (SELECT count(*) FROM composition WHERE NOT was_there) AS compositions,
                   (SELECT count(*) FROM made JOIN composition ON composition.id = made.composition_id AND composition.date = made.done_at) AS together,
                   (SELECT count(*) FROM async_jobs WHERE kind = 'SIGN_COMPOSITION' AND status = 'FAILED' AND error_code IS DISTINCT FROM 1810) AS strange,
                   (SELECT count(*) FROM composition WHERE was_there) AS drafts,
                   (SELECT count(*) FROM signed) AS signs,
                   (SELECT count(*) FROM event) AS steps,
                   (SELECT count(DISTINCT entity_id) FROM event) AS finals,
                   (SELECT count(*) FROM signed JOIN composition ON composition.id = signed.composition_id AND composition.status = 'FINAL' AND composition.signed_at = signed.done_at) AS agreed
            """));
        Assert.Equal((0L, 0L, 0L), (found["tasks"], found["unmade"], found["strange"]));
        Assert.Equal((found["creates"], found["creates"]), (found["compositions"], found["together"]));
        // Every draft has orders to sign it, so every one is signed, by one of its orders.
        Assert.Equal((found["drafts"], found["drafts"], found["drafts"], found["drafts"]),
            (found["signs"], found["steps"], found["finals"], found["agreed"]));
        foreach (var row in await registry.Rows("""
            SELECT job.id, composition.signed_content_key
              FROM async_jobs job JOIN compositions composition ON composition.id = job.composition_id
             WHERE job.kind = 'SIGN_COMPOSITION' AND job.status = 'DONE' AND job.id = ANY ($1)
            """, traffic.Jobs))
            Assert.Equal(traffic.SignedBy((Guid)row["id"]!), await registry.Kept((string)row["signed_content_key"]!));
    }

    private static void Report(int round, TimeSpan took, List<Dictionary<string, object?>> tasks) =>
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"round {round + 1}, kill -9 of {(round % 2 == 0 ? "the worker" : "PostgreSQL")}: {tasks[0]["jobs"]} jobs, {tasks[0]["again"]} of them in more than one attempt, {took.TotalSeconds:F1} s"));

    private sealed record Order(CompositionCase Given, string Verb, string Path, string Body);

    /// <summary>
    /// Clients that send a round's requests until every one is acknowledged, whatever happens to the server, and check their jobs.
    /// </summary>
    private sealed class Traffic(Uri url, Order[] orders)
    {
        private readonly ConcurrentQueue<Order> _waiting = new(orders);
        private readonly ConcurrentDictionary<Guid, Order> _acknowledged = new();
        /// <summary>First answers that reported an end.</summary>
        private readonly ConcurrentDictionary<Guid, string> _ends = new();
        private readonly DateTime _until = DateTime.UtcNow.AddSeconds(120 + (orders.Length / 2));
        private volatile Uri _url = url;

        public Uri Url { set => _url = value; }

        public Guid[] Jobs => [.. _acknowledged.Keys];

        /// <summary>The container that the order of the job carried.</summary>
        public byte[] SignedBy(Guid job) => JsonElement.Parse(_acknowledged[job].Body).GetProperty("data").GetBytesFromBase64();

        public Task Send() => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var http = new HttpClient();
            while (_waiting.TryDequeue(out var order))
            {
                var job = JsonElement.Parse(await Answered(http, order)).GetProperty("data").GetProperty("id").GetGuid();
                _acknowledged[job] = order;
                await CheckJob(http, Random.Shared.GetItems(Jobs, 1)[0]);
            }
        }, Ct)));

        public async Task Acknowledged(int jobs)
        {
            for (; _acknowledged.Count < jobs; await Task.Delay(1, Ct))
                Assert.True(DateTime.UtcNow < _until, "Nothing is acknowledged any more");
        }

        /// <summary>Asserts that all jobs have ended and that those that ended earlier get the same bytes as before.</summary>
        public async Task IsAnsweredAsBefore()
        {
            using var http = new HttpClient();
            foreach (var job in Jobs)
                await CheckJob(http, job);
            Assert.Equal(_acknowledged.Count, _ends.Count);
        }

        private async Task CheckJob(HttpClient http, Guid job)
        {
            var text = await Answered(http, new(_acknowledged[job].Given, "GET", $"{CompositionCase.Path}/job/{job}", ""));
            if (JsonElement.Parse(text).GetProperty("data").GetProperty("status").GetString() != "PENDING")
                Assert.Equal(_ends.GetOrAdd(job, text), text);
        }

        private async Task<string> Answered(HttpClient http, Order order)
        {
            while (true)
            {
                Assert.True(DateTime.UtcNow < _until, "Nothing is answered any more");
                using var request = new HttpRequestMessage(new HttpMethod(order.Verb), new Uri(_url, order.Path))
                {
                    Headers = { Authorization = new AuthenticationHeaderValue("Bearer", order.Given.Credential.Token) },
                };
                if (order.Body.Length > 0)
                    request.Content = new StringContent(order.Body, Encoding.UTF8, "application/json");
                try
                {
                    using var answer = await http.SendAsync(request, Ct);
                    var text = await answer.Content.ReadAsStringAsync(Ct);
                    if ((int)answer.StatusCode == 200)
                        return text;
                    // The database was killed during the request.
                    Assert.True((int)answer.StatusCode == 503, text);
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException)
                {
                    // The server was killed during the request: it was not acknowledged.
                }
                await Task.Delay(5, Ct);
            }
        }
    }

    /// <summary>Prepares and checks; the work is done by the processes that are killed.</summary>
    private sealed class ObservedRegistry(TestCluster cluster) : SigningRegistry(cluster)
    {
        protected override Roles Roles => Roles.Api;
    }
}
