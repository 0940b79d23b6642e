using Esoz.Portal;
using Microsoft.Playwright;

namespace Esoz.Tests.Portal;

/// <summary>The pages of the portal in a real browser, on a sandbox.</summary>
public sealed class PortalPagesTests(PortalSandbox sandbox, Chromium chromium) : IClassFixture<PortalSandbox>
{
    private static readonly string[] Addresses =
    [
        "/", "/docs", "/docs?q=deactivate", "/docs?q=nothing-like-it", "/docs/errors?q=conflict", "/docs/explain",
        "/docs/walkthrough", "/docs/design", "/docs/guides", "/docs/guides?copy=2026-11-20T01:00:04Z&snapshot=2026-11-30T01:00:04Z", "/docs/guides?copy=never",
        "/docs/methods/deactivateEmployeeRole", "/docs/methods/createComposition", "/docs/methods/createContract",
        "/docs/methods/getEmployees", "/docs/methods/getEmployeesBulk", "/docs/methods/logIn",
    ];

    [Theory(DisplayName = "axe finds nothing on any page, in both languages, light and dark")]
    [InlineData("uk-UA", ColorScheme.Light)]
    [InlineData("en-GB", ColorScheme.Dark)]
    public async Task Accessible(string language, ColorScheme colors)
    {
        await using var context = await chromium.Open(language, colors: colors);
        await EveryPage(context, Chromium.HoldAccessible);
    }

    [Theory(DisplayName = "At 320 px nothing has to be scrolled sideways, with scripts and without")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Narrow(bool withScript)
    {
        await using var context = await chromium.Open(withScript: withScript, width: 320);
        await EveryPage(context, Chromium.HoldNarrow);
    }

    [Fact(DisplayName = "No page breaks the content security policy, and scripts may come from the server only")]
    public async Task Policy()
    {
        await using var context = await chromium.Open();
        var messages = new List<string>();
        context.Console += (_, message) => messages.Add(message.Text);
        await EveryPage(context, _ => Task.CompletedTask);
        Assert.Empty(messages);
        using var answer = await sandbox.Http.GetAsync("/docs", TestContext.Current.CancellationToken);
        Assert.Equal("default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("no-store", answer.Headers.GetValues("Cache-Control").Single());
    }

    [Fact(DisplayName = "Every page with its styles, scripts and pictures is at most 100 kB compressed")]
    public async Task Size()
    {
        await sandbox.Demo();
        var methods = Methods.All.Select(card => $"{PortalPages.Methods}/{card.Id}");
        foreach (var address in Addresses.Concat(methods).Append("/docs/errors"))
        {
            var size = await PageSize.Of(sandbox, address);
            Assert.True(size <= PageSize.Max, $"{address}: {size}");
        }
    }

    [Fact(DisplayName = "What serve prepares in the background is rendered without a fault")]
    public Task Prepared() => PortalWarmUp.Run(sandbox.Services);

    [Fact(DisplayName = "From the first page to a method by search, with the keyboard alone and without scripts")]
    public async Task Keyboard()
    {
        await using var context = await chromium.Open(withScript: false);
        var page = await Open(context, "/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Методи", Exact = true }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Пошук").FocusAsync();
        await page.Keyboard.TypeAsync("INACTIVE employee role cannot be DEACTIVATED");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Знайдено методів: 1").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Деактивувати роль працівника" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await page.GetByRole(AriaRole.Heading, new() { Name = "Перевірки за порядком" }).WaitForAsync();
        Assert.EndsWith("/docs/methods/deactivateEmployeeRole", page.Url, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The switch changes the language of a page and keeps the search; it stays for the next page")]
    public async Task Languages()
    {
        await using var context = await chromium.Open();
        var page = await Open(context, "/docs?q=deactivate");

        await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        Assert.Equal("deactivate", await page.GetByLabel("Search").InputValueAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "Errors", Exact = true }).ClickAsync();
        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal("Errors", await page.Locator("h1").TextContentAsync());
    }

    [Fact(DisplayName = "Examples are in tabs without a script; on paper all of them are there, and nothing to press")]
    public async Task Tabs()
    {
        await using var context = await chromium.Open("en-GB", withScript: false);
        var page = await Open(context, "/docs/methods/deactivateEmployeeRole");

        Assert.True(await page.GetByText("curl -sS -X PATCH").IsVisibleAsync());
        Assert.False(await page.GetByText("HttpMethod.Patch").IsVisibleAsync());
        await page.GetByText("C#", new() { Exact = true }).ClickAsync();
        Assert.True(await page.GetByText("HttpMethod.Patch").IsVisibleAsync());
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.True(await page.GetByText("curl -sS -X PATCH").IsVisibleAsync());
        Assert.True(await page.GetByText("await fetch(").IsVisibleAsync());
        Assert.False(await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).IsVisibleAsync());
    }

    [Fact(DisplayName = "What can be copied has a button where scripts run, and only there")]
    public async Task Copy()
    {
        await using var context = await chromium.Open("en-GB");
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var page = await Open(context, "/docs/methods/deactivateEmployeeRole");

        await page.Locator(".endpoint .copy").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
        Assert.Equal("/api/employee_roles/{id}/actions/deactivate", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await using var plain = await chromium.Open(withScript: false);
        Assert.Equal(0, await (await Open(plain, "/")).Locator(".copy").CountAsync());
    }

    private async Task EveryPage(IBrowserContext context, Func<IPage, Task> hold)
    {
        var page = await Open(context, Addresses[0]);
        await hold(page);
        foreach (var address in Addresses[1..])
        {
            await page.GotoAsync(new Uri(sandbox.Url, address).ToString());
            await hold(page);
        }
    }

    private async Task<IPage> Open(IBrowserContext context, string address)
    {
        await sandbox.Demo();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(sandbox.Url, address).ToString());
        return page;
    }
}
