using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>
/// Sends the browser back to the client: 303 to its redirect URI, whose own query is kept, with what it gets, <c>state</c> and <c>iss</c>
/// (sign-in §5, RFC 9207).
/// </summary>
internal sealed class RedirectBack : IResult
{
    private readonly string _redirectUri;
    private readonly string? _state;
    private readonly (string Name, string Value)[] _answer;

    private RedirectBack(string redirectUri, string? state, params (string Name, string Value)[] answer) =>
        (_redirectUri, _state, _answer) = (redirectUri, state, answer);

    public static RedirectBack Error(string redirectUri, string? state, string error, string description) =>
        new(redirectUri, state, ("error", error), ("error_description", description));

    public static RedirectBack Denied(BrowserRequest request) =>
        Error(request.RedirectUri, request.State, "access_denied", "The user refused.");

    public static RedirectBack Code(BrowserRequest request, string code) => new(request.RedirectUri, request.State, ("code", code));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var issuer = httpContext.RequestServices.GetRequiredService<PublicUrl>().OfSignIn(httpContext.Request);
        IEnumerable<(string Name, string Value)> state = _state is null ? [] : [("state", _state)];
        var response = httpContext.Response;
        HtmlPage.WriteHeaders(response.Headers);
        response.Headers.Pragma = "no-cache";
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = Authorization.RedirectTo(_redirectUri, [.. _answer, .. state, ("iss", issuer)]);
        return Task.CompletedTask;
    }
}
