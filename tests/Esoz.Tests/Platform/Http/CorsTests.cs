using Esoz.Tests.MediaStorage;

namespace Esoz.Tests.Platform.Http;

/// <summary>Pages of other origins: links of the embedded store and the OpenAPI document (<c>ESOZ_CORS_ORIGINS</c>).</summary>
public sealed class CorsTests(CorsTests.Open registry) : IClassFixture<CorsTests.Open>
{
    private const string Ours = "https://portal.example.ua", Other = "https://evil.example";

    [Theory(DisplayName = "A page of a listed origin may upload and download with any header, one of another origin may not")]
    [InlineData("PUT")]
    [InlineData("GET")]
    public async Task Preflight(string verb)
    {
        var link = registry.Link(verb, Guid.NewGuid(), "x");

        var ours = await Ask(link, Ours);
        var other = await Ask(link, Other);

        Assert.Equal((204, Ours), (ours.Status, Header(ours, "Access-Control-Allow-Origin")));
        Assert.Contains(verb, Header(ours, "Access-Control-Allow-Methods")!, StringComparison.Ordinal);
        Assert.Equal("content-type,if-none-match", Header(ours, "Access-Control-Allow-Headers"));
        Assert.Equal("600", Header(ours, "Access-Control-Max-Age"));
        Assert.Null(Header(other, "Access-Control-Allow-Origin"));

        Task<Answer> Ask(string to, string origin) => registry.Send("OPTIONS", to, headers: [("Origin", origin),
            ("Access-Control-Request-Method", verb), ("Access-Control-Request-Headers", "content-type,if-none-match")]);
    }

    [Fact(DisplayName = "Answers, refusals too, can be read by the page, with tag, range and request id")]
    public async Task Answers()
    {
        var folder = Guid.NewGuid();
        var upload = await Send("PUT", registry.Link("PUT", folder, "x"));
        foreach (var answer in new[] { upload, await Send("GET", registry.Link("GET", folder, "x")),
            await Send("GET", registry.Link("GET", folder, "gone")), await Send("GET", "/openapi.json") })
        {
            Assert.Equal(Ours, Header(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("ETag,Content-Length,Content-Range,Content-Disposition,Accept-Ranges,Last-Modified,X-Request-ID",
                Header(answer, "Access-Control-Expose-Headers"));
        }
        Assert.Null(Header(await Send("GET", "/api/employees"), "Access-Control-Allow-Origin"));

        Task<Answer> Send(string verb, string path) =>
            registry.Send(verb, path, body: verb == "PUT" ? "1" : null, headers: ("Origin", Ours));
    }

    private static string? Header(Answer answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public sealed class Open(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration =>
            new() { ["ESOZ_CORS_ORIGINS"] = $"{Ours}, https://second.example.ua" };
    }
}
