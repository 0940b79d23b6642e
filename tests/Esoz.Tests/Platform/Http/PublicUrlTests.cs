namespace Esoz.Tests.Platform.Http;

/// <summary><c>meta.url</c> without trusted proxies (platform §1, §4).</summary>
public sealed class PublicUrlTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName = "The URL is scheme, host and path of the request; the default port and the query are left out")]
    [InlineData("api.example.ua", "http://api.example.ua/api/nothing")]
    [InlineData("api.example.ua:80", "http://api.example.ua/api/nothing")]
    [InlineData("api.example.ua:8080", "http://api.example.ua:8080/api/nothing")]
    [InlineData("api.example.ua:443", "http://api.example.ua:443/api/nothing")]
    [InlineData("[::1]:80", "http://[::1]/api/nothing")]
    [InlineData("[::1]:5080", "http://[::1]:5080/api/nothing")]
    public async Task FromRequest(string host, string url) =>
        Assert.Equal(url, await Urls.Of(registry, "/api/nothing?page=2", ("Host", host)));

    [Fact(DisplayName = "The path is that of the request, percent-encoded")]
    public async Task Path() =>
        Assert.EndsWith(
            "/api/%D1%80%D0%BE%D0%BB%D1%8C/%22", await Urls.Of(registry, "/api/%D1%80%D0%BE%D0%BB%D1%8C/%22"), StringComparison.Ordinal);

    [Fact(DisplayName = "X-Forwarded-* of an untrusted sender is ignored")]
    public async Task UntrustedProxy() => Assert.Equal("http://api.example.ua/api/nothing",
        await Urls.Of(
            registry, "/api/nothing", ("Host", "api.example.ua"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example")));
}

/// <summary><c>meta.url</c> behind a trusted proxy.</summary>
public sealed class ForwardedUrlTests(ForwardedUrlTests.Trusting registry) : IClassFixture<ForwardedUrlTests.Trusting>
{
    [Theory(DisplayName = "X-Forwarded-Proto and -Host of a trusted proxy are used")]
    [InlineData("https", "public.example.ua", "https://public.example.ua/api/nothing")]
    [InlineData("https", "public.example.ua:443", "https://public.example.ua/api/nothing")]
    [InlineData("https", "public.example.ua:8443", "https://public.example.ua:8443/api/nothing")]
    public async Task UsesForwardedHeaders(string scheme, string host, string url) => Assert.Equal(url,
        await Urls.Of(registry, "/api/nothing", ("Host", "inner:5080"), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host)));

    public sealed class Trusting(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1" };
    }
}

/// <summary><c>meta.url</c> of a server with a configured public address.</summary>
public sealed class ConfiguredUrlTests(ConfiguredUrlTests.Public registry) : IClassFixture<ConfiguredUrlTests.Public>
{
    [Fact(DisplayName = "PUBLIC_BASE_URL overrides everything in a request")]
    public async Task Configured() => Assert.Equal("https://api.ehealth.example.ua/api/nothing",
        await Urls.Of(registry, "/api/nothing", ("Host", "other.example"), ("X-Forwarded-Host", "evil.example")));

    public sealed class Public(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["PUBLIC_BASE_URL"] = "https://api.ehealth.example.ua/" };
    }
}

file static class Urls
{
    public static async Task<string> Of(Registry registry, string path, params (string, string)[] headers) =>
        (await registry.Send("GET", path, null, null, headers)).Json.GetProperty("meta").GetProperty("url").GetString()!;
}
