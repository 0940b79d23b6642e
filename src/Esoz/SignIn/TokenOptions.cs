using Esoz.Platform.Configuration;

namespace Esoz.SignIn;

/// <summary>What becomes of requested scopes that are not allowed (sign-in §8).</summary>
public enum ScopePolicy
{
    /// <summary>The request is refused.</summary>
    Strict,
    /// <summary>They are left out.</summary>
    Narrow,
}

/// <summary>Settings of consent, codes, tokens and sessions (sign-in §4, §8, §9, §15).</summary>
public sealed record TokenOptions
{
    public required TimeSpan CodeLifetime { get; init; }
    public required TimeSpan AccessLifetime { get; init; }
    public required TimeSpan RefreshLifetime { get; init; }
    /// <summary>From the exchange of the code; nothing that is refreshed lives longer.</summary>
    public required TimeSpan SessionLifetime { get; init; }
    /// <summary>How long a used refresh token is answered with a further pair, because the first answer may have been lost.</summary>
    public required TimeSpan ReuseLeeway { get; init; }
    /// <summary>Null = passwords do not grow old.</summary>
    public required TimeSpan? PasswordLifetime { get; init; }
    /// <summary>How long tokens are kept that expired or were ended.</summary>
    public required TimeSpan Retention { get; init; }
    public required ScopePolicy ScopePolicy { get; init; }
    /// <summary>Nobody signs in in a browser without PKCE; otherwise only public clients need it.</summary>
    public required bool PkceIsRequired { get; init; }
    /// <summary>Clients that may leave out the scope.</summary>
    public required IReadOnlyList<Guid> TrustedClients { get; init; }

    public static TokenOptions Read(SettingReader read)
    {
        return new()
        {
            CodeLifetime = Seconds("AUTH_CODE_GRANT_LIFETIME", 300, 600),
            AccessLifetime = Seconds("AUTH_ACCESS_TOKEN_LIFETIME", 2_592_000, 31_536_000),
            RefreshLifetime = Seconds("AUTH_REFRESH_TOKEN_LIFETIME", 2_592_000, 31_536_000),
            SessionLifetime = Seconds("AUTH_SESSION_MAX_LIFETIME", 7_776_000, 31_536_000),
            ReuseLeeway = TimeSpan.FromSeconds(read.Integer("REFRESH_REUSE_LEEWAY_SECONDS", 30, 0, 300)),
            PasswordLifetime = read.Integer("PASSWORD_EXPIRATION_DAYS", 90, 0, 36500) is > 0 and var days ? TimeSpan.FromDays(days) : null,
            Retention = TimeSpan.FromDays(read.Integer("TOKEN_TTL_AFTER_EXPIRATION_DAYS", 30, 1, 3650)),
            ScopePolicy = read.Choice("OAUTH_SCOPE_POLICY", ScopePolicy.Strict),
            PkceIsRequired = read.Flag("OAUTH_REQUIRE_PKCE", false),
            TrustedClients = read.Parsed("TRUSTED_CLIENT_IDS", "", Ids),
        };

        TimeSpan Seconds(string key, int normal, int most) => TimeSpan.FromSeconds(read.Integer(key, normal, 1, most));
    }

    private static Guid[] Ids(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(entry => Guid.TryParse(entry, out var id) ? id
            : throw new FormatException($"must be ids of clients, separated by commas, but has '{entry}'"))];
}
