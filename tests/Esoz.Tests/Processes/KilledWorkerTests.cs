using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Esoz.Tests.Compositions;

namespace Esoz.Tests.Processes;

/// <summary>A job that was acknowledged ends, once, whichever process is killed in between (compositions §11).</summary>
public sealed class KilledWorkerTests(Registry registry) : IClassFixture<Registry>
{
    private const int Patients = 24;

    [Fact(DisplayName = "kill -9 of the worker: every acknowledged job ends exactly once, and no composition is made twice")]
    public async Task WorkerKilled()
    {
        var acknowledged = new ConcurrentBag<Guid>();
        var cases = await Cases(registry);

        for (var round = 0; round < 6; round++)
        {
            var before = acknowledged.Count;
            using var server = await ServerProcess.ServeAsync(Configuration(registry));
            using var stop = new CancellationTokenSource();
            var clients = CreateFrom(server.Url, cases, acknowledged, stop.Token);
            while (acknowledged.Count < before + 60 + (round * 23))
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await server.KillAsync();
            await stop.CancelAsync();
            await clients;
            await LetLeasesExpire(registry);
        }

        using var last = await ServerProcess.ServeAsync(Configuration(registry));
        await AllEndOnce(registry, acknowledged);
    }

    [Fact(DisplayName = "kill -9 of PostgreSQL: the server lives on, every acknowledged job ends exactly once")]
    public async Task DatabaseKilled()
    {
        await using var cluster = new TestCluster();
        await using var own = new Registry(cluster);
        await own.InitializeAsync();
        var acknowledged = new ConcurrentBag<Guid>();
        var cases = await Cases(own);
        await own.StopServer();
        using var server = await ServerProcess.ServeAsync(Configuration(own));

        for (var round = 0; round < 4; round++)
        {
            var before = acknowledged.Count;
            using var stop = new CancellationTokenSource();
            var clients = CreateFrom(server.Url, cases, acknowledged, stop.Token);
            for (var until = DateTime.UtcNow.AddSeconds(60); acknowledged.Count < before + 60 + (round * 23); await Task.Delay(1, TestContext.Current.CancellationToken))
                Assert.True(DateTime.UtcNow < until, $"Nothing is acknowledged any more: {server.Talk}");
            await cluster.CrashAsync();
            await stop.CancelAsync();
            await clients;
        }

        await own.StartServer();
        await LetLeasesExpire(own);
        Assert.False(server.HasExited);
        await AllEndOnce(own, acknowledged);
    }

    private static async Task<CompositionCase[]> Cases(Registry registry)
    {
        var cases = new CompositionCase[Patients];
        for (var i = 0; i < Patients; i++)
            cases[i] = await CompositionCase.Disability(registry);
        return cases;
    }

    /// <summary>Every client creates for its own patients until it is told to stop or the server is gone.</summary>
    private static Task CreateFrom(Uri url, CompositionCase[] cases, ConcurrentBag<Guid> acknowledged, CancellationToken stop) =>
        Task.WhenAll(cases.Chunk(Patients / 8).Select(mine => Task.Run(async () =>
        {
            using var http = new HttpClient { BaseAddress = url };
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var given = mine[i % mine.Length];
                // White space makes every request one of its own.
                using var request = new HttpRequestMessage(HttpMethod.Post, CompositionCase.Path)
                {
                    Content = new StringContent(given.Body.ToJsonString() + new string(' ', Random.Shared.Next(10_000)), Encoding.UTF8, "application/json"),
                    Headers = { Authorization = new AuthenticationHeaderValue("Bearer", given.Credential.Token) },
                };
                try
                {
                    using var answer = await http.SendAsync(request, CancellationToken.None);
                    var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                    if ((int)answer.StatusCode == 200)
                        acknowledged.Add(JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("id").GetGuid());
                    else
                        Assert.Equal(500, (int)answer.StatusCode);
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException)
                {
                    // The server was killed under the request: it was not acknowledged.
                    await Task.Delay(5, CancellationToken.None);
                }
            }
        }, CancellationToken.None)));

    /// <summary>As if the minute of the lease had gone by.</summary>
    private static Task<int> LetLeasesExpire(Registry registry) =>
        registry.Execute("UPDATE background_tasks SET locked_until = now() - interval '1 second', run_at = now() WHERE status IN ('RUNNING', 'QUEUED')");

    private static async Task AllEndOnce(Registry registry, ConcurrentBag<Guid> acknowledged)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE status = 'PENDING'") > 0; await Task.Delay(100))
        {
            Assert.True(DateTime.UtcNow < until, "Some jobs do not end: " + string.Join("; ", (await registry.Rows(
                "SELECT status, attempts, last_error, run_at - now() AS due, locked_until - now() AS locked FROM background_tasks WHERE status IN ('QUEUED', 'RUNNING') LIMIT 5"))
                .Select(row => string.Join(' ', row.Values))));
        }
        Assert.NotEmpty(acknowledged);
        Assert.Equal(acknowledged.Distinct().Count(), await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE id = ANY ($1)", acknowledged.Distinct().ToArray()));
        var counts = Assert.Single(await registry.Rows("""
            SELECT (SELECT count(*) FROM async_jobs) AS jobs,
                   (SELECT count(*) FROM async_jobs WHERE status = 'DONE') AS done,
                   (SELECT count(*) FROM compositions) AS compositions,
                   (SELECT count(*) FROM compositions composition JOIN async_jobs job ON job.composition_id = composition.id AND job.done_at = composition.date) AS together,
                   (SELECT count(*) FROM background_tasks WHERE status = 'DONE') AS tasks
            """));
        Assert.Equal((counts["jobs"], counts["jobs"], counts["jobs"], counts["jobs"]), (counts["done"], counts["compositions"], counts["together"], counts["tasks"]));
        TestContext.Current.TestOutputHelper!.WriteLine($"{acknowledged.Count} acknowledged, {counts["jobs"]} jobs, {await registry.Scalar<long>("SELECT count(*) FROM background_tasks WHERE attempts > 1")} tasks in more than one attempt");
    }

    private static Dictionary<string, string> Configuration(Registry registry) => new()
    {
        ["ESOZ_DATABASE"] = registry.ConnectionString,
        ["ESOZ_DATA_DIR"] = registry.DataDirectory,
    };
}
