namespace Esoz.Tests.Platform.Http;

/// <summary>The path is taken as it was sent: a prefix that a proxy lets pass leads nowhere else.</summary>
public sealed class RequestTargetTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName = "Dot segments lead nowhere: 404 in the envelope, with the path as it was sent")]
    [InlineData("/api/../metrics")]
    [InlineData("/media/../metrics")]
    [InlineData("/api/%2e%2e/metrics")]
    [InlineData("/api/.%2E/healthz/ready")]
    [InlineData("/api/../healthz")]
    [InlineData("/x/./../openapi.json")]
    [InlineData("/./metrics")]
    [InlineData("/public/../api/v2/dictionaries")]
    public async Task Dots(string path)
    {
        var (status, _, body) = await RawHttp.Send(registry.Url, $"GET {path}?a=/../b HTTP/1.1");

        Assert.True(status is 404 or 403, $"{status} {body}");
        Assert.Contains("\"meta\":{\"code\":", body, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "The target may be a whole URL; dots elsewhere are no dot segments")]
    [InlineData("GET http://{host}/api/../metrics HTTP/1.1", 404)]
    [InlineData("GET http://{host}/metrics HTTP/1.1", 200)]
    [InlineData("GET /metrics?x=/../y HTTP/1.1", 200)]
    [InlineData("GET /healthz HTTP/1.1", 200)]
    [InlineData("GET /.well-known/x HTTP/1.1", 404)]
    [InlineData("GET /api/v2/dictionaries?name=%2e%2e HTTP/1.1", 200)]
    public async Task Others(string line, int status) => Assert.Equal(status, (await RawHttp.Send(
        registry.Url, line.Replace("{host}", registry.Url.Authority, StringComparison.Ordinal))).Status);

    [Fact(DisplayName = "A header line ends with CR LF: a request with a bare LF is refused")]
    public async Task LineFeed()
    {
        var host = $"Host: {registry.Url.Authority}\r\nConnection: close\r\n";

        Assert.Equal(200, (await RawHttp.SendExactly(registry.Url, $"GET /healthz HTTP/1.1\r\n{host}\r\n")).Status);
        Assert.Equal(400, (await RawHttp.SendExactly(registry.Url, $"GET /healthz HTTP/1.1\r\n{host}X: 1\n\r\n")).Status);
        Assert.Equal(400, (await RawHttp.SendExactly(registry.Url, $"GET /healthz HTTP/1.1\n{host}\r\n")).Status);
    }
}
