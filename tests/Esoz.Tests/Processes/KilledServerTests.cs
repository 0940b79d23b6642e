using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Esoz.Tests.Processes;

/// <summary>What was acknowledged to a client is durable, whatever happens to the server afterwards.</summary>
public sealed class KilledServerTests(Registry registry) : IClassFixture<Registry>
{
    private const int Rounds = 3;
    private const int Clients = 8;

    [Fact(DisplayName = "kill -9 during creates loses nothing that was acknowledged, and leaves no row without its audit row")]
    public async Task NothingAcknowledgedIsLost()
    {
        var credential = await registry.Given.Nhs();
        var body = await Body();
        var acknowledged = new ConcurrentBag<Guid>();

        for (var round = 0; round < Rounds; round++)
        {
            var before = acknowledged.Count;
            using var server = await ServerProcess.Serve(Configuration);
            using var http = Client(server.Url, credential);
            var clients = Enumerable.Range(0, Clients).Select(_ => CreateUntilCut(http, body, acknowledged)).ToArray();
            while (acknowledged.Count < before + 100 + (round * 37))
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await server.Kill();
            await Task.WhenAll(clients);
        }

        var stored = (await registry.Rows("SELECT id FROM contract_employees WHERE contract_id = $1", body.contract_id))
            .Select(row => (Guid)row["id"]!).ToHashSet();
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(
            stored.Count,
            await registry.Scalar<long>(
                "SELECT count(*) FROM audit_log WHERE resource = 'contract_employees' AND changeset ->> 'contract_id' = $1::text",
                body.contract_id));
    }

    [Fact(DisplayName = "A request sent again with its Idempotency-Key after kill -9 has created exactly once")]
    public async Task NothingIsCreatedTwice()
    {
        var credential = await registry.Given.Nhs();
        var body = await Body();
        var answers = new ConcurrentDictionary<string, string>();
        var cut = new ConcurrentBag<string>();

        for (var round = 0; round < Rounds; round++)
        {
            var before = answers.Count;
            using var server = await ServerProcess.Serve(Configuration);
            using var http = Client(server.Url, credential);
            var clients = Enumerable.Range(0, Clients).Select(async _ =>
            {
                for (var key = $"{Guid.NewGuid()}"; ; key = $"{Guid.NewGuid()}")
                {
                    try
                    {
                        answers[key] = await Create(http, body, key);
                    }
                    catch (Exception fault) when (fault is HttpRequestException or IOException)
                    {
                        cut.Add(key);
                        return;
                    }
                }
            }).ToArray();
            while (answers.Count < before + 60 + (round * 23))
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await server.Kill();
            await Task.WhenAll(clients);
        }

        using var again = Client(registry.Url, credential);
        foreach (var (key, answer) in answers)
            Assert.Equal(answer, await Create(again, body, key));
        foreach (var key in cut)
            await Create(again, body, key);
        Assert.Equal(Rounds * Clients, cut.Count);
        Assert.Equal(
            answers.Count + cut.Count,
            await registry.Scalar<long>("SELECT count(*) FROM contract_employees WHERE contract_id = $1", body.contract_id));
    }

    private sealed record ContractEmployeeBody(
        double staff_units, int declaration_limit, Guid employee_id, Guid division_id, Guid contract_id, string start_date);

    private async Task<ContractEmployeeBody> Body()
    {
        var given = registry.Given;
        var contractor = await given.LegalEntity();
        return new(1, 2000, await given.Employee(contractor), await given.Division(contractor), await given.Contract(contractor),
            "2026-01-01T00:00:00Z");
    }

    private static HttpClient Client(Uri server, Credential credential) => new()
    {
        BaseAddress = server,
        DefaultRequestHeaders = { { "Authorization", $"Bearer {credential.Token}" }, { "api-key", credential.ApiKey } },
    };

    /// <returns>The answer as received.</returns>
    private static async Task<string> Create(HttpClient http, ContractEmployeeBody body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/admin/contract_employees")
        {
            Content = JsonContent.Create(body),
            Headers = { { "Idempotency-Key", key } },
        };
        using var answer = await http.SendAsync(request);
        Assert.Equal(201, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private Dictionary<string, string> Configuration => new()
    {
        ["ESOZ_DATABASE"] = registry.ConnectionString,
        ["ESOZ_DATA_DIR"] = registry.DataDirectory,
    };

    private static async Task CreateUntilCut(HttpClient http, ContractEmployeeBody body, ConcurrentBag<Guid> acknowledged)
    {
        try
        {
            while (true)
            {
                using var answer = await http.PostAsJsonAsync("/api/admin/contract_employees", body);
                Assert.Equal(201, (int)answer.StatusCode);
                var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
                acknowledged.Add(json.GetProperty("data").GetProperty("id").GetGuid());
            }
        }
        catch (HttpRequestException)
        {
            // The server was killed during the request: it was not acknowledged.
        }
        catch (IOException)
        {
            // The same, while the answer was being read.
        }
    }
}
