using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.SignIn.Browser;

/// <summary>
/// GET /password (sign-in §13): where a one-time link leads. Opening it changes nothing, because mail programs open links, too.
/// </summary>
public static class ShowNewPassword
{
    public static PageRoute Page { get; } = new("new-password", HttpMethods.Get, OneTimeLinkOptions.Path)
    {
        Handle = Handle,
        Limits = Family.SignIn,
    };

    private static async Task<IResult> Handle(HttpContext context, OneTimeLinks links)
    {
        var query = Parameters.OfQuery(context.Request);
        Language.Find(query["lang"])?.Choose(context);
        return query[OneTimeLinkOptions.Token] is { } token && await links.Find(token, context.RequestAborted) is { } link
            ? HtmlPage.Of<NewPasswordPage, NewPasswordForm>(new(token, link.Email))
            : NewPasswordMessages.NoLink(context);
    }
}
