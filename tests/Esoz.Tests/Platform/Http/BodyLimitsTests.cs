using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Esoz.Platform.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Platform.Http;

/// <summary>What bodies may take of memory and time.</summary>
public sealed class BodyLimitsTests(Registry registry) : IClassFixture<Registry>
{
    private const int Large = 10_000_000;

    private BodyLimits Limits => registry.Services.GetRequiredService<BodyLimits>();

    [Fact(DisplayName =
        "60 bodies of 10 MB that one doctor does not end take 30 MB, another doctor's is answered meanwhile, and all memory comes back")]
    public async Task Stalled()
    {
        var (doctor, other) = (await Doctor(), await Doctor());
        var stalled = new List<TcpClient>();
        for (var i = 0; i < 60; i++)
            stalled.Add(await Begin(doctor, $"Content-Length: {Large}", new string(' ', 200_000)));
        await Eventually.Holds(() => Limits.SetAside == 3 * Large, () => $"{Limits.SetAside} bytes are set aside.");

        var answer = await registry.Send("PATCH", Sign, other, $$"""{"data":"{{new string('A', Large - 20)}}"}""");

        Assert.Equal(404, answer.Status);
        Assert.Equal(3 * Large, Limits.SetAside);
        stalled.ForEach(client => client.Dispose());
        await Eventually.Holds(() => Limits.SetAside == 0, () => $"{Limits.SetAside} bytes are set aside.");
    }

    [Theory(DisplayName = "Chunks that are none are 400, not a fault")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("7FFFFFFFFFFFFFFF\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("xyz\r\n")]
    [InlineData("5\r\n{\"a\":1}\r\n0\r\n\r\n")]
    public async Task Chunks(string chunks)
    {
        var doctor = await Doctor();

        var (status, _, body) = await RawHttp.Send(registry.Url, string.Create(CultureInfo.InvariantCulture,
            $"PATCH {Sign} HTTP/1.1\r\nAuthorization: Bearer {doctor.Token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked"), chunks);

        Assert.True(status is 400 or 413, $"{status} {body}");
        Assert.StartsWith("{\"error\":{\"code\":", body, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static string Sign { get; } = $"/api/patients/composition/{Guid.NewGuid()}/sign";

    private async Task<Credential> Doctor() => await registry.Given.Token(await registry.Given.Provider(), "composition:sign");

    /// <summary>Sends the head of a request and the beginning of its body.</summary>
    private Task<TcpClient> Begin(Credential doctor, string length, string beginning) =>
        SlowBody.Begin(registry.Url, Sign, doctor, length, beginning);
}

/// <summary>The time that a body may take.</summary>
public sealed class BodyTimeTests(BodyTimeTests.Impatient registry) : IClassFixture<BodyTimeTests.Impatient>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A body that trickles is cut off when its time is over, which is logged and counted as 408")]
    public async Task Trickling()
    {
        using var client = await SlowBody.Begin(registry.Url, $"/api/patients/composition/{Guid.NewGuid()}/sign",
            await registry.Given.Token(await registry.Given.Provider(), "composition:sign"), "Transfer-Encoding: chunked", "");
        var isOpen = true;

        await Eventually.Holds(async () =>
        {
            try
            {
                await client.GetStream().WriteAsync("400\r\n"u8.ToArray(), Ct);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(new string(' ', 0x400) + "\r\n"), Ct);
                await Task.Delay(50, Ct);
            }
            catch (IOException)
            {
                isOpen = false;
            }
            return !isOpen;
        }, () => "It still trickles.");

        Assert.Contains(registry.Log.Lines, line => line.Contains("came too slowly", StringComparison.Ordinal));
        Assert.Contains("status=\"408\"", (await registry.Send("GET", "/metrics")).Text, StringComparison.Ordinal);
    }

    public sealed class Impatient(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ESOZ_BODY_SECONDS"] = "2" };
    }
}

file static class SlowBody
{
    public static async Task<TcpClient> Begin(Uri server, string path, Credential credential, string length, string beginning)
    {
        // What the server does not take must not keep the test waiting.
        var client = new TcpClient { SendBufferSize = 1_000_000 };
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        var head = $"PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {credential.Token}\r\nContent-Type: application/json\r\n{length}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + beginning), TestContext.Current.CancellationToken);
        return client;
    }
}
