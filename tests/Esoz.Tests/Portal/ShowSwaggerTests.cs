using Esoz.Portal;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace Esoz.Tests.Portal;

/// <summary>/docs/swagger in a real browser.</summary>
public sealed class ShowSwaggerTests(PortalSandbox sandbox, Chromium chromium) : IClassFixture<PortalSandbox>
{
    [Theory(DisplayName = "Swagger UI shows every operation and sends a request, breaks no policy and asks no other host")]
    [InlineData("uk-UA", ColorScheme.Light)]
    [InlineData("en-GB", ColorScheme.Dark)]
    public async Task Operations(string language, ColorScheme colors)
    {
        await using var context = await chromium.Open(language, colors: colors);
        var (messages, hosts) = (new List<string>(), new HashSet<string>());
        context.Console += (_, message) => messages.Add(message.Text);
        context.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not "data" } url)
                hosts.Add(url.Authority);
        };
        var page = await context.NewPageAsync();

        await page.GotoAsync(new Uri(sandbox.Url, PortalPages.Swagger).ToString());
        await page.Locator(".opblock").First.WaitForAsync();
        Assert.Equal(Methods.All.Count, await page.Locator(".opblock").CountAsync());
        await page.Locator("#operations-Dictionaries-getDictionaries .opblock-summary-control").ClickAsync();
        await page.Locator(".try-out__btn").ClickAsync();
        await page.Locator("button.execute").ClickAsync();
        await page.Locator(".live-responses-table .response").First.WaitForAsync();

        Assert.DoesNotContain(messages, message => message.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase));
        Assert.Equal([sandbox.Url.Authority], hosts);
    }

    [Theory(DisplayName = "axe finds nothing around Swagger UI, in both languages, light and dark; at 320 px nothing is scrolled sideways")]
    [InlineData("uk-UA", ColorScheme.Light)]
    [InlineData("en-GB", ColorScheme.Dark)]
    public async Task Accessible(string language, ColorScheme colors)
    {
        await using var context = await chromium.Open(language, width: 320, colors: colors);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(sandbox.Url, PortalPages.Swagger).ToString());
        await page.Locator(".opblock").First.WaitForAsync();
        await Chromium.HoldAccessible(page, except: "#swagger");
        await Chromium.HoldNarrow(page);
    }

    [Fact(DisplayName = "Outside a sandbox an operation can be read and not tried")]
    public async Task ReadOnly()
    {
        using var body = new MemoryStream();
        await PortalView.Page<SwaggerPage, SwaggerView>(new(new(PortalPages.Swagger, ""), MayTry: false), hasSecrets: true)
            .ExecuteAsync(new DefaultHttpContext { RequestServices = sandbox.Services, Response = { Body = body } });
        await using var context = await chromium.Open("en-GB");
        var page = await context.NewPageAsync();
        await page.RouteAsync($"**{PortalPages.Swagger}", route => route.FulfillAsync(
            new() { ContentType = "text/html; charset=utf-8", Body = System.Text.Encoding.UTF8.GetString(body.ToArray()) }));

        await page.GotoAsync(new Uri(sandbox.Url, PortalPages.Swagger).ToString());
        await page.Locator("#operations-Dictionaries-getDictionaries .opblock-summary-control").ClickAsync();
        await page.Locator("#operations-Dictionaries-getDictionaries .responses-table").First.WaitForAsync();
        Assert.Equal(0, await page.Locator(".try-out__btn").CountAsync());
    }

    [Fact(DisplayName = "The policy of the page allows what Swagger UI needs and nothing inline; without scripts the page leads to the methods")]
    public async Task Policy()
    {
        using var answer = await sandbox.Http.GetAsync(PortalPages.Swagger, TestContext.Current.CancellationToken);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Equal("default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'", policy);
        await using var context = await chromium.Open("en-GB", withScript: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(sandbox.Url, PortalPages.Swagger).ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "The pages of the methods work without it" }).ClickAsync();
        Assert.Equal("Methods", await page.Locator("h1").TextContentAsync());
    }
}
