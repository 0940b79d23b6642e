using System.Text.RegularExpressions;
using Esoz.Pages;

namespace Esoz.SignIn.Browser;

/// <summary>The steps of a sign-in in a browser, from the password to the redirect (sign-in §5, steps 5–10).</summary>
public sealed partial class SignInFlow(
    PostgresDatabase database, SignInSessions sessions, PasswordCheck passwords, LogInSteps logIn, NewFactor newFactor,
    Authorization authorization, UserAccess access)
{
    /// <summary>The page that the session waits for.</summary>
    internal async Task<IResult> Show(HttpContext context, SignInSession session) => session.Step switch
    {
        SignInStep.Password => SignInPages.Password(session),
        SignInStep.Number => SignInPages.Number(new(session, NumberIsWrong: false)),
        SignInStep.Factor => SignInPages.Factor(FormOf(session)),
        SignInStep.Access => await ShowAccess(context, session, hasEnded: false),
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
        return await AskForFactor(context, session, user!);
    }

    /// <summary>Step 6: a user with a second factor is asked for a code of it.</summary>
    private async Task<IResult> AskForFactor(HttpContext context, SignInSession session, UserWithPassword user)
    {
        var factor = await FactorOf(user.Id, context.RequestAborted);
        if (factor is null)
            return await GoOn(context, session, AfterFactors(session), user.Id, awaited: null);
        var step = await logIn.Begin((await Work.BindAsync(context))!, user, session.Request.Client, LogInSteps.Consent, "password",
            endsOthers: false, context.RequestAborted);
        if (step.Refusal is not { } refusal)
            return await GoOn(context, session, factor.IsSet ? SignInStep.Factor : SignInStep.Number, user.Id,
                new(step.Token!.Id, factor.Type, IsNew: false));
        PageRoute.Record(context, refusal);
        return SignInPages.Password(new PasswordForm(session, user.Email) { Problem = SignInProblems.Of(refusal) }, refusal);
    }

    /// <summary>A user whose second factor has no number yet names one; the code that is sent there makes it the user's.</summary>
    internal async Task<IResult> TakeNumber(HttpContext context, SignInSession session, string? phone)
    {
        var number = phone is null ? "" : Spaces().Replace(phone, "");
        if (!PhoneNumber().IsMatch(number))
            return SignInPages.Number(new(session, NumberIsWrong: true));
        if (await AwaitedTokenOf(session, context.RequestAborted) is not { } presented)
            return await OutOfDate(context, session);
        var step = await newFactor.Init(
            (await Work.BindAsync(context))!, presented, FactorType.Sms, number, context.RequestAborted);
        if (step.Refusal is not { } refusal)
            return await GoOn(context, session, SignInStep.Factor, session.UserId!.Value, new(step.Token!.Id, FactorType.Sms, IsNew: true));
        PageRoute.Record(context, refusal);
        return refusal.Kind is RefusalKind.TooManyRequests or RefusalKind.NotReady
            ? SignInPages.Number(new(session, NumberIsWrong: false) { Problem = SignInProblems.Of(refusal) }, refusal)
            : await OutOfDate(context, session);
    }

    /// <summary>Another code, for one that did not arrive or is too old.</summary>
    internal async Task<IResult> SendCode(HttpContext context, SignInSession session)
    {
        if (await AwaitedTokenOf(session, context.RequestAborted) is not { } presented)
            return await OutOfDate(context, session);
        // A phone that is not the user's yet is named again.
        if (session.Request.Awaited!.IsNew)
            return await StartAgain(context, session);
        var step = await logIn.Repeat(context, (await Work.BindAsync(context))!, presented, context.RequestAborted);
        if (step.Refusal is { } refusal)
            return await ShowProblem(context, session, refusal);
        if (await sessions.Advance(session, SignInStep.Factor, session.UserId!.Value,
            session.Request.Awaited with { Token = step.Token!.Id }, context.RequestAborted) is not (var sent, { } cookie))
            return SignInPages.OutOfDate(session.Request);
        HostCookie.SignIn.Write(context, cookie);
        return SignInPages.Factor(FormOf(sent) with { CodeWasSent = true });
    }

    /// <summary>The code; a wrong one shows the page again.</summary>
    internal async Task<IResult> CheckCode(HttpContext context, SignInSession session, string? code)
    {
        var digits = code is null ? "" : Spaces().Replace(code, "");
        if (!Digits().IsMatch(digits))
            return SignInPages.Factor(FormOf(session) with { CodeIsMissing = true });
        var ct = context.RequestAborted;
        if (await AwaitedTokenOf(session, ct) is not { } presented)
            return await OutOfDate(context, session);
        var work = (await Work.BindAsync(context))!;
        var step = session.Request.Awaited!.IsNew
            ? await newFactor.Approve(work, presented, digits, ct)
            : await logIn.Authorize(context, work, presented, digits, ct);
        if (step.Refusal is { } refusal)
            return await ShowProblem(context, session, refusal);
        await EndToken(work, step.Token!, session.Request.Client, ct);
        return await GoOn(context, session, AfterFactors(session), session.UserId!.Value, awaited: null);
    }

    private async Task<IResult> ShowProblem(HttpContext context, SignInSession session, Refusal refusal)
    {
        if (refusal.Type == SignInRules.UserIsNotBlocked.Refusal.Type)
            return await Stop(context, session, refusal);
        PageRoute.Record(context, refusal);
        // The code itself, or that it cannot be sent; anything else is about a token that is of no use any more.
        return refusal.Kind is RefusalKind.TooManyRequests or RefusalKind.NotReady
            || SecondFactor.RulesOfCode.Any(rule => rule.Refusal.Type == refusal.Type)
            ? SignInPages.Factor(FormOf(session) with { Problem = SignInProblems.Of(refusal) }, refusal)
            : await OutOfDate(context, session);
    }

    /// <summary>The next step, with a new cookie: one that somebody has put into this browser is worth nothing.</summary>
    private async Task<IResult> GoOn(HttpContext context, SignInSession session, string step, Guid user, AwaitedFactor? awaited)
    {
        if (await sessions.Advance(session, step, user, awaited, context.RequestAborted) is not (var advanced, { } cookie))
            return SignInPages.OutOfDate(session.Request);
        HostCookie.SignIn.Write(context, cookie);
        return await Show(context, advanced);
    }

    private async Task<IResult> OutOfDate(HttpContext context, SignInSession session)
    {
        await End(context, session);
        return SignInPages.OutOfDate(session.Request);
    }

    private async Task<IResult> StartAgain(HttpContext context, SignInSession session)
    {
        await End(context, session);
        return new SeeOther(session.Request.Again);
    }

    private static string AfterFactors(SignInSession session) => session.Request.AsksForAccess ? SignInStep.Access : SignInStep.Consent;

    /// <summary>What the user has open and has allowed; it is shown only after all factors.</summary>
    private async Task<IResult> ShowAccess(HttpContext context, SignInSession session, bool hasEnded)
    {
        var (user, ct) = (session.UserId!.Value, context.RequestAborted);
        var form = new AccessForm(
            session, await EmailOf(user, ct), await access.Sessions(user, ct), await access.Approvals(user, ct), hasEnded);
        await PageRoute.Record(context, StatusCodes.Status200OK);
        return SignInPages.Access(form);
    }

    /// <summary>Ends what the user has chosen, and shows the rest.</summary>
    /// <param name="one">Id of a session.</param>
    /// <param name="allowed">Id of a client that was allowed something.</param>
    /// <param name="all">All sessions.</param>
    internal async Task<IResult> EndAccess(HttpContext context, SignInSession session, Guid? one, Guid? allowed, bool all)
    {
        var work = (await Work.BindAsync(context))!;
        var (user, client, ct) = (session.UserId!.Value, session.Request.Client, context.RequestAborted);
        if (one is not null)
            await UserAccess.EndSession(work, user, client, one.Value, ct);
        if (allowed is not null)
            await UserAccess.Withdraw(work, user, client, allowed.Value, ct);
        if (all)
            await UserAccess.EndSessions(work, user, client, ct);
        return await ShowAccess(context, session, hasEnded: all || one is not null || allowed is not null);
    }

    internal async Task<IResult> LeaveAccess(HttpContext context, SignInSession session) =>
        await GoOn(context, session, SignInStep.Consent, session.UserId!.Value, awaited: null);

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
        if (refusal.RuleNumber is not "4" && refusal.Type != SignInRules.UserIsNotBlocked.Refusal.Type)
            return SignInPages.WrongScope(context, session.Request.RedirectUri, session.Request.State, refusal);
        PageRoute.Record(context, refusal);
        return RedirectBack.Error(session.Request.RedirectUri, session.Request.State, "access_denied", SignInPages.TextOf(refusal));
    }

    private async Task End(HttpContext context, SignInSession session)
    {
        HostCookie.SignIn.Delete(context);
        await sessions.End(session, context.RequestAborted);
    }

    private async Task<string> EmailOf(Guid user, CancellationToken ct)
    {
        await using var command = database.Command("SELECT email FROM users WHERE id = $1", user);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }

    private static FactorForm FormOf(SignInSession session) => new(session, session.Request.Awaited!.Type == FactorType.Sms);

    private async Task<Factor?> FactorOf(Guid user, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        return await SecondFactor.Of(connection, user, ct);
    }

    private async Task<StoredToken?> AwaitedTokenOf(SignInSession session, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        return await Tokens.Lock(connection, session.Request.Awaited!.Token, ct);
    }

    /// <summary>A browser needs no token of POST /auth/login: its session goes on.</summary>
    private static async Task EndToken(Work work, SignInToken token, Guid client, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        await Tokens.Author(steps, token.UserId, client, ct);
        await Tokens.End(steps.Connection, token.Id, ct);
        await steps.Commit(ct);
    }

    [GeneratedRegex(@"[\s()-]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[0-9]{4,9}\z")]
    private static partial Regex Digits();

    /// <summary>As in the schema of Init factor.</summary>
    [GeneratedRegex(@"^\+380[0-9]{9}\z")]
    private static partial Regex PhoneNumber();
}
