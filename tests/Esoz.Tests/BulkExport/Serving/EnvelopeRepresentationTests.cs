using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Esoz.Tests.BulkExport.Serving;

/// <summary>The compressed answer, assembled from its own head and stored parts, as read by real clients.</summary>
public sealed class EnvelopeRepresentationTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/employees";

    /// <summary>Requests the answer and requires one gzip member with nothing after it.</summary>
    private const string Python = """
        import json, sys, urllib.request, zlib
        request = urllib.request.Request(sys.argv[1], headers={"api-key": sys.argv[2], "Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            body = answer.read()
        member = zlib.decompressobj(wbits=31)
        plain = member.decompress(body) + member.flush()
        assert member.eof and not member.unused_data
        sys.stdout.write(str(len(json.loads(plain)["data"])))
        """;

    /// <summary>
    /// Node's own client: <c>fetch</c> decompresses by itself, and so does a stream of <c>zlib</c>, which rejects data after a
    /// member.
    /// </summary>
    private const string Node = """
        const zlib = require('node:zlib'), http = require('node:http');
        http.get(process.argv[1], { headers: { 'api-key': process.argv[2], 'accept-encoding': 'gzip' } }, answer => {
          const parts = [];
          answer.on('data', part => parts.push(part));
          answer.on('end', () => {
            const body = Buffer.concat(parts);
            const { buffer, engine } = zlib.gunzipSync(body, { info: true });
            if (engine.bytesWritten !== body.length) throw new Error(`${engine.bytesWritten} of ${body.length} bytes read`);
            process.stdout.write(String(JSON.parse(buffer).data.length));
          });
        });
        """;

    [Theory(DisplayName = "curl, Python, Node and .NET read the compressed answer whole, as one member")]
    [InlineData("")]
    [InlineData("?depth=1")]
    [InlineData("?depth=5")]
    public async Task Clients(string query)
    {
        await registry.SomeEmployees(new Random(8), 60);
        var report = await registry.Build();
        var rows = report.Windows.Single(window => window.Depth?.ToString() == (query.Length == 0 ? null : query[^1..])).Rows.ToString();
        var (url, key) = (new Uri(registry.Url, Path + query).ToString(), await registry.Given.ApiKey("PIS"));

        var curled = await Run("curl", "-sS", "--fail", "--compressed", "-H", $"api-key: {key}", url);
        Assert.Equal(rows, JsonDocument.Parse(curled).RootElement.GetProperty("data").GetArrayLength().ToString());
        Assert.Equal(rows, await Run("python3", "-c", Python, url, key));
        Assert.Equal(rows, await Run("node", "-e", Node, url, key));
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip };
        using var http = new HttpClient(handler) { DefaultRequestHeaders = { { "api-key", key } } };
        Assert.Equal(rows, JsonDocument.Parse(await http.GetByteArrayAsync(new Uri(url), TestContext.Current.CancellationToken))
            .RootElement.GetProperty("data").GetArrayLength().ToString());
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}");
        return output;
    }
}
