using System.Net;
using Esoz.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>Step 6 of sign-in §5: the second factor in a browser, by SMS and by an app.</summary>
public sealed class SignInFlowTests(Registry registry) : IClassFixture<Registry>
{
    private const string Phone = "+380501234567";

    [Fact(DisplayName = "A code by SMS: asked for after the password, a wrong one shows the page again, the right one leads to consent")]
    public async Task Sms()
    {
        var scene = await SignInScene.Make(registry);
        await new SignInCase(registry).Sms(scene.User, Phone);
        using var browser = new FormBrowser(registry);

        var page = await scene.SignIn(browser);
        Assert.Equal((HttpStatusCode.OK, "Код підтвердження"), (page.Status, page.Heading));
        Assert.Contains("autocomplete=\"one-time-code\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("SMS", page.Text, StringComparison.Ordinal);
        Assert.Contains("Уведіть код цифрами", (await browser.Submit(("code", "abc"))).Text, StringComparison.Ordinal);
        Assert.Contains("Неправильний код", (await browser.Submit(("code", "000000"))).Text, StringComparison.Ordinal);
        Assert.Equal("Confirmation code", (await browser.Submit(("language", "en"))).Heading);

        Assert.Equal("Give permission?", (await browser.Submit(("code", $" {Code(scene)} "))).Heading);
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM tokens WHERE user_id = $1 AND expires_at > extract(epoch FROM now())", scene.User));
        Assert.Contains("code", (await browser.Submit(("decision", "allow"))).Returned.Keys);
    }

    [Fact(DisplayName = "Another code can be sent: the former one is good no more; no more than three within a minute, as 429")]
    public async Task Resend()
    {
        var scene = await SignInScene.Make(registry);
        await new SignInCase(registry).Sms(scene.User, Phone);
        using var browser = new FormBrowser(registry);
        await scene.SignIn(browser);
        var former = Code(scene);

        Assert.Contains("Код надіслано", (await browser.Submit(("decision", "resend"))).Text, StringComparison.Ordinal);
        Assert.Equal("Код підтвердження", (await browser.Submit(("code", former))).Heading);
        await browser.Submit(("decision", "resend"));
        var tooMany = await browser.Submit(("decision", "resend"));

        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.Status);
        Assert.Contains("Спробуйте за хвилину", tooMany.Text, StringComparison.Ordinal);
        Assert.Equal("Надати дозвіл?", (await browser.Submit(("code", Code(scene)))).Heading);
    }

    [Fact(DisplayName = "After three wrong codes the user is blocked, and the browser goes back with access_denied")]
    public async Task Blocked()
    {
        var scene = await SignInScene.Make(registry);
        await new SignInCase(registry).Sms(scene.User, Phone);
        using var browser = new FormBrowser(registry);
        await scene.SignIn(browser);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await browser.Submit(("code", "000000"))).Status);

        var back = await browser.Submit(("code", Code(scene)));

        Assert.Equal(("access_denied", "User blocked."), (back.Returned["error"], back.Returned["error_description"]));
        Assert.True(await registry.Scalar<bool>("SELECT is_blocked FROM users WHERE id = $1", scene.User));
    }

    [Fact(DisplayName = "A code of an app: nothing is sent, and nothing can be sent again")]
    public async Task App()
    {
        var scene = await SignInScene.Make(registry);
        var secret = Totp.NewSecret();
        await registry.Execute(
            "INSERT INTO authentication_factors (id, user_id, type, factor_secret) VALUES (gen_random_uuid(), $1, 'TOTP', $2)",
            scene.User, registry.Services.GetRequiredService<SignInKeys>().Seal(scene.User, secret));
        using var browser = new FormBrowser(registry);

        var page = await scene.SignIn(browser);
        Assert.Contains("застосунок", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("resend", page.Html, StringComparison.Ordinal);

        Assert.Equal("Надати дозвіл?", (await browser.Submit(("code", Totp.Code(secret, registry.Clock.GetUtcNow())))).Heading);
    }

    [Fact(DisplayName = "A factor without a number: the user names a phone, and the code that is sent there makes it the user's")]
    public async Task NewNumber()
    {
        var scene = await SignInScene.Make(registry);
        await new SignInCase(registry).Sms(scene.User, null);
        using var browser = new FormBrowser(registry);

        var number = await scene.SignIn(browser);
        Assert.Equal("Номер телефону", number.Heading);
        Assert.Contains("SMS можна перехопити", number.Text, StringComparison.Ordinal);
        Assert.Contains("застосунок для кодів", number.Text, StringComparison.Ordinal);
        Assert.Contains("Уведіть номер так", (await browser.Submit(("phone", "050 123"))).Text, StringComparison.Ordinal);
        Assert.Equal("Код підтвердження", (await browser.Submit(("phone", "+380 (50) 123-45-67"))).Heading);
        Assert.Equal("Надати дозвіл?", (await browser.Submit(("code", Code(scene)))).Heading);
        Assert.Equal(Phone, await registry.Scalar<string>("SELECT factor FROM authentication_factors WHERE user_id = $1", scene.User));
    }

    [Fact(DisplayName = "The token of the code that has ended meanwhile: the sign-in begins anew")]
    public async Task TokenEnded()
    {
        var scene = await SignInScene.Make(registry);
        await new SignInCase(registry).Sms(scene.User, Phone);
        using var browser = new FormBrowser(registry);
        await scene.SignIn(browser);
        await registry.Execute("UPDATE tokens SET expires_at = 0 WHERE user_id = $1", scene.User);

        var page = await browser.Submit(("code", Code(scene)));

        Assert.Equal((HttpStatusCode.BadRequest, "Ця сторінка застаріла"), (page.Status, page.Heading));
    }

    [Fact(DisplayName = "An expired password, and a lock of the e-mail, are told on page 1 in its language")]
    public async Task PasswordProblems()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);
        await registry.Execute("UPDATE users SET password_set_at = now() - interval '91 days' WHERE id = $1", scene.User);
        var expired = await scene.SignIn(browser);
        Assert.Contains("Термін дії пароля закінчився", expired.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("expired for user", expired.Text, StringComparison.Ordinal);

        await registry.Execute("UPDATE users SET is_blocked = true WHERE id = $1", scene.User);
        Assert.Contains("Користувача заблоковано", (await scene.SignIn(browser)).Text, StringComparison.Ordinal);
        for (var i = 0; i < 10; i++)
            await browser.Submit(("email", "locked@example.ua"), ("password", "x"));
        Assert.Contains("Вичерпано кількість спроб входу", (await browser.Submit(("email", "locked@example.ua"), ("password", "x"))).Text,
            StringComparison.Ordinal);
    }

    private string Code(SignInScene scene) => $"{new SignInCase(registry).Code(scene.User)}";
}
