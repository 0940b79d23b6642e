using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>The pages of sign-in in a real browser, with a MIS at the end that only says what it got.</summary>
public sealed class SignInPagesTests(Registry registry, Chromium chromium) : IClassFixture<Registry>, IAsyncLifetime
{
    private const string Phone = "+380501234567";

    private readonly SignInCase _case = new(registry);
    private WebApplication _mis = null!;

    /// <summary>Of another origin than the registry.</summary>
    private string BackUri => $"{_mis.Urls.Single()}/oauth?mis=7";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _mis = builder.Build();
        _mis.MapGet("/oauth", () => "MIS");
        await _mis.StartAsync();
    }

    public async ValueTask DisposeAsync() => await _mis.DisposeAsync();

    [Theory(DisplayName = "The whole flow, with a script engine and without: e-mail, password, consent, back to the MIS with a code")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whole(bool withScript)
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open(withScript: withScript);
        var page = await Begin(context, scene);

        await page.GetByLabel("Електронна пошта").FillAsync(scene.Email);
        await page.GetByLabel("Пароль").FillAsync(SignInScene.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Увійти" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Дозволити" }).ClickAsync();
        await Chromium.Reaches(page, $"{BackUri}&code=");

        Assert.EndsWith($"&state=state%201&iss={Uri.EscapeDataString(registry.Url.ToString().TrimEnd('/'))}", page.Url, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "axe finds nothing on any page, in both languages, light and dark")]
    [InlineData("uk-UA", ColorScheme.Light)]
    [InlineData("uk-UA", ColorScheme.Dark)]
    [InlineData("en-GB", ColorScheme.Light)]
    [InlineData("en-GB", ColorScheme.Dark)]
    public async Task Accessible(string language, ColorScheme colors)
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open(language, colors: colors);
        await EveryPage(context, scene, Chromium.HoldAccessible);
    }

    [Fact(DisplayName = "At 320 px nothing has to be scrolled sideways")]
    public async Task Narrow()
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open(width: 320);
        await EveryPage(context, scene, Chromium.HoldNarrow);
    }

    [Fact(DisplayName = "With the keyboard alone: the focus is in the first empty field, Tab leads through the form in its order, Enter sends it")]
    public async Task Keyboard()
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open();
        var page = await Begin(context, scene);

        await page.Locator("#email:focus").WaitForAsync();
        await page.Keyboard.TypeAsync(scene.Email);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(SignInScene.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Надати дозвіл?" }).WaitForAsync();
        var visited = new List<string>();
        while (!visited.Contains("Дозволити"))
        {
            Assert.True(visited.Count < 10, string.Join(", ", visited));
            await page.Keyboard.PressAsync("Tab");
            visited.Add(await page.EvaluateAsync<string>("document.activeElement.textContent.trim()"));
        }
        Assert.Equal(["До вмісту сторінки", "English", "Технічні назви", "Дозволити"], visited);
        await page.Keyboard.PressAsync("Enter");
        await Chromium.Reaches(page, $"{BackUri}&code=");
    }

    [Theory(DisplayName = "The second factor with the keyboard alone: the focus is in the field for the phone, then in that for the code; Enter sends")]
    [InlineData("uk-UA", "Надати дозвіл?")]
    [InlineData("en-GB", "Give permission?")]
    public async Task FactorByKeyboard(string language, string consent)
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await _case.Sms(scene.User, null);
        await using var context = await chromium.Open(language, withScript: false);
        var page = await Begin(context, scene);
        await FillPassword(page, scene);

        await page.Locator("#phone:focus").WaitForAsync();
        await page.Keyboard.TypeAsync(Phone);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#code:focus").WaitForAsync();
        await page.Keyboard.TypeAsync($"{_case.Code(scene.User)}");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = consent }).WaitForAsync();
    }

    [Fact(DisplayName = "On paper there is what is asked, without buttons and languages")]
    public async Task Print()
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open();
        var page = await Begin(context, scene);
        await SignIn(page, scene);

        await page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.True(await page.GetByText("Ролі працівників").IsVisibleAsync());
        Assert.False(await page.GetByText("Дозволити", new() { Exact = true }).IsVisibleAsync());
        Assert.False(await page.GetByText("English").IsVisibleAsync());
        Assert.True((await page.PdfAsync()).Length > 1000);
    }

    [Fact(DisplayName = "The language can be changed on every page, and stays")]
    public async Task Language()
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open();
        var page = await Begin(context, scene);

        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Sign in – Esoz");
        await page.GetByLabel("E-mail").FillAsync(scene.Email);
        await page.GetByLabel("Password").FillAsync(SignInScene.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Give permission?");
        Assert.Equal("en", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Українська" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Надати дозвіл?");
    }

    [Fact(DisplayName = "No page breaks the content security policy, and none can be shown in a frame")]
    public async Task Policy()
    {
        var scene = await SignInScene.Make(registry, BackUri);
        await using var context = await chromium.Open();
        var page = await context.NewPageAsync();
        var messages = new List<string>();
        page.Console += (_, message) => messages.Add(message.Text);
        await page.GotoAsync(new Uri(registry.Url, scene.Path()).ToString());
        await SignIn(page, scene);
        Assert.Empty(messages);
        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.panel')).backgroundColor"));

        await page.RouteAsync("https://evil.example/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<iframe src='{new Uri(registry.Url, scene.Path())}'></iframe>",
        }));
        await page.GotoAsync("https://evil.example/");
        Assert.DoesNotContain("Вхід", await page.FrameLocator("iframe").Locator("html").InnerTextAsync(), StringComparison.Ordinal);
    }

    private async Task EveryPage(IBrowserContext context, SignInScene scene, Func<IPage, Task> hold)
    {
        var page = await Begin(context, scene);
        await hold(page);
        await page.Locator("#email").FillAsync(scene.Email);
        await page.Locator("#password").FillAsync("wrong");
        await page.Locator("button.button").First.ClickAsync();
        await page.Locator(".notice.problem").WaitForAsync();
        await hold(page);
        await _case.Sms(scene.User, null);
        await FillPassword(page, scene);
        await Send("#phone", "050 123", "#phone-error");
        await Send("#phone", Phone, "#code");
        await Send("#code", "abc", "#code-error");
        await Send("#code", $"{_case.Other(scene.User)}", ".notice.problem");
        await Send("#code", $"{_case.Code(scene.User)}", ".permissions");
        await hold(page);
        await registry.Execute("INSERT INTO apps (id, user_id, client_id, scope) VALUES (gen_random_uuid(), $1, $2, 'employee:read')",
            scene.User, scene.Client);
        await registry.Registrar.IssueToken(scene.Client, scene.User, "employee:read", TimeSpan.FromHours(1), CancellationToken.None);
        await page.GotoAsync(new Uri(registry.Url, scene.Path()).ToString());
        await page.Locator("#email").FillAsync(scene.Email);
        await page.Locator("#password").FillAsync(SignInScene.Password);
        await page.Locator("button[value=show_access]").ClickAsync();
        await Send("#code", $"{_case.Code(scene.User)}", "button[name=withdraw]");
        await hold(page);
        await page.GotoAsync(new Uri(registry.Url, "/sign-in?client_id=1").ToString());
        await hold(page);

        async Task Send(string field, string text, string next)
        {
            await page.Locator(field).WaitForAsync();
            await hold(page);
            await page.Locator(field).FillAsync(text);
            await page.Locator("button.button").First.ClickAsync();
            await page.Locator(next).First.WaitForAsync();
        }
    }

    /// <summary>Fills in page 1, up to page 3.</summary>
    private static async Task SignIn(IPage page, SignInScene scene)
    {
        await FillPassword(page, scene);
        await page.Locator(".permissions").First.WaitForAsync();
    }

    private static async Task FillPassword(IPage page, SignInScene scene)
    {
        await page.Locator("#email").FillAsync(scene.Email);
        await page.Locator("#password").FillAsync(SignInScene.Password);
        await page.Locator("button.button").First.ClickAsync();
    }

    /// <summary>Page 1.</summary>
    private async Task<IPage> Begin(IBrowserContext context, SignInScene scene)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(registry.Url, scene.Path()).ToString());
        return page;
    }
}
