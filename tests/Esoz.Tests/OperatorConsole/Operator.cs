using Esoz.OperatorConsole;
using Esoz.SignIn;
using Esoz.Tests.SignIn.Browser;
using Microsoft.Playwright;

namespace Esoz.Tests.OperatorConsole;

/// <summary>A user with roles of the console.</summary>
internal sealed record Operator(Guid User, string Email)
{
    public const string Password = "Pass-word-1234";

    private static readonly string Hash = PasswordHash.Of(Password);

    /// <param name="roles">Of <see cref="ConsoleRole"/>.</param>
    public static async Task<Operator> Make(Registry registry, params string[] roles)
    {
        var (user, email) = (Guid.NewGuid(), $"operator-{Guid.NewGuid()}@example.ua");
        await registry.Execute("INSERT INTO users (id, email, password_hash, password_set_at) VALUES ($1, $2, $3, now())", user, email, Hash);
        var accounts = new ConsoleAccounts(registry.Database);
        foreach (var role in roles)
            Assert.True(await accounts.Grant(user, role, TestContext.Current.CancellationToken));
        return new(user, email);
    }

    /// <summary>Signed in, without a browser.</summary>
    public async Task<FormBrowser> SignIn(Registry registry)
    {
        var browser = new FormBrowser(registry);
        await browser.Get(ConsoleSignIn.Path);
        var answer = await SendPassword(browser);
        Assert.Equal(ConsoleScreen.Root, answer.Location);
        return browser;
    }

    /// <summary>Sends the form of the sign-in page, which is shown.</summary>
    public Task<FormPage> SendPassword(FormBrowser browser, string password = Password) => browser.PostTo(ConsoleSignIn.Path,
        ("form_token", browser.Page.FormToken), ("then", ConsoleScreen.Root), ("email", Email), ("password", password));

    /// <summary>Signed in, in a real browser, on the given screen.</summary>
    public async Task<IPage> Open(IBrowserContext context, Registry registry, string path = ConsoleScreen.Root)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(registry.Url, path).ToString());
        await page.Locator("#email").FillAsync(Email);
        await page.Locator("#password").FillAsync(Password);
        await page.Locator("main button[type=submit]").ClickAsync();
        await page.Locator("nav.menu").WaitForAsync();
        return page;
    }
}
