using System.Text.Json;
using Esoz.BulkExport;
using Esoz.Tests.Platform.Compression;

namespace Esoz.Tests.BulkExport.Serving;

/// <summary>An answer without records is valid in every form (pis-bulk §5, §6).</summary>
public sealed class SnapshotReplyEmptyTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Python = "import gzip, sys; sys.stdout.write(gzip.decompress(open(sys.argv[1], 'rb').read()).decode())";

    private const string Java = """
        import java.io.*;
        import java.util.zip.*;
        public class Gunzip {
          public static void main(String[] arguments) throws IOException {
            new GZIPInputStream(new FileInputStream(arguments[0])).transferTo(System.out);
          }
        }
        """;

    [Theory(DisplayName = "An empty window and an empty set are one valid gzip member for gunzip, Python and Java")]
    [InlineData("application/json", "")]
    [InlineData("application/json", "?depth=1")]
    [InlineData("application/octet-stream", "?depth=1")]
    [InlineData("application/x-ndjson", "")]
    [InlineData("application/x-ndjson", "?depth=1")]
    public async Task Gzip(string accept, string query)
    {
        await registry.Build(GetEmployeeRolesBulk.Resource);
        var body = await Body(accept, "gzip", query);
        var plain = await Body(accept, "identity", query);
        var file = Path.Combine(registry.DataDirectory, $"{Guid.NewGuid():n}.gz");
        await File.WriteAllBytesAsync(file, body, TestContext.Current.CancellationToken);

        GzipTool.AssertOneMember(body);
        Assert.Equal(plain, await GzipTool.Decompress(body));
        Assert.Equal(plain.Length, (await new ForeignClient("python3").Succeeds("-c", Python, file)).Length);
        if (accept == "application/x-ndjson")
            Assert.Empty(plain);
        else
            Assert.Empty(JsonDocument.Parse(plain).RootElement.GetProperty("data").EnumerateArray());

        var source = Path.Combine(registry.DataDirectory, "Gunzip.java");
        await File.WriteAllTextAsync(source, Java, TestContext.Current.CancellationToken);
        Assert.Equal(plain.Length, (await new ForeignClient("java").Succeeds(source, file)).Length);
    }

    private async Task<byte[]> Body(string accept, string coding, string query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/pis/bulk/employee_roles{query}");
        var key = await registry.Given.ApiKey("PIS");
        foreach (var (name, value) in new[] { ("api-key", key), ("Accept", accept), ("Accept-Encoding", coding), ("X-Request-ID", "same") })
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
