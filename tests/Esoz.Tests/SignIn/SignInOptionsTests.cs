using Esoz.Diagnosis;
using Esoz.Platform.Configuration;
using Esoz.Platform.Health;
using Esoz.Tests.Processes;
using Esoz.Tests.SignIn.Browser;

namespace Esoz.Tests.SignIn;

/// <summary>Settings of sign-in (sign-in §15).</summary>
public sealed class SignInOptionsTests(SignInOptionsTests.WithoutLogin registry) : IClassFixture<SignInOptionsTests.WithoutLogin>
{
    [Fact(DisplayName = "AUTH_LOGIN_API_ENABLED = false closes POST and PUT /auth/login: 404 as for a path that is not there")]
    public async Task Closed()
    {
        foreach (var verb in new[] { "POST", "PUT" })
            (await registry.Send(verb, "/auth/login", null, "not json")).IsIlRefusal(404, "not_found", "Not found");
        Assert.Equal(401, (await registry.Send("POST", "/oauth/users/actions/update_password", null, "{}")).Status);
    }

    [Fact(DisplayName = "OAUTH_REQUIRE_PKCE = true: no client begins a sign-in in a browser without a code challenge")]
    public async Task PkceOfEverybody()
    {
        var scene = await SignInScene.Make(registry);
        using var browser = new FormBrowser(registry);

        var without = await browser.Get(scene.Path());
        var with = await browser.Get(scene.Path(
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256")));

        Assert.Equal(("invalid_request", "Code challenge is required."), (without.Returned["error"], without.Returned["error_description"]));
        Assert.Equal("Вхід", with.Heading);
    }

    private static Finding KeyOf(Settings settings) =>
        ProductionFindings.Of(settings, ["http://127.0.0.1:4000"], hasSandbox: false).Single(finding => finding.Subject == "sign-in key");

    [Fact(DisplayName = "Production warns where neither it nor the links have a key, it needs a gateway where new users have a factor; the gateway needs an address")]
    public void Production()
    {
        var settings = EsozProcess.Production("Host=none", "/nowhere");
        settings.Remove("MEDIA_STORAGE_SIGNING_KEY");
        foreach (var (name, value) in new[] { ("OBJECT_STORAGE_BACKEND", "s3"), ("OBJECT_STORAGE_S3_ENDPOINT", "http://127.0.0.1:1"),
            ("OBJECT_STORAGE_S3_ACCESS_KEY_ID", "key"), ("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", "secret"),
            ("OBJECT_STORAGE_BUCKET_MAP", "ambulatory_contracts=ambulatory-contracts") })
            settings[name] = value;
        settings["USER_2FA_ENABLED"] = "true";
        settings["AUTH_SIGNING_KEY_PREVIOUS"] = "short";

        var faults = Assert.Throws<SettingsException>(() => Settings.Read(settings)).Message;

        Assert.Contains("USER_2FA_ENABLED in production needs OTP_DELIVERY=http", faults, StringComparison.Ordinal);
        Assert.Contains("AUTH_SIGNING_KEY_PREVIOUS must be at least 32 bytes long", faults, StringComparison.Ordinal);
        settings["OTP_DELIVERY"] = "http";
        Assert.Contains("OTP_DELIVERY=http needs OTP_GATEWAY_URL",
            Assert.Throws<SettingsException>(() => Settings.Read(settings)).Message, StringComparison.Ordinal);
        settings["OTP_GATEWAY_URL"] = "https://sms.example.ua/send";
        settings["AUTH_SIGNING_KEY_PREVIOUS"] = "";
        Assert.Equal(Severity.Warning, KeyOf(Settings.Read(settings)).Severity);
        settings["AUTH_SIGNING_KEY"] = new string('k', 32);
        Assert.Equal(Severity.Good, KeyOf(Settings.Read(settings)).Severity);
        settings["AUTH_SIGNING_KEY_PREVIOUS"] = new string('p', 32);
        Assert.Equal(TimeSpan.FromMinutes(1), Settings.Read(settings).SecondFactor.SendPeriod);
    }

    public sealed class WithoutLogin(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["AUTH_LOGIN_API_ENABLED"] = "false", ["OAUTH_REQUIRE_PKCE"] = "true" };
    }
}
