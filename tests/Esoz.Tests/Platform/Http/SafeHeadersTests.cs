using Esoz.Tests.BulkExport;

namespace Esoz.Tests.Platform.Http;

/// <summary>Headers that every answer has.</summary>
public sealed class SafeHeadersTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    [Fact(DisplayName = "No answer is kept, runs or is framed, and nobody guesses its type, be it data, a refusal, a probe or a link")]
    public async Task Everywhere()
    {
        var provider = await registry.Given.Token(await registry.Given.Provider(), "employee:read");
        foreach (var (path, credential, status) in new (string, Credential?, int)[]
        {
            ("/api/employees", provider, 200),
            ($"/api/employees/{Guid.NewGuid()}", provider, 403),
            ("/api/employees", null, 401),
            ("/api/nothing", null, 404),
            ("/api/patients/nothing", null, 404),
            ("/media/nothing", null, 403),
            ("/metrics", null, 200),
            ("/healthz/ready", null, 200),
        })
        {
            var answer = await registry.Send("GET", path, credential);
            Assert.Equal((path, status), (path, answer.Status));
            Assert.Equal((path, "nosniff"), (path, Assert.Single(answer.Headers.GetValues("X-Content-Type-Options"))));
            Assert.True(answer.Headers.CacheControl!.NoStore, path);
            Assert.Equal((path, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
                (path, Assert.Single(answer.Headers.GetValues("Content-Security-Policy"))));
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        }
    }

    [Fact(DisplayName = "A snapshot may be kept and asked about, as its page says, and so may the OpenAPI document")]
    public async Task Revalidated()
    {
        await registry.Build();
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));

        var snapshot = (await registry.Send("GET", "/api/pis/bulk/employees", key)).Succeeded();
        Assert.Equal(("private, no-cache", "nosniff"), (CacheOf(snapshot), snapshot.Headers.GetValues("X-Content-Type-Options").Single()));
        var unchanged = await registry.Send("GET", "/api/pis/bulk/employees", key, null, ("If-None-Match", snapshot.Headers.ETag!.ToString()));
        Assert.Equal((304, "private, no-cache"), (unchanged.Status, CacheOf(unchanged)));
        Assert.Equal("no-cache", CacheOf(await registry.Send("GET", "/openapi.json")));

        static string CacheOf(Answer answer) =>
            string.Join(", ", answer.Headers.GetValues("Cache-Control").SelectMany(value => value.Split(", ")).Order().Reverse());
    }

    [Theory(DisplayName = "A date at the end of time is a date: no snapshot is newer")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT")]
    public async Task EndOfTime(string date)
    {
        await registry.Build();
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));

        foreach (var header in (string[])["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
        {
            var answer = await registry.Send("GET", "/api/pis/bulk/employees", key, null, (header, date));
            Assert.True(answer.Status is 200 or 304 or 412, $"{header}: {answer.Status} {answer.Text}");
        }
    }
}
