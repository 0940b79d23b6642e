using Esoz.Platform.Access;

namespace Esoz.Sandbox.Demo.Mis;

/// <summary>One request of the demo MIS and its answer, as text.</summary>
/// <param name="Title">Which step it was.</param>
public sealed record Exchange(Func<Pages.Language, string> Title, string Request, string Answer);

/// <summary>What the demo MIS knows of one browser: a real one would have it in its session.</summary>
public sealed class MisVisit
{
    /// <summary>Of its forms.</summary>
    public string FormToken { get; } = SecretHash.NewSecret();

    /// <summary>Sent with the request for sign-in and compared when the browser comes back.</summary>
    public string? State { get; set; }

    /// <summary>Of PKCE.</summary>
    public string? Verifier { get; set; }

    public string? RedirectUri { get; set; }

    public string? Code { get; set; }

    public string? AccessToken { get; set; }

    public string? RefreshToken { get; set; }

    public List<Exchange> Exchanges { get; } = [];

    /// <summary>What the page offers next.</summary>
    public string Next => Code is not null ? MisStep.Token : AccessToken is not null ? MisStep.Call : MisStep.SignIn;
}

/// <summary>Buttons of the page, field <c>step</c>.</summary>
public static class MisStep
{
    public const string SignIn = "sign-in";
    public const string Token = "token";
    public const string User = "user";
    public const string Call = "call";
    public const string Refresh = "refresh";
    public const string Logout = "logout";
}
