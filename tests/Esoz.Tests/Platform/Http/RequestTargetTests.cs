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

    [Theory(DisplayName = "What is no HTTP for the web server is answered in the envelope too, once, with an id, and the connection ends")]
    [InlineData("GET /api/employee_roles/%00 HTTP/1.1", 404)]
    [InlineData("GET /api/patients/%00x/composition?a=1 HTTP/1.1", 404)]
    [InlineData("PATCH http://{host}/api/employee_roles/a%00/actions/deactivate HTTP/1.1", 401)]
    [InlineData("GET /api/employee_roles/\u0001 HTTP/1.1", 401)]
    [InlineData("GET /api/employee_roles/\u007f\u0000 HTTP/1.1", 400)]
    [InlineData("GET /api/employee_roles/\u0491 HTTP/1.1", 400)]
    [InlineData("GET http://other.host.invalid/api/x HTTP/1.1", 400)]
    [InlineData("GET http://%zz/api/x HTTP/1.1", 400)]
    [InlineData("GET * HTTP/1.1", 404)]
    [InlineData("GET api/employee_roles HTTP/1.1", 400)]
    [InlineData("GET example.invalid:443 HTTP/1.1", 404)]
    [InlineData("GET /api/employee_roles", 400)]
    [InlineData("GET /api/employee_roles HTTP/1.1\r\nno colon", 400)]
    [InlineData("GET /api/patients/x HTTP/1.1\r\nContent-Length: -1", 400)]
    [InlineData("G\u0002T /api/employee_roles HTTP/1.1", 400)]
    public async Task Malformed(string line, int status)
    {
        var (sent, head, body) = await RawHttp.Send(registry.Url, line.Replace("{host}", registry.Url.Authority, StringComparison.Ordinal));

        Assert.True(status == sent, $"{head}\n{body}");
        Assert.Contains("\r\nDate: ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nAllow: ", head, StringComparison.Ordinal);
        IsWhole(head, body, isMc: line.Contains("/api/patients", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Targets and headers that are too long are answered in the envelope as well")]
    public async Task TooLong()
    {
        var (status, head, body) = await RawHttp.Send(registry.Url, $"GET /api/employee_roles/{new string('a', 9000)} HTTP/1.1");
        Assert.Equal(414, status);
        IsWhole(head, body, isMc: false);

        (status, head, body) = await RawHttp.Send(registry.Url, $"GET /api/patients/x HTTP/1.1\r\nX: {new string('a', 40_000)}");
        Assert.Equal(431, status);
        IsWhole(head, body, isMc: true);
    }

    [Fact(DisplayName = "On a connection that was used before nothing of the former request is in the answer; the log has a line, the journal a row")]
    public async Task AfterAnother()
    {
        var host = $"Host: {registry.Url.Authority}\r\n";
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(registry.Url.Host, registry.Url.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET /api/patients/first HTTP/1.1\r\nX-Request-ID: the-first\r\n{host}\r\nGET /api/second%00 HTTP/1.1\r\nX-Request-ID: the-second\r\n{host}\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var answers = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        var second = answers[answers.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal)..].Split("\r\n\r\n");
        IsWhole(second[0], second[1], isMc: false);
        Assert.DoesNotContain("the-first", second[0], StringComparison.Ordinal);
        var meta = System.Text.Json.JsonElement.Parse(second[1]).GetProperty("meta");
        Assert.Equal($"{registry.Url}api/second%00", meta.GetProperty("url").GetString());
        var id = meta.GetProperty("request_id").GetString();
        await Eventually.Holds(async () => await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE request_id = $1 AND status = 404 AND rule = '2'", id) == 1);
        Assert.Contains(registry.Log.Lines, line => line.Contains("Refused unknown by rule 2 with 404", StringComparison.Ordinal));
    }

    /// <summary>One answer in the envelope, with as many bytes as it announces.</summary>
    private static void IsWhole(string head, string body, bool isMc)
    {
        var status = int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n", $"{head}\r\n", StringComparison.Ordinal);
        foreach (var header in (string[])["Connection: close", "X-Request-ID: ", "X-Content-Type-Options: nosniff", "Content-Type: application/json; charset=utf-8"])
            Assert.Contains($"\r\n{header}", head, StringComparison.OrdinalIgnoreCase);
        var json = System.Text.Json.JsonElement.Parse(body);
        if (isMc)
            Assert.Equal(status, json.GetProperty("error").GetProperty("code").GetInt32());
        else
        {
            Assert.Equal(status, json.GetProperty("meta").GetProperty("code").GetInt32());
            Assert.NotEqual("", json.GetProperty("error").GetProperty("message").GetString());
        }
    }

    [Fact(DisplayName = "A header line ends with CR LF: a request with a bare LF is refused")]
    public async Task LineFeed()
    {
        var host = $"Host: {registry.Url.Authority}\r\nConnection: close\r\n";

        Assert.Equal(200, (await RawHttp.SendExactly(registry.Url, $"GET /healthz HTTP/1.1\r\n{host}\r\n")).Status);
        Assert.Equal(400, (await RawHttp.SendExactly(registry.Url, $"GET /healthz HTTP/1.1\r\n{host}X: 1\n\r\n")).Status);
        Assert.Equal(400, (await RawHttp.SendExactly(registry.Url, $"GET /healthz HTTP/1.1\n{host}\r\n")).Status);
    }
}
