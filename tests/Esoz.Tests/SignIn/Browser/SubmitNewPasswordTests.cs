using System.Net;
using Esoz.Platform.Access;
using Esoz.SignIn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>GET and POST /password: where a one-time link leads (sign-in §13, docs/adr/0041).</summary>
public sealed class SubmitNewPasswordTests(Registry registry, Chromium chromium) : IClassFixture<Registry>
{
    private const string Good = "Новий-пароль-1";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The page names the user, opening it changes nothing, and nobody may keep it or learn its address")]
    public async Task Shows()
    {
        var (_, email, token) = await Invited();
        for (var i = 0; i < 2; i++)
        {
            using var shown = await registry.Http.GetAsync(Address(token), Ct);
            var html = WebUtility.HtmlDecode(await shown.Content.ReadAsStringAsync(Ct));

            Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
            Assert.Contains($"Пароль користувача <strong>{email}</strong>", html, StringComparison.Ordinal);
            Assert.Equal("no-store", shown.Headers.CacheControl!.ToString());
            Assert.Equal("no-referrer", Assert.Single(shown.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("deny", Assert.Single(shown.Headers.GetValues("X-Frame-Options")));
        }
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "What is wrong is said beside the field, and the link stays; then the password is set and the link is not valid any more")]
    public async Task Sets()
    {
        var (user, _, token) = await Invited();

        Assert.Contains("Уведіть новий пароль", await Post(HttpStatusCode.OK, token, "", ""), StringComparison.Ordinal);
        Assert.Contains("Паролі не збігаються", await Post(HttpStatusCode.OK, token, Good, Good + "x"), StringComparison.Ordinal);
        Assert.Contains("від 12 до 128 символів", await Post(HttpStatusCode.OK, token, "Мал-1", "Мал-1"), StringComparison.Ordinal);
        Assert.Contains("малу літеру, велику літеру й цифру", await Post(HttpStatusCode.OK, token, "без-великих-1", "без-великих-1"), StringComparison.Ordinal);
        var done = await Post(HttpStatusCode.OK, token, Good, Good);

        Assert.Contains("Пароль збережено", done, StringComparison.Ordinal);
        Assert.True(PasswordHash.Matches(Good, await registry.Scalar<string>("SELECT password_hash FROM users WHERE id = $1", user)));
        Assert.Contains("Посилання не діє", await Post(HttpStatusCode.NotFound, token, Good, Good), StringComparison.Ordinal);
        using var again = await registry.Http.GetAsync(Address(token), Ct);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal(user, await registry.Scalar<Guid>(
            "SELECT user_id FROM access_journal WHERE method_id = 'new-password-form' AND status = 200 AND user_id = $1", user));
    }

    [Theory(DisplayName = "A link that is not valid, or none, is 404 with what to do")]
    [InlineData("/password")]
    [InlineData("/password?token=")]
    [InlineData("/password?token=never")]
    [InlineData("/password?token=%00")]
    public async Task NoLink(string path)
    {
        using var answer = await registry.Http.GetAsync(new Uri(registry.Url, path), Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("попросіть оператора системи про нове посилання",
            WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct)), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "In a browser: axe finds nothing, nothing is wider than 320 px, Tab and Enter set the password, without a script")]
    [InlineData("uk-UA", "Зберегти", "Пароль збережено")]
    [InlineData("en-GB", "Save", "Your password is set")]
    public async Task InBrowser(string language, string button, string done)
    {
        var (_, _, token) = await Invited();
        await using var context = await chromium.Open(language, width: 320);
        var page = await context.NewPageAsync();
        await page.GotoAsync(Address(token).ToString());
        await Chromium.HoldAccessible(page);
        await Chromium.HoldNarrow(page);

        await page.Keyboard.TypeAsync("short");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("short");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".error").WaitForAsync();
        await Chromium.HoldAccessible(page);
        await page.Locator("#password").FillAsync(Good);
        await page.Locator("#repeated").FillAsync(Good);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = done }).WaitForAsync();
        await Chromium.HoldAccessible(page);
    }

    private Uri Address(string token) => new(registry.Url, registry.Settings.Links.Url(token));

    private async Task<string> Post(HttpStatusCode status, string token, string password, string repeated)
    {
        using var form = new FormUrlEncodedContent([new("token", token), new("password", password), new("repeated", repeated)]);
        using var answer = await registry.Http.PostAsync(new Uri(registry.Url, "/password"), form, Ct);
        var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct));
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain(Good, html, StringComparison.Ordinal);
        return html;
    }

    private async Task<(Guid User, string Email, string Token)> Invited()
    {
        var email = $"{Guid.NewGuid():N}@example.ua";
        var user = (await new Users(registry.Database).Register(new(null, email, null, null), Ct)).Id!.Value;
        return (user, email, (await registry.Services.GetRequiredService<OneTimeLinks>().Make(user, LinkPurpose.Invitation, Ct))!);
    }
}
