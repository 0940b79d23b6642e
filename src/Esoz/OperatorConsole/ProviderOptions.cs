using Esoz.Platform.Configuration;

namespace Esoz.OperatorConsole;

/// <summary>An outside OpenID Connect provider by which operators may sign in to the console, OIDC_… (docs/adr/0047).</summary>
public sealed record ProviderOptions
{
    public const string EmailClaim = "email";

    /// <summary>URL of the provider, below which its metadata is found; empty = there is none.</summary>
    public required string Issuer { get; init; }
    /// <summary>What the button calls it.</summary>
    public required string Name { get; init; }
    public required string ClientId { get; init; }
    /// <summary>Empty = a client without a secret: PKCE alone.</summary>
    public required string ClientSecret { get; init; }
    /// <summary>Claim that finds the user: <see cref="EmailClaim"/>, or one that has the id of the user, such as <c>sub</c>.</summary>
    public required string UserClaim { get; init; }

    public bool IsSet => Issuer.Length > 0;

    public static ProviderOptions Read(SettingReader read)
    {
        var issuer = read.Parsed("OIDC_ISSUER", "", Url);
        var options = new ProviderOptions
        {
            Issuer = issuer,
            Name = read.Text("OIDC_NAME", issuer.Length > 0 ? new Uri(issuer).Host : ""),
            ClientId = read.Text("OIDC_CLIENT_ID"),
            ClientSecret = read.Secret("OIDC_CLIENT_SECRET"),
            UserClaim = read.Text("OIDC_USER_CLAIM", EmailClaim),
        };
        if (options.IsSet && options.ClientId.Length == 0)
            read.Fault("OIDC_ISSUER needs OIDC_CLIENT_ID, by which the provider knows this registry.");
        return options;
    }

    private static string Url(string text) => text.Length == 0
        || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Query.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && Listener.IsLocalHost(url.Host))))
        ? text : throw new FormatException("must be an https URL such as https://id.example.ua/realms/operators");
}
