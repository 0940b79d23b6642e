using Esoz.Pages;
using Esoz.Platform.Access;

namespace Esoz.SignIn.Browser;

/// <summary>
/// POST /password (sign-in §13): sets the password and uses up the link. Its token is what the form is trusted by: who does not have it
/// cannot make a browser send it.
/// </summary>
public static class SubmitNewPassword
{
    public static PageRoute Page { get; } = new("new-password-form", HttpMethods.Post, OneTimeLinkOptions.Path)
    {
        Handle = Handle,
        Limits = Family.SignIn,
    };

    private static async Task<IResult> Handle(HttpContext context, OneTimeLinks links, NewPassword passwords)
    {
        var form = await Parameters.OfForm(context);
        if (form?[OneTimeLinkOptions.Token] is not { } token || await links.Find(token, context.RequestAborted) is not { } link)
            return NewPasswordMessages.NoLink(context);
        Identified.Set(context, null, link.UserId);
        var shown = new NewPasswordForm(token, link.Email);
        if (form["password"] is not { } password)
            return Again(shown with { Problem = NewPasswordMessages.Missing });
        if (form["repeated"] != password)
            return Again(shown with { Problem = NewPasswordMessages.Different });
        if (await passwords.SetByLink(token, password, context.RequestAborted) is { } refusal)
        {
            if (refusal == NewPassword.LinkIsOpen)
                return NewPasswordMessages.NoLink(context);
            PageRoute.Record(context, refusal);
            return Again(shown with { Problem = NewPasswordMessages.ProblemOf(refusal) },
                refusal.Kind == RefusalKind.NotReady ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
        }
        await PageRoute.Record(context, StatusCodes.Status200OK);
        return NewPasswordMessages.Done.Page(StatusCodes.Status200OK);
    }

    private static HtmlPage Again(NewPasswordForm form, int status = StatusCodes.Status200OK) =>
        HtmlPage.Of<NewPasswordPage, NewPasswordForm>(form, status);
}
