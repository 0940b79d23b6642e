using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.SignIn.Browser;

/// <summary>The steps of a sign-in in a browser, from the password to the redirect (sign-in §5, steps 5–10).</summary>
public sealed class SignInFlow(
    PostgresDatabase database, SignInSessions sessions, PasswordCheck passwords, Authorization authorization)
{
    /// <summary>The page that the session waits for.</summary>
    internal async Task<IResult> Show(HttpContext context, SignInSession session) => session.Step switch
    {
        SignInStep.Password => SignInPages.Password(session),
        _ => await Ask(context, session),
    };

    /// <summary>Step 5: the password; a wrong one shows the page again.</summary>
    internal async Task<IResult> CheckPassword(HttpContext context, SignInSession session, string? email, string? password)
    {
        var form = new PasswordForm(session, email) { EmailIsMissing = email is null, PasswordIsMissing = password is null };
        if (email is null || password is null)
            return SignInPages.Password(form);
        // PostgreSQL has no text with a NUL.
        var (refusal, user) = await passwords.Check(
            context, email.Replace('\0', ' '), password, mayBeOld: false, context.RequestAborted);
        if (refusal is not null)
        {
            PageRoute.Record(context, refusal);
            return SignInPages.Password(form with { Problem = SignInProblems.Of(refusal) }, refusal);
        }
        return await GoOn(context, session, SignInStep.Consent, user!.Id);
    }

    /// <summary>The next step, with a new cookie: one that somebody has put into this browser is worth nothing.</summary>
    private async Task<IResult> GoOn(HttpContext context, SignInSession session, string step, Guid user)
    {
        if (await sessions.Advance(session, step, user, context.RequestAborted) is not (var advanced, { } cookie))
            return SignInMessages.OutOfDate(session.Request.Again).Page(StatusCodes.Status400BadRequest);
        SignInCookie.Write(context, cookie);
        return await Show(context, advanced);
    }

    /// <summary>Step 9: the user refuses.</summary>
    internal async Task<IResult> Refuse(HttpContext context, SignInSession session)
    {
        PageRoute.Record(context, Refusal.Forbidden("The user refused."));
        await End(context, session);
        return RedirectBack.Denied(session.Request);
    }

    /// <summary>Steps 7 and 8: the scope against the roles of the user; then page 3, or at once the code when all is approved.</summary>
    private async Task<IResult> Ask(HttpContext context, SignInSession session)
    {
        var (refusal, asked) = await authorization.Examine(session.Request.Authorization, session.UserId, context.RequestAborted);
        if (refusal is not null)
            return await Stop(context, session, refusal);
        if (asked!.NotYetApproved.Count == 0)
            return await Allow(context, session);
        return SignInPages.Consent(new(session, await EmailOf(session.UserId!.Value, context.RequestAborted), asked.NotYetApproved,
            [.. asked.Scopes.Except(asked.NotYetApproved)]));
    }

    /// <summary>Step 10: approval and code.</summary>
    internal async Task<IResult> Allow(HttpContext context, SignInSession session)
    {
        var work = (await Work.BindAsync(context))!;
        var (refusal, code) =
            await authorization.Grant(work, session.Request.Authorization, session.UserId!.Value, context.RequestAborted);
        if (refusal is not null)
            return await Stop(context, session, refusal);
        await PageRoute.Record(context, StatusCodes.Status303SeeOther);
        await End(context, session);
        return RedirectBack.Code(session.Request, code!.Token.Value);
    }

    /// <summary>The request does not hold any more, or not for this user.</summary>
    private async Task<IResult> Stop(HttpContext context, SignInSession session, Refusal refusal)
    {
        await End(context, session);
        if (refusal.RuleNumber is "2" or "3" or "5")
            return SignInPages.WrongRequest(context, refusal, withLanguages: false);
        if (refusal.RuleNumber is not "4")
            return SignInPages.WrongScope(context, session.Request.RedirectUri, session.Request.State, refusal);
        PageRoute.Record(context, refusal);
        return RedirectBack.Error(session.Request.RedirectUri, session.Request.State, "access_denied", SignInPages.TextOf(refusal));
    }

    private async Task End(HttpContext context, SignInSession session)
    {
        SignInCookie.Delete(context);
        await sessions.End(session, context.RequestAborted);
    }

    private async Task<string> EmailOf(Guid user, CancellationToken ct)
    {
        await using var command = database.Command("SELECT email FROM users WHERE id = $1", user);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
