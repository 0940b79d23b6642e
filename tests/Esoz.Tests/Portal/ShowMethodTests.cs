using System.Net;
using System.Text.Encodings.Web;
using Esoz.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.Portal;

/// <summary>GET /docs/methods/{name}, where there is no demo registry, as in production.</summary>
public sealed class ShowMethodTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Every card has a page with its path, scopes, inputs and every refusal that it declares")]
    public async Task Complete()
    {
        var html = registry.Services.GetRequiredService<HtmlEncoder>();
        foreach (var card in Methods.Served(registry.Settings))
        {
            var page = await Get($"{PortalPages.Methods}/{card.OperationId}", "en");
            Assert.Contains($"<code data-copy>{card.Path}</code>", page, StringComparison.Ordinal);
            Assert.All(card.Scopes, scope => Assert.Contains($"<code class=\"scope\">{scope}</code>", page, StringComparison.Ordinal));
            Assert.All(card.Query, parameter => Assert.Contains($"<code>{parameter.Name}</code>", page, StringComparison.Ordinal));
            foreach (var check in Check.Of(card))
            {
                Assert.Contains($">{html.Encode(check.Rule)}</span>", page, StringComparison.Ordinal);
                Assert.Contains($"<code>{check.Code}</code>", page, StringComparison.Ordinal);
                Assert.Contains($">{html.Encode(check.Text)}</span>", page, StringComparison.Ordinal);
            }
        }
    }

    [Fact(DisplayName = "A page is found by operation and by Method API ID in any case; an unknown name is a page with 404")]
    public async Task Names()
    {
        Assert.Equal(await Get("/docs/methods/API-005-007-004-0127", "uk"), await Get("/docs/methods/deactivateemployeerole", "uk"));
        using var unknown = await registry.Http.GetAsync("/docs/methods/none", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (unknown.StatusCode, unknown.Content.Headers.ContentType?.MediaType));
    }

    [Fact(DisplayName = "Without a demo registry a page is read-only, and the first one says how credentials are got")]
    public async Task ReadOnly()
    {
        Assert.DoesNotContain("<form method=\"post\"", await Get("/docs/methods/createContract", "en"), StringComparison.Ordinal);
        Assert.Contains("There are no demo credentials here.", await Get("/", "en"), StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent([new("example", "0")]);
        using var answer = await registry.Http.PostAsync("/docs/methods/createContract/try", form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(404, (await registry.Send("GET", "/docs/files/demo.env")).Status);
    }

    private async Task<string> Get(string path, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Language", language } } };
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
