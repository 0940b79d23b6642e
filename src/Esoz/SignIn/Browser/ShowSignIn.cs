using System.Text.RegularExpressions;
using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>GET /sign-in (sign-in §5): checks 1–4 of what a client asks for, then page 1, where a session begins.</summary>
public static partial class ShowSignIn
{
    public static PageRoute Page { get; } = new("sign-in", HttpMethods.Get, SignInPages.Path)
    {
        Handle = Handle,
        Limits = Family.SignIn,
        // A session begins.
        Changes = true,
    };

    private static async Task<IResult> Handle(
        HttpContext context, Authorization authorization, SignInSessions sessions, TokenOptions options)
    {
        var query = Parameters.OfQuery(context.Request);
        Language.Find(query["lang"])?.Choose(context);
        var asked = new AuthorizationRequest(
            Guid.TryParseExact(query["client_id"], "D", out var id) ? id : Guid.Empty, Plain("redirect_uri") ?? "", Plain("scope"),
            query["code_challenge"]);
        var (refusal, question) = await authorization.Examine(asked, user: null, context.RequestAborted);

        // 1  The client exists and is not blocked, the redirect URI is registered: until then nobody is sent anywhere
        if (refusal?.RuleNumber is "2" or "3" or "5")
            return SignInPages.WrongRequest(context, refusal, withLanguages: true);

        // 2  No parameter is given twice; the type of the response is a code
        var state = query["state"] is { Length: <= BrowserRequest.MaxState } given && !given.Contains('\0') ? given : null;
        if (query.HasRepeated)
            return Error("invalid_request", "A parameter is given twice.");
        if (state is null && query["state"] is not null)
            return Error("invalid_request", $"State is longer than {BrowserRequest.MaxState} characters.");
        if (query["response_type"] is not (null or "code"))
            return Error("unsupported_response_type", "Response type must be code.");

        // 3  The scope is not empty and within that of the client type
        if (refusal is not null)
            return SignInPages.WrongScope(context, asked.RedirectUri, state, refusal);

        // 4  PKCE with S256; a public client cannot do without
        if ((query["code_challenge_method"], query["code_challenge"]) is not ((null, null) or ("S256", not null)))
            return Error("invalid_request", "Code challenge method must be S256.");
        if (query["code_challenge"] is { } challenge && !Challenge().IsMatch(challenge))
            return Error("invalid_request", "Code challenge is malformed.");
        if ((question!.IsPublic || options.PkceIsRequired) && query["code_challenge"] is null)
            return Error("invalid_request", $"Code challenge is required{(question.IsPublic ? " for a public client" : "")}.");

        // 5  Page 1
        var (session, cookie) = await sessions.Begin(
            new(asked.ClientId, question.ClientName, asked.RedirectUri, asked.Scope!, state, query["code_challenge"], EmailOf(query)),
            context.RequestAborted);
        HostCookie.SignIn.Write(context, cookie);
        return SignInPages.Password(session);

        RedirectBack Error(string error, string description) => RedirectBack.Error(asked.RedirectUri, state, error, description);

        // PostgreSQL has no text with a NUL.
        string? Plain(string name) => query[name]?.Contains('\0') == true ? null : query[name];
    }

    private static string? EmailOf(Parameters query) =>
        query["email"] is { Length: <= 255 } email && !email.Any(char.IsControl) ? email : null;

    /// <summary>RFC 7636 §4.2; what S256 makes has 43 characters.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9._~-]{43,128}\z")]
    private static partial Regex Challenge();
}
