using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Esoz.Tests.Processes;

/// <summary>What a client was told is kept, whatever happens to the server a moment later.</summary>
public sealed class KilledServerTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "kill -9 during creates loses nothing that was acknowledged, and leaves no row without its audit row")]
    public async Task NothingAcknowledgedIsLost()
    {
        var given = registry.Given;
        var contractor = await given.LegalEntity();
        var credential = await given.Nhs();
        var body = new
        {
            staff_units = 1,
            declaration_limit = 2000,
            employee_id = await given.Employee(contractor),
            division_id = await given.Division(contractor),
            contract_id = await given.Contract(contractor),
            start_date = "2026-01-01T00:00:00Z",
        };
        var acknowledged = new ConcurrentBag<Guid>();

        for (var round = 0; round < 5; round++)
        {
            var before = acknowledged.Count;
            using var server = await ServerProcess.ServeAsync(Configuration);
            using var http = new HttpClient { BaseAddress = server.Url };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", credential.Token);
            http.DefaultRequestHeaders.Add("api-key", credential.ApiKey);
            var clients = Enumerable.Range(0, 8).Select(_ => CreateUntilCut(http, body, acknowledged)).ToArray();
            while (acknowledged.Count < before + 100 + (round * 37))
                await Task.Delay(1, TestContext.Current.CancellationToken);
            await server.KillAsync();
            await Task.WhenAll(clients);
        }

        var stored = (await registry.Rows("SELECT id FROM contract_employees WHERE contract_id = $1", body.contract_id)).Select(row => (Guid)row["id"]!).ToHashSet();
        Assert.Empty(acknowledged.Except(stored));
        Assert.Equal(stored.Count, await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource = 'contract_employees'"));
    }

    private Dictionary<string, string> Configuration => new()
    {
        ["ESOZ_DATABASE"] = registry.ConnectionString,
        ["ESOZ_DATA_DIR"] = registry.DataDirectory,
    };

    private static async Task CreateUntilCut(HttpClient http, object body, ConcurrentBag<Guid> acknowledged)
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
            // The server was killed under the request: it was not acknowledged.
        }
        catch (IOException)
        {
            // The same, while the answer was being read.
        }
    }
}
