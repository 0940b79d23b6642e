namespace Esoz.SignIn.Browser;

/// <summary>What a client asks the user for: the parameters of GET /sign-in that passed its checks (sign-in §5).</summary>
/// <param name="Client">Id of the client, for a provider of its legal entity.</param>
/// <param name="ClientName">Its name, for the pages.</param>
/// <param name="RedirectUri">That of one of its connections.</param>
/// <param name="Scope">Names joined by one space; null when the client may leave it out.</param>
/// <param name="State">Returned unchanged.</param>
/// <param name="CodeChallenge">PKCE with S256; null = without.</param>
/// <param name="Email">Fills in the form.</param>
public sealed record BrowserRequest(
    Guid Client, string ClientName, string RedirectUri, string Scope, string? State, string? CodeChallenge, string? Email)
{
    public const int MaxState = 2048;

    /// <summary>The code that page 2 waits for; null before the password.</summary>
    public AwaitedFactor? Awaited { get; init; }

    /// <summary>The user wants to see the own sessions before going on.</summary>
    public bool AsksForAccess { get; init; }

    /// <summary>The same without what only the browser has.</summary>
    public AuthorizationRequest Authorization => new(Client, RedirectUri, Scope, CodeChallenge);

    /// <summary>Path and query by which the same sign-in begins anew.</summary>
    public string Again => SignInPages.Path + QueryString.Create(
        new Dictionary<string, string?>
        {
            ["client_id"] = Client.ToString(),
            ["redirect_uri"] = RedirectUri,
            ["scope"] = Scope,
            ["state"] = State,
            ["code_challenge"] = CodeChallenge,
            ["code_challenge_method"] = CodeChallenge is null ? null : "S256",
            ["email"] = Email,
        }.Where(parameter => parameter.Value is not null)).ToUriComponent();

    /// <summary>Origin of <see cref="RedirectUri"/>, to which a form leads at the end.</summary>
    public string Origin => new Uri(RedirectUri).GetLeftPart(UriPartial.Authority);
}

/// <summary>A code of a second factor that somebody has to enter.</summary>
/// <param name="Token">Id of the 2fa_access_token.</param>
/// <param name="Type">One of <see cref="FactorType"/>.</param>
/// <param name="IsNew">The user has just named the phone.</param>
public sealed record AwaitedFactor(Guid Token, string Type, bool IsNew);
