using System.Diagnostics;
using Esoz.Tests.Processes;

namespace Esoz.Tests.BulkExport.Serving;

/// <summary>The bulk export is for readers however slow (pis-bulk §6).</summary>
public sealed class SnapshotReplySlowReadersTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/employees";

    [Theory(DisplayName = "A reader that pauses for longer than the web server's own limits gets the whole body")]
    [InlineData("*/*", "identity")]
    [InlineData("*/*", "gzip")]
    [InlineData("application/x-ndjson", "identity")]
    public async Task Pause(string accept, string coding)
    {
        using var client = await Ask(accept, coding);
        Assert.True(await client.Take(10_000));

        await Task.Delay(TimeSpan.FromSeconds(13), TestContext.Current.CancellationToken);

        Assert.True(await client.Take(client.Length));
        Assert.Equal(client.Length, client.Read);
    }

    [Fact(DisplayName = "Soak: a reader of 1 KB a second for two minutes, and one that pauses for a minute twice", Explicit = true)]
    [Trait("Soak", "slow-readers")]
    public async Task Soak()
    {
        var ct = TestContext.Current.CancellationToken;
        await Task.WhenAll(Steady(), Pausing());

        async Task Steady()
        {
            using var client = await Ask("*/*", "identity");
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2);)
            {
                Assert.True(await client.Take(1000));
                await Task.Delay(1000, ct);
            }
            Assert.True(await client.Take(client.Length));
            Assert.Equal(client.Length, client.Read);
        }

        async Task Pausing()
        {
            using var client = await Ask("application/x-ndjson", "gzip");
            for (var i = 0; i < 2; i++)
            {
                Assert.True(await client.Take(10_000));
                await Task.Delay(TimeSpan.FromSeconds(60), ct);
            }
            Assert.True(await client.Take(client.Length));
            Assert.Equal(client.Length, client.Read);
        }
    }

    private async Task<SlowClient> Ask(string accept, string coding)
    {
        await Fill();
        var client = new SlowClient();
        Assert.Equal(200, await client.Ask(registry.Url, $"GET {Path} HTTP/1.1", $"api-key: {await registry.Given.ApiKey("PIS")}",
            $"Accept: {accept}", $"Accept-Encoding: {coding}"));
        return client;
    }

    /// <summary>More than the buffers of a connection hold, also when it is compressed.</summary>
    private async Task Fill()
    {
        if (await registry.Scalar<long>("SELECT count(*) FROM employees") > 0)
            return;
        await registry.SomeEmployees(new Random(3), 1);
        await registry.Execute("""
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by, additional_info)
            SELECT gen_random_uuid(), legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by,
                   jsonb_build_object('about', (SELECT string_agg(md5(random()::text || part), '') FROM generate_series(1, 60) part))
              FROM (SELECT * FROM employees LIMIT 1) one, generate_series(1, 12000) i
            """);
        await registry.Build();
    }
}
