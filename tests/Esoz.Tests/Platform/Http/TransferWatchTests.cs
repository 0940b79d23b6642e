using System.Diagnostics;
using System.Security.Cryptography;
using Esoz.Tests.MediaStorage;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Platform.Http;

/// <summary>Clients that stand still, over real sockets.</summary>
public sealed class TransferWatchTests(TransferWatchTests.Impatient registry) : IClassFixture<TransferWatchTests.Impatient>
{
    private const int Length = 24 * 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A reader that takes no byte loses its connection: logged with method and bytes, counted as 408 and not as 200")]
    public async Task StalledReader()
    {
        var folder = await Upload();
        var (before, cut) = (await Count("200"), await Count("408"));
        using var client = new SlowClient();
        Assert.Equal(200, await client.Ask(registry.Url, $"GET {registry.Target("GET", folder, "x")} HTTP/1.1"));
        Assert.True(await client.Take(1000));

        var line = await registry.Log.Await("took no byte");

        Assert.Matches(
            $"The connection of GET of a media link was closed: the client took no byte for 3 s; [1-9][0-9]* of {Length} bytes sent", line);
        Assert.False(await client.Take(Length));
        await Eventually.Holds(async () => await Count("408") == cut + 1, () => "It was not counted.");
        Assert.Equal(before, await Count("200"));
        Assert.Contains("""esoz_requests_cut_total{method_id="unknown",reason="stalled"} """, await Metrics(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A reader that is slow for longer than a stalled one may be gets everything")]
    public async Task SlowReader()
    {
        var folder = await Upload();
        using var client = new SlowClient();
        await client.Ask(registry.Url, $"GET {registry.Target("GET", folder, "x")} HTTP/1.1");

        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(7);)
        {
            Assert.True(await client.Take(20_000));
            await Task.Delay(200, Ct);
        }

        Assert.True(await client.Take(Length));
        Assert.Equal(Length, client.Read);
    }

    [Fact(DisplayName = "An upload that sends no byte loses its connection, and nothing is stored")]
    public async Task StalledUpload()
    {
        var folder = Guid.NewGuid();
        using var client = new SlowClient();
        var asking = client.Ask(registry.Url, $"PUT {registry.Target("PUT", folder, "x")} HTTP/1.1", "Content-Length: 1000000");
        await Eventually.Holds(() => client.IsConnected, () => "Not connected.");
        await client.Send("0123456789");

        Assert.Contains("The connection of PUT of a media link was closed: the client sent no byte for 3 s; 10 bytes received",
            await registry.Log.Await("sent no byte"), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<IOException>(() => asking);
        Assert.Equal(404, (int)(await registry.Http.GetAsync(registry.Link("GET", folder, "x"), Ct)).StatusCode);
    }

    [Fact(DisplayName = "An upload with pauses is stored")]
    public async Task SlowUpload()
    {
        var folder = Guid.NewGuid();
        using var client = new SlowClient();
        var asking = client.Ask(registry.Url, $"PUT {registry.Target("PUT", folder, "x")} HTTP/1.1", "Content-Length: 50");
        await Eventually.Holds(() => client.IsConnected, () => "Not connected.");
        for (var i = 0; i < 5; i++)
        {
            await client.Send("0123456789");
            await Task.Delay(1000, Ct);
        }

        Assert.Equal(200, await asking);
        Assert.Equal(50, (await registry.Http.GetByteArrayAsync(registry.Link("GET", folder, "x"), Ct)).Length);
    }

    private async Task<Guid> Upload()
    {
        var folder = Guid.NewGuid();
        using var content = new ByteArrayContent(RandomNumberGenerator.GetBytes(Length));
        (await registry.Http.PutAsync(registry.Link("PUT", folder, "x"), content, Ct)).EnsureSuccessStatusCode();
        return folder;
    }

    private Task<string> Metrics() => registry.Http.GetStringAsync("/metrics", Ct);

    private async Task<double> Count(string status)
    {
        var name = $$"""esoz_requests_total{method_id="unknown",status="{{status}}"} """;
        var line = (await Metrics()).Split('\n').SingleOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A registry that cuts off a client after three seconds.</summary>
    public sealed class Impatient(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ESOZ_STALLED_READER_SECONDS"] = "3" };
    }
}
