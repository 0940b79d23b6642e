using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>
/// POST /sign-in (sign-in §5, steps 5–10): the forms of all pages. What was asked for is in the session; a form has its own token, which
/// is good once, and what the user fills in.
/// </summary>
public static class SubmitSignIn
{
    public static PageRoute Page { get; } = new("sign-in-form", HttpMethods.Post, SignInPages.Path)
    {
        Handle = Handle,
        Limits = Family.SignIn,
    };

    private static async Task<IResult> Handle(HttpContext context, SignInSessions sessions, SignInFlow flow)
    {
        var form = await Parameters.OfForm(context);
        var cookie = HostCookie.SignIn.Read(context);
        if (cookie is null || form?[FormToken.FieldName] is not { } token)
            return SignInPages.OutOfDate(null);
        if (await sessions.Take(cookie, token, context.RequestAborted) is not { } session)
            return SignInPages.OutOfDate(await sessions.Find(cookie, context.RequestAborted));
        Identified.Set(context, session.Request.Client, session.UserId);
        if (Language.Find(form["language"]) is { } language)
        {
            language.Choose(context);
            return await flow.Show(context, session);
        }
        // 9  The user may refuse on every page
        if (form["decision"] == SignInDecision.Refuse)
            return await flow.Refuse(context, session);
        return session.Step switch
        {
            SignInStep.Password => await flow.CheckPassword(
                context, session with { Request = session.Request with { AsksForAccess = form["decision"] == SignInDecision.ShowAccess } },
                form["email"]?.Trim(), form["password"]),
            SignInStep.Number => await flow.TakeNumber(context, session, form["phone"]),
            SignInStep.Factor when form["decision"] == SignInDecision.Resend => await flow.SendCode(context, session),
            SignInStep.Factor => await flow.CheckCode(context, session, form["code"]),
            SignInStep.Access when form["decision"] == SignInDecision.Continue => await flow.LeaveAccess(context, session),
            SignInStep.Access => await flow.EndAccess(context, session, IdOf(form[AccessPage.EndSession]), IdOf(form[AccessPage.Withdraw]),
                form["decision"] == SignInDecision.EndAll),
            _ when form["decision"] == SignInDecision.Allow => await flow.Allow(context, session),
            _ => await flow.Show(context, session),
        };
    }

    private static Guid? IdOf(string? text) => Guid.TryParseExact(text, "D", out var id) ? id : null;
}
