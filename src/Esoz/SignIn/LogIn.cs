using System.Globalization;
using Esoz.Platform.Schema;

namespace Esoz.SignIn;

/// <summary>API-009-068-0001 Login (sign-in §6, §7).</summary>
public static class LogIn
{
    private const string PasswordGrant = "password";
    private const string AuthorizeGrant = "authorize_2fa_access_token";
    private const string RefreshGrant = "refresh_2fa_access_token";
    private const string Root = "token";

    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(LogIn));

    private static readonly Validation GrantIsNamed = SignInRules.GrantIsNamed with { Number = "1" };

    private static readonly Validation GrantIsServed = SignInRules.GrantIsServed with { Number = "1" };

    private static readonly Validation CodeIsPresent = new("1", "authorize_2fa_access_token: otp is present",
        Refusal.Unprocessable([Invalid.Property("$.otp", new("required", "can't be blank", Array.Empty<string>()))]));

    private static readonly Validation BearerIsSet = new("10", "the 2fa grants: Authorization header carries a bearer token",
        Refusal.Unauthenticated("Authorization header required."));

    public static readonly MethodCard Card = new("API-009-068-0001", "Login", "POST", "/auth/login", Family.SignIn)
    {
        Purpose = "Issues a token for the consent page of a client, by e-mail and password and, when the user has a second factor, its code",
        Handle = Handle,
        HasPersonalData = true,
        OtherVerb = HttpMethods.Put,
        Bearer = SignInBearer.OwnOrNone,
        Body = Schema,
        Validations =
        [
            GrantIsNamed, GrantIsServed, CodeIsPresent,
            LogInClients.Exists, LogInClients.IsNotBlocked, LogInClients.MayShowTheForm,
            .. PasswordCheck.Rules,
            LogInClients.HasScope, LogInClients.AsksForConsent, LogInClients.AsksForChange,
            SecondFactor.MayBeSent, SecondFactor.WasSent,
            BearerIsSet, .. LogInSteps.RulesOfToken, .. SecondFactor.RulesOfCode,
        ],
        Success = StatusCodes.Status201Created,
        Answer = typeof(SignInToken),
        Urgent = typeof(NextStep),
    };

    public static async Task<Reply> Handle(
        HttpContext http, Body body, PresentedBearer bearer, PostgresDatabase database, PasswordCheck passwords, LogInSteps logIn,
        Work work, CancellationToken ct)
    {
        if (body.HasObject(Root))
        {
            if (body.Text(Root, "grant_type") is not { Length: > 0 } named)
                return GrantIsNamed;
            if (named is not (PasswordGrant or LogInSteps.ChangeGrant or AuthorizeGrant or RefreshGrant))
                return GrantIsServed;
        }
        if (!body.Matches<LogInBody>(Schema, out var request, out var refusal))
            return refusal;
        var form = request.Token;
        if (form.GrantType is PasswordGrant or LogInSteps.ChangeGrant)
            return await ByPassword(http, form, database, passwords, logIn, work, ct);
        if (form.GrantType == AuthorizeGrant && form.Otp is null)
            return CodeIsPresent;
        if (bearer.Hash is not { } hash)
            return BearerIsSet;
        var presented = await Tokens.Find(database, hash, ct);
        var step = form.GrantType == AuthorizeGrant
            ? await logIn.Authorize(http, work, presented, form.Otp!.Value.ToString("D6", CultureInfo.InvariantCulture), ct)
            : await logIn.Repeat(http, work, presented, ct);
        return step.Reply();
    }

    private static async Task<Reply> ByPassword(
        HttpContext http, LogInForm form, PostgresDatabase database, PasswordCheck passwords, LogInSteps logIn, Work work,
        CancellationToken ct)
    {
        var client = await LogInClients.Find(database, form.ClientId!.Value, ct);
        if (client is not null)
            Identified.Set(http, client.Id, null);
        if (LogInClients.Broken(client) is { } broken)
            return broken;

        var isChange = form.GrantType == LogInSteps.ChangeGrant;
        var (refusal, user) = await passwords.Check(http, form.Email!, form.Password!, mayBeOld: isChange, ct);
        if (refusal is not null)
            return refusal;
        if (LogInClients.BrokenBy(client!, form.Scope!, isChange) is { } wrong)
            return wrong;

        return (await logIn.Begin(work, user!, client!.Id, form.Scope!.Trim(' '), form.GrantType, endsOthers: true, ct)).Reply();
    }

    private sealed record LogInBody(LogInForm Token);

    /// <summary>Members that the grant does not demand may be null.</summary>
    private sealed record LogInForm(string GrantType, string? Email, string? Password, Guid? ClientId, string? Scope, int? Otp);
}
