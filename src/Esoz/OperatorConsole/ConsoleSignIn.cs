using System.Text.RegularExpressions;
using Esoz.Pages;
using Esoz.Platform.Access;
using Esoz.SignIn;
using Esoz.SignIn.Browser;

namespace Esoz.OperatorConsole;

/// <summary>What the sign-in page of the console shows.</summary>
/// <param name="Then">Where it leads.</param>
public sealed record ConsoleSignInForm(string FormToken, string Then)
{
    public string? Email { get; init; }

    public Words? Problem { get; init; }

    /// <summary>The user comes from the console, whose session has ended.</summary>
    public bool HasLeft { get; init; }
}

/// <summary>What the page of the second factor shows.</summary>
/// <param name="IsBySms">Otherwise an app makes the codes.</param>
public sealed record ConsoleCodeForm(string FormToken, string Then, bool IsBySms)
{
    public Words? Problem { get; init; }
}

/// <summary>
/// Signing in to the console, with the e-mail and password of a user and the code of the second factor, if the user has one. The same
/// limits hold as for sign-in of a client.
/// </summary>
public sealed partial class ConsoleSignIn(
    PostgresDatabase database, ConsoleSessions sessions, PasswordCheck passwords, LogInSteps logIn)
{
    public const string Path = ConsoleScreen.Root + "/sign-in";
    public const string CodePath = Path + "/code";
    public const string OutPath = ConsoleScreen.Root + "/sign-out";

    /// <summary>Where the user is after signing out, when there is a provider to sign out of too.</summary>
    public const string LeftPath = Path + "?out=1";

    /// <summary>Tokens of the second factor are of no client: they open nothing but the next step.</summary>
    private static readonly Guid NoClient = Guid.Empty;

    public static PageRoute Page { get; } = new("console-sign-in", HttpMethods.Get, Path) { Handle = Show };

    public static PageRoute Form { get; } = new("console-sign-in-form", HttpMethods.Post, Path)
    {
        Handle = (HttpContext context, ConsoleSignIn signIn) => signIn.CheckPassword(context),
        Limits = Family.SignIn,
    };

    public static PageRoute CodeForm { get; } = new("console-sign-in-code", HttpMethods.Post, CodePath)
    {
        Handle = (HttpContext context, ConsoleSignIn signIn) => signIn.CheckCode(context),
        Limits = Family.SignIn,
    };

    public static PageRoute Out { get; } = ConsoleScreen.Changes("console-sign-out", OutPath, role: null, SignOut);

    /// <summary>Where somebody who is not signed in is sent, and from there back.</summary>
    internal static string AddressFor(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path != ConsoleScreen.Root
            ? $"{Path}?then={Uri.EscapeDataString(request.Path + request.QueryString)}" : Path;

    private static IResult Show(HttpContext context)
    {
        var query = Parameters.OfQuery(context.Request);
        Language.Find(query["lang"])?.Choose(context);
        var cookie = HostCookie.Console.Read(context);
        if (cookie is null)
            HostCookie.Console.Write(context, cookie = SecretHash.NewSecret());
        return Shown(new ConsoleSignInForm(ConsoleSessions.FormTokenOf(cookie), Own(query["then"])) { HasLeft = query["out"] is not null });
    }

    private async Task<IResult> CheckPassword(HttpContext context)
    {
        if (HostCookie.Console.Read(context) is not { } cookie || await ConsoleForm.Read(context, cookie) is not { } form)
            return ConsoleMessages.OutOfDate.Page(StatusCodes.Status400BadRequest);
        var (email, password) = (form["email"]?.Trim(), form["password"]);
        var shown = new ConsoleSignInForm(ConsoleSessions.FormTokenOf(cookie), Own(form["then"])) { Email = email };
        if (email is null || password is null)
            return Shown(shown with { Problem = new("Уведіть електронну пошту й пароль", "Enter your e-mail and password") });
        var ct = context.RequestAborted;
        // PostgreSQL has no text with a NUL.
        var (refusal, user) = await passwords.Check(context, email.Replace('\0', ' '), password, mayBeOld: false, ct);
        if (refusal is not null)
            return Refused(context, shown, refusal);
        Identified.Set(context, null, user!.Id);
        if (await sessions.RolesOf(user.Id, ct) is [])
        {
            PageRoute.Record(context, Refusal.Forbidden("The user has no role of the console."));
            return ConsoleMessages.NoRole.Page(StatusCodes.Status403Forbidden);
        }
        if (await FactorOf(user.Id, ct) is not { } factor)
            return await Begin(context, user.Id, shown.Then);
        if (!factor.IsSet)
            return Refused(context, shown, SecondFactor.FactorIsSet.Refusal);
        var step = await logIn.Begin(
            (await Work.BindAsync(context))!, user, NoClient, LogInSteps.Consent, "password", endsOthers: false, ct);
        if (step.Refusal is { } notSent)
            return Refused(context, shown, notSent);
        var next = await sessions.Begin(user.Id, step.Token!.Id, ct);
        HostCookie.Console.Write(context, next);
        return Shown(new ConsoleCodeForm(ConsoleSessions.FormTokenOf(next), shown.Then, factor.Type == FactorType.Sms));
    }

    private async Task<IResult> CheckCode(HttpContext context)
    {
        var ct = context.RequestAborted;
        if (HostCookie.Console.Read(context) is not { } cookie || await ConsoleForm.Read(context, cookie) is not { } form
            || await sessions.Find(cookie, ct) is not (var session, { } awaited)
            || await FactorOf(session.UserId, ct) is not { } factor)
            return ConsoleMessages.OutOfDate.Page(StatusCodes.Status400BadRequest);
        Identified.Set(context, null, session.UserId);
        var shown = new ConsoleCodeForm(session.FormToken, Own(form["then"]), factor.Type == FactorType.Sms);
        var code = Spaces().Replace(form["code"] ?? "", "");
        if (!Digits().IsMatch(code))
            return Shown(shown with { Problem = new("Уведіть код цифрами", "Enter the code in digits") });
        var work = (await Work.BindAsync(context))!;
        var step = await logIn.Authorize(context, work, await TokenOf(awaited, ct), code, ct);
        if (step.Refusal is { } refusal)
        {
            PageRoute.Record(context, refusal);
            return Shown(shown with { Problem = SignInProblems.Of(refusal) }, SignInPages.StatusOf(refusal));
        }
        await EndToken(work, step.Token!, ct);
        await sessions.End(session.Id, ct);
        return await Begin(context, session.UserId, shown.Then);
    }

    /// <summary>A new session with a new cookie: one that somebody has put into this browser is worth nothing.</summary>
    internal async Task<IResult> Begin(HttpContext context, Guid user, string then)
    {
        HostCookie.Console.Write(context, await sessions.Begin(user, awaitedToken: null, context.RequestAborted));
        Identified.Set(context, null, user);
        await PageRoute.Record(context, StatusCodes.Status303SeeOther);
        return new SeeOther(then);
    }

    private static async Task<IResult> SignOut(
        HttpContext context, ConsoleSession session, ConsoleSessions sessions, ProviderOptions provider)
    {
        await sessions.End(session.Id, context.RequestAborted);
        HostCookie.Console.Delete(context);
        await PageRoute.Record(context, StatusCodes.Status303SeeOther);
        return new SeeOther(provider.IsSet ? LeftPath : Path);
    }

    private static HtmlPage Refused(HttpContext context, ConsoleSignInForm form, Refusal refusal)
    {
        PageRoute.Record(context, refusal);
        return Shown(form with { Problem = SignInProblems.Of(refusal) }, SignInPages.StatusOf(refusal));
    }

    private static HtmlPage Shown(ConsoleSignInForm form, int status = StatusCodes.Status200OK) =>
        HtmlPage.Of<ConsoleSignInPage, ConsoleSignInForm>(form, status);

    private static HtmlPage Shown(ConsoleCodeForm form, int status = StatusCodes.Status200OK) =>
        HtmlPage.Of<ConsoleCodePage, ConsoleCodeForm>(form, status);

    /// <summary>Only a path of the console: nobody is sent elsewhere by a link that somebody else wrote.</summary>
    internal static string Own(string? then) => then is not null && OwnPath().IsMatch(then) ? then : ConsoleScreen.Root;

    private async Task<Factor?> FactorOf(Guid user, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        return await SecondFactor.Of(connection, user, ct);
    }

    private async Task<StoredToken?> TokenOf(Guid id, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        return await Tokens.Lock(connection, id, ct);
    }

    /// <summary>The session goes on without it.</summary>
    private static async Task EndToken(Work work, SignInToken token, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        await Tokens.Author(steps, token.UserId, NoClient, ct);
        await Tokens.End(steps.Connection, token.Id, ct);
        await steps.Commit(ct);
    }

    [GeneratedRegex(@"^/console(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9%&=_.~+-]*)?\z")]
    private static partial Regex OwnPath();

    [GeneratedRegex(@"[\s()-]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[0-9]{4,9}\z")]
    private static partial Regex Digits();
}
