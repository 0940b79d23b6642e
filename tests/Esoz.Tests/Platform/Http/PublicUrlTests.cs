using Esoz.Tests.Processes;
using Esoz.Tests.SignIn.Browser;

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

    [Theory(DisplayName = "Without a host the URL has the address at which the request arrived")]
    [InlineData("HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.0\r\n\r\n")]
    public async Task NoHost(string rest)
    {
        var ct = TestContext.Current.CancellationToken;
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(registry.Url.Host, registry.Url.Port, ct);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /api/nothing {rest}"), ct);
        using var reader = new StreamReader(client.GetStream());

        Assert.Contains($"\"url\":\"{registry.Url}api/nothing\"", await reader.ReadToEndAsync(ct), StringComparison.Ordinal);
    }

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
    [InlineData("HTTPS", "public.example.ua:443", "https://public.example.ua/api/nothing")]
    public async Task UsesForwardedHeaders(string scheme, string host, string url) => Assert.Equal(url,
        await Urls.Of(registry, "/api/nothing", ("Host", "inner:5080"), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host)));

    [Fact(DisplayName = "Of several values the last one counts, which is the proxy's own; what came from the client does not")]
    public async Task OwnValue() => Assert.Equal("https://public.example.ua/api/nothing", await Urls.Of(registry, "/api/nothing",
        ("Host", "inner:5080"), ("X-Forwarded-Proto", "http, https"), ("X-Forwarded-Host", "evil.example, public.example.ua")));

    public sealed class Trusting(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1" };
    }
}

/// <summary>Proxies given as networks.</summary>
public sealed class ForwardedNetworkTests(ForwardedNetworkTests.Trusting registry) : IClassFixture<ForwardedNetworkTests.Trusting>
{
    [Fact(DisplayName = "A proxy in a trusted network is trusted")]
    public async Task Network() => Assert.Equal("https://public.example.ua/api/nothing", await Urls.Of(registry, "/api/nothing",
        ("Host", "inner:5080"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "public.example.ua")));

    [Theory(DisplayName = "What is neither an address nor a network stops the start")]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example.ua")]
    public void Wrong(string text) => Assert.Contains(
        $"ESOZ_TRUSTED_PROXIES: must be addresses or networks such as 10.0.0.1 and 10.1.0.0/16, but has '{text}'",
        Assert.Throws<Esoz.Platform.Configuration.SettingsException>(
            () => Settings.Read(new Dictionary<string, string> { ["ESOZ_TRUSTED_PROXIES"] = $"::1, {text}" })).Faults);

    public sealed class Trusting(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration =>
            new() { ["ESOZ_TRUSTED_PROXIES"] = "10.1.0.0/16, fd00::/8, 127.0.0.0/8" };
    }
}

/// <summary><c>meta.url</c> and links of a server with a list of hosts.</summary>
public sealed class AllowedHostsTests(AllowedHostsTests.Listed registry) : IClassFixture<AllowedHostsTests.Listed>
{
    [Theory(DisplayName = "A host of the list stands in URLs, in any case, with the port of its entry or with any")]
    [InlineData("api.example.ua", "api.example.ua")]
    [InlineData("API.example.ua:8080", "API.example.ua:8080")]
    [InlineData("mis.example.ua:8443", "mis.example.ua:8443")]
    public async Task Ours(string host, string shown) =>
        Assert.Equal($"http://{shown}/api/nothing", await Urls.Of(registry, "/api/nothing", ("Host", host)));

    [Theory(DisplayName = "Any other host is replaced by the first of the list, wherever the client wrote it")]
    [InlineData("evil.example", null)]
    [InlineData("mis.example.ua", null)]
    [InlineData("api.example.ua.evil.example", null)]
    [InlineData("api.example.ua", "evil.example")]
    public async Task Others(string host, string? forwarded)
    {
        (string, string)[] headers = forwarded is null ? [("Host", host)] : [("Host", host), ("X-Forwarded-Host", forwarded)];
        Assert.Equal("http://api.example.ua/api/nothing", await Urls.Of(registry, "/api/nothing", headers));

        var link = await registry.Send("POST", "/api/admin/contracts/media_storage/generate_url", await registry.Given.Nhs(),
            $$"""{"action":"GET","resource_id":"{{Guid.NewGuid()}}","resource_name":"x"}""", headers);
        Assert.StartsWith("http://api.example.ua/media/", link.Succeeded().Data.GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "What is no host stops the start")]
    [InlineData("https://api.example.ua")]
    [InlineData("api.example.ua/path")]
    [InlineData("somebody@api.example.ua")]
    public void Wrong(string text) => Assert.Contains(
        $"ESOZ_ALLOWED_HOSTS: must be hosts such as api.example.ua and 10.0.0.1:8080, separated by commas, but has '{text}'",
        Assert.Throws<Esoz.Platform.Configuration.SettingsException>(
            () => Settings.Read(new Dictionary<string, string> { ["ESOZ_ALLOWED_HOSTS"] = $"localhost, {text}" })).Faults);

    public sealed class Listed(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration =>
            new() { ["ESOZ_ALLOWED_HOSTS"] = "api.example.ua, mis.example.ua:8443", ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1" };
    }
}

/// <summary><c>meta.url</c> of production that was told no address: it serves its own machine.</summary>
public sealed class LocalUrlTests(LocalUrlTests.Production registry) : IClassFixture<LocalUrlTests.Production>
{
    [Theory(DisplayName = "Names of this machine are repeated, others are replaced by the address of the connection")]
    [InlineData("localhost:5080", "localhost:5080")]
    [InlineData("127.0.0.1:5080", "127.0.0.1:5080")]
    [InlineData("[::1]:5080", "[::1]:5080")]
    [InlineData("evil.example", null)]
    [InlineData("127.0.0.1.evil.example", null)]
    public async Task Local(string host, string? shown) => Assert.Equal($"http://{shown ?? registry.Url.Authority}/api/nothing",
        await Urls.Of(registry, "/api/nothing", ("Host", host)));

    public sealed class Production(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => EsozProcess.Production("", "");
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

/// <summary>URLs of a server whose sign-in has a host of its own (sign-in §15).</summary>
public sealed class SignInUrlTests(SignInUrlTests.TwoHosts registry) : IClassFixture<SignInUrlTests.TwoHosts>
{
    private const string Auth = "https://auth.ehealth.example.ua";

    [Fact(DisplayName = "AUTH_BASE_URL: methods of sign-in, the issuer of codes and links to passwords; everything else has PUBLIC_BASE_URL")]
    public async Task OfSignIn()
    {
        Assert.Equal("https://api.ehealth.example.ua/api/nothing", await Urls.Of(registry, "/api/nothing"));
        Assert.Equal("https://api.ehealth.example.ua/oauth/user", await Urls.Of(registry, "/oauth/user"));
        var refused = await registry.Send("POST", "/oauth/tokens", null, "{}");
        Assert.Equal($"{Auth}/oauth/tokens", refused.Json.GetProperty("meta").GetProperty("url").GetString());

        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        Assert.Equal(Auth, (await browser.Get(scene.Path(("response_type", "token")))).Returned["iss"]);
        Assert.StartsWith("__Host-", (await browser.Get(scene.Path())).Headers["Set-Cookie"], StringComparison.Ordinal);
        Assert.Equal($"{Auth}/password?token=t", registry.Settings.Links.Url("t"));
    }

    public sealed class TwoHosts(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration =>
            new() { ["PUBLIC_BASE_URL"] = "https://api.ehealth.example.ua", ["AUTH_BASE_URL"] = $"{Auth}/" };
    }
}

file static class Urls
{
    public static async Task<string> Of(Registry registry, string path, params (string, string)[] headers) =>
        (await registry.Send("GET", path, null, null, headers)).Json.GetProperty("meta").GetProperty("url").GetString()!;
}
