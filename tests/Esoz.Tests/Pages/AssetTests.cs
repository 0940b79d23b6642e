using System.Net;
using Esoz.Pages;

namespace Esoz.Tests.Pages;

/// <summary>Files of the pages.</summary>
public sealed class AssetTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Style sheet and icon are served from the program and may be kept for good")]
    public async Task Served()
    {
        foreach (var (asset, type) in new[] { (Asset.Styles, "text/css"), (Asset.Icon, "image/svg+xml") })
        {
            using var answer = await registry.Http.GetAsync(new Uri(registry.Url, asset.Url), TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Theory(DisplayName = "Any other name is 404 in the envelope")]
    [InlineData("pages.css")]
    [InlineData("pages.000000000000.css")]
    [InlineData("..%2fappsettings.json")]
    public async Task Unknown(string name) => Assert.Equal(404, (await registry.Send("GET", $"/assets/{name}")).Status);
}
