using Esoz.Platform.Configuration;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>Settings of consent, tokens and sessions (sign-in §15).</summary>
public sealed class TokenOptionsTests
{
    [Fact(DisplayName = "The defaults are those of the page; zero days are passwords that never grow old")]
    public void Defaults()
    {
        var options = Settings.Read(new Dictionary<string, string>()).Tokens;

        Assert.Equal((300, 2_592_000, 2_592_000, 7_776_000, 30), (options.CodeLifetime.TotalSeconds, options.AccessLifetime.TotalSeconds,
            options.RefreshLifetime.TotalSeconds, options.SessionLifetime.TotalSeconds, options.ReuseLeeway.TotalSeconds));
        Assert.Equal((90, 30, ScopePolicy.Strict),
            (options.PasswordLifetime!.Value.TotalDays, options.Retention.TotalDays, options.ScopePolicy));
        Assert.Empty(options.TrustedClients);
        Assert.Null(Settings.Read(new Dictionary<string, string> { ["PASSWORD_EXPIRATION_DAYS"] = "0" }).Tokens.PasswordLifetime);
    }

    [Theory(DisplayName = "A value that is not one of the setting stops the start, by its name")]
    [InlineData("TRUSTED_CLIENT_IDS", "portal")]
    [InlineData("OAUTH_SCOPE_POLICY", "wide")]
    [InlineData("REFRESH_REUSE_LEEWAY_SECONDS", "301")]
    [InlineData("AUTH_CODE_GRANT_LIFETIME", "0")]
    public void Faults(string name, string value) => Assert.Contains(name,
        Assert.Throws<SettingsException>(() => Settings.Read(new Dictionary<string, string> { [name] = value })).Message,
        StringComparison.Ordinal);
}
