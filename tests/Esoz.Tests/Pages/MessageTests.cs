using System.Net;

namespace Esoz.Tests.Pages;

/// <summary>Faults on the routes of pages are pages.</summary>
public sealed class MessageTests(MessageTests.Limited registry) : IClassFixture<MessageTests.Limited>
{
    [Fact(DisplayName = "A fault is a page with 500 and the request id, in the reader's language; elsewhere it is the envelope")]
    public async Task Fault()
    {
        await registry.Execute("ALTER TABLE connections RENAME TO connections_away");
        try
        {
            using var page = await Get("/sign-in?client_id=c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f", "en");
            var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            Assert.Equal((HttpStatusCode.InternalServerError, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
            Assert.Contains("Something went wrong", html, StringComparison.Ordinal);
            Assert.Contains(WebUtility.HtmlEncode(page.Headers.GetValues("X-Request-ID").Single()), html, StringComparison.Ordinal);
            Assert.Equal("deny", page.Headers.GetValues("X-Frame-Options").Single());
        }
        finally
        {
            await registry.Execute("ALTER TABLE connections_away RENAME TO connections");
        }
    }

    [Fact(DisplayName = "Who asks too often gets a page with 429 and Retry-After")]
    public async Task TooMany()
    {
        HttpResponseMessage? answer = null;
        for (var i = 0; i <= Limited.PerMinute; i++)
            answer = await Get("/sign-in", "uk", "10.9.9.9");

        Assert.Equal((HttpStatusCode.TooManyRequests, "text/html"), (answer!.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Contains("Забагато запитів", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await Get("/sign-in", "uk", "10.9.9.8")).StatusCode);
    }

    [Theory(DisplayName = "The cookie of sign-in is __Host- and Secure for every host but this machine without TLS")]
    [InlineData("https", "api.example.ua")]
    [InlineData("https", "localhost")]
    [InlineData("http", "api.example.ua")]
    public async Task SecureCookie(string scheme, string host)
    {
        var scene = await SignIn.Browser.SignInScene.Make(registry);
        using var answer = await Get(scene.Path(), "uk", "10.9.9.7", ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host));

        Assert.Matches(@"^__Host-esoz-sign-in=[\w-]{43}; path=/; secure; samesite=lax; httponly$", answer.Headers.GetValues("Set-Cookie").Single());
    }

    private async Task<HttpResponseMessage> Get(
        string path, string language, string address = "10.9.9.1", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry.Url, path));
        request.Headers.Add("Accept-Language", language);
        request.Headers.Add("X-Forwarded-For", address);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await registry.Http.SendAsync(request);
    }

    /// <summary>Behind a proxy on this machine, with few requests a minute.</summary>
    public sealed class Limited(TestCluster cluster) : Registry(cluster)
    {
        public const int PerMinute = 5;

        protected override Dictionary<string, string> Configuration => new()
        {
            ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1",
            ["RATE_LIMIT_SIGN_IN_MINUTE"] = $"{PerMinute}",
        };
    }
}
