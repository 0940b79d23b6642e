using Esoz.Platform.Http;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Demo.Mis;
using Esoz.SignIn;
using Microsoft.Playwright;

namespace Esoz.Tests.Sandbox.Demo.Mis;

/// <summary>The demo MIS: its page leads through a whole sign-in, in a real browser.</summary>
public sealed class DemoMisTests(DemoMisTests.Sandbox registry, Chromium chromium) : IClassFixture<DemoMisTests.Sandbox>
{
    private const string Password = "Demo-password-1";

    [Fact(DisplayName = "Sign-in, consent, code, tokens, the user, a first call, refresh and logout, each with its request and answer")]
    public async Task Whole()
    {
        await registry.Execute("UPDATE users SET password_hash = $2, password_set_at = now() WHERE id = $1",
            DemoIds.ClinicOwnerUser, PasswordHash.Of(Password));
        await using var context = await chromium.Open(withScript: false);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(registry.Url, DemoMis.Path).ToString());

        await Press("Увійти через Esoz");
        await page.Locator("#email").FillAsync("clinic.owner@demo.invalid");
        await page.Locator("#password").FillAsync(Password);
        await Press("Увійти");
        await Press("Дозволити");
        await Press("Обміняти код");
        Assert.Equal(new Uri(registry.Url, DemoMis.Path).ToString(), page.Url);
        await Holds("\"refresh_token\"", "201 Created");
        await Press("Хто увійшов?");
        await Holds("GET /oauth/user");
        await Press("Перший виклик");
        await Holds("\"healthcare_service_id\"", "\"paging\"");
        await Press("Оновити токен");
        await Holds("\"grant_type\": \"refresh_token\"");
        await Press("Вийти");
        await Holds("POST /auth/logout");
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM tokens WHERE user_id = $1 AND session_id IS NOT NULL AND expires_at > extract(epoch FROM now()) AND name = 'refresh_token' AND used_at IS NULL",
            DemoIds.ClinicOwnerUser));
        await Assertions.Expect(page.Locator("ol.permissions > li")).ToHaveCountAsync(7);
        Assert.True(await page.GetByRole(AriaRole.Button, new() { Name = "Увійти через Esoz" }).IsVisibleAsync());

        async Task Press(string name) => await page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

        async Task Holds(params string[] texts)
        {
            foreach (var text in texts)
                await Assertions.Expect(page.Locator("ol.permissions > li").Last).ToContainTextAsync(text);
        }
    }

    [Theory(DisplayName = "axe finds nothing on the page, in both languages, and at 320 px nothing has to be scrolled sideways")]
    [InlineData("uk-UA")]
    [InlineData("en-GB")]
    public async Task Accessible(string language)
    {
        await using var context = await chromium.Open(language, width: 320);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(registry.Url, DemoMis.Path).ToString());
        await page.Locator("button[value=sign-in]").ClickAsync();
        await page.GotoAsync(new Uri(registry.Url, DemoMis.Path).ToString());

        Assert.Equal(1, await page.Locator("ol.permissions > li").CountAsync());
        await Chromium.HoldAccessible(page);
        await Chromium.HoldNarrow(page);
    }

    [Fact(DisplayName = "A code with another state, or of another issuer, is not taken (mix-up)")]
    public async Task MixUp()
    {
        await using var context = await chromium.Open("en-GB");
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(registry.Url, DemoMis.Path).ToString());
        await page.Locator("button[value=sign-in]").ClickAsync();
        await page.GotoAsync(new Uri(registry.Url, $"{DemoMis.Path}?code=stolen&state=other&iss=https%3A%2F%2Fevil.example").ToString());

        Assert.Contains("ignored", await page.Locator("ol.permissions > li").Last.InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await page.Locator("button[value=token]").IsVisibleAsync());
    }

    /// <summary>The program with the demo registry and the pages of a sandbox.</summary>
    public sealed class Sandbox(TestCluster cluster) : Registry(cluster)
    {
        protected override IReadOnlyList<PageRoute> MorePages => DemoMis.Pages();

        protected override async Task BeforeStart()
        {
            await using var database = new Esoz.Platform.Database.PostgresDatabase(ConnectionString);
            await DemoRegistry.Load(database, CancellationToken.None);
        }
    }
}
