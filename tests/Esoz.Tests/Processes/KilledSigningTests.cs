using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Esoz.Tests.Compositions;

namespace Esoz.Tests.Processes;

/// <summary>An order to sign that was acknowledged ends, once, whichever moment the worker is killed at, and nothing is signed twice (compositions §11).</summary>
public sealed class KilledSigningTests(KilledSigningTests.Onlooker registry) : IClassFixture<KilledSigningTests.Onlooker>
{
    private const int Patients = 10;
    private const int DraftsOfEach = 4;
    private const int OrdersOfEach = 3;

    /// <summary>More rounds for a longer look: KILL_ROUNDS=200 ./esoz test -class Esoz.Tests.Processes.KilledSigningTests.</summary>
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("KILL_ROUNDS") ?? "6", CultureInfo.InvariantCulture);

    [Fact(DisplayName = "kill -9 of the worker while orders to sign come in: every acknowledged job ends exactly once, every draft is signed at most once")]
    public async Task SignedOnce()
    {
        var acknowledged = new ConcurrentBag<Guid>();
        var orders = await Orders();

        for (var round = 0; round < Rounds; round++)
        {
            // Drafts that were signed are drafts again, so that there is something to sign in every round.
            await registry.Execute("UPDATE compositions SET status = 'PRELIMINARY', signed_at = NULL, signed_content_key = NULL WHERE status = 'FINAL'");
            var signedBefore = await Signings();
            var before = acknowledged.Count;
            using (var server = await ServerProcess.ServeAsync(Configuration))
            {
                using var stop = new CancellationTokenSource();
                var clients = SendTo(server.Url, orders, acknowledged, stop.Token);
                for (var until = DateTime.UtcNow.AddSeconds(60); acknowledged.Count < before + 20 + (round * 7 % 60); await Task.Delay(1, TestContext.Current.CancellationToken))
                    Assert.True(DateTime.UtcNow < until, $"Nothing is acknowledged any more: {server.Talk}");
                await server.KillAsync();
                await stop.CancelAsync();
                await clients;
            }
            await registry.Execute("UPDATE background_tasks SET locked_until = now() - interval '1 second', run_at = now() WHERE status IN ('RUNNING', 'QUEUED')");
            using var last = await ServerProcess.ServeAsync(Configuration);
            await AllEnd();
            Assert.Equal(await registry.Scalar<long>("SELECT count(*) FROM compositions WHERE status = 'FINAL'"), await Signings() - signedBefore);
            await last.KillAsync();
        }

        Assert.Equal(acknowledged.Distinct().Count(), await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE kind = 'SIGN_COMPOSITION' AND id = ANY ($1)", acknowledged.Distinct().ToArray()));
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE kind = 'SIGN_COMPOSITION' AND status = 'FAILED' AND error_code <> 1810"));
        Assert.Equal(await Signings(), await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE kind = 'SIGN_COMPOSITION' AND status = 'DONE'"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{Rounds} kills, {acknowledged.Count} acknowledged, {await Signings()} signed, {await registry.Scalar<long>("SELECT count(*) FROM background_tasks WHERE attempts > 1")} tasks in more than one attempt");
    }

    private Dictionary<string, string> Configuration => new()
    {
        ["ESOZ_DATABASE"] = registry.ConnectionString,
        ["ESOZ_DATA_DIR"] = registry.DataDirectory,
    };

    private Task<long> Signings() => registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_type = 'Composition' AND properties #>> '{status,new_value}' = 'FINAL'");

    /// <summary>Several containers for each of several drafts of several patients.</summary>
    private async Task<List<(string Path, string Token, string Data)>> Orders()
    {
        var orders = new List<(string, string, string)>();
        for (var patient = 0; patient < Patients; patient++)
        {
            var given = await CompositionCase.Disability(registry);
            var key = await registry.KeyOf(given);
            for (var draft = 0; draft < DraftsOfEach; draft++)
            {
                var id = await given.Existing($"2026-{1 + (draft * 2):00}-02", $"2026-{1 + (draft * 2):00}-06", "PRELIMINARY");
                var text = (await given.Get(id)).Succeeded().Text;
                for (var order = 0; order < OrdersOfEach; order++)
                    orders.Add(($"{CompositionCase.Path}/{id}/sign", given.Credential.Token!, Convert.ToBase64String(registry.Signed(text, key))));
            }
        }
        return orders;
    }

    private static Task SendTo(Uri url, List<(string Path, string Token, string Data)> orders, ConcurrentBag<Guid> acknowledged, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            using var http = new HttpClient { BaseAddress = url };
            while (!stop.IsCancellationRequested)
            {
                var (path, token, data) = orders[Random.Shared.Next(orders.Count)];
                using var request = new HttpRequestMessage(HttpMethod.Patch, path)
                {
                    Content = JsonContent.Create(new { data }),
                    Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
                };
                try
                {
                    using var answer = await http.SendAsync(request, CancellationToken.None);
                    var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                    Assert.True((int)answer.StatusCode == 200, text);
                    acknowledged.Add(JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("id").GetGuid());
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException)
                {
                    // The server was killed under the request: it was not acknowledged.
                    await Task.Delay(5, CancellationToken.None);
                }
            }
        }, CancellationToken.None)));

    private async Task AllEnd()
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); await registry.Scalar<long>("SELECT count(*) FROM async_jobs WHERE status = 'PENDING'") > 0; await Task.Delay(50))
            Assert.True(DateTime.UtcNow < until, "Some jobs do not end");
    }

    /// <summary>Prepares and looks; the work is done by the processes that are killed.</summary>
    public sealed class Onlooker(TestCluster cluster) : SigningRegistry(cluster)
    {
        protected override Roles Roles => Roles.Api;
    }
}
