using Npgsql;

namespace Esoz.SignIn;

/// <summary>A second factor that a user takes into use: named with Init factor, proved with Approve factor (sign-in §7).</summary>
public sealed class NewFactor(SecondFactor secondFactor, LogInSteps logIn, SignInKeys keys)
{
    public static readonly Validation BearerIsSet = new("1", "Authorization header carries a bearer token",
        Refusal.Unauthenticated("Authorization header required."));

    private static readonly Validation TokenIsKnown = LogInSteps.TokenIsKnown with { Number = "2" };
    private static readonly Validation UserIsNotBlocked = SignInRules.UserIsNotBlocked with { Number = "3" };
    private static readonly Validation TokenIsNotExpired = SignInRules.TokenIsNotExpired with { Number = "4" };

    /// <summary>Of both methods, in their order.</summary>
    public static IReadOnlyList<Validation> RulesOfToken { get; } = [BearerIsSet, TokenIsKnown, UserIsNotBlocked, TokenIsNotExpired];

    public static readonly Validation FactorExists = new("6", "SMS: the user has a row of this type; TOTP needs none",
        Refusal.NotFound("Authentication factor not found"));

    public static readonly Validation TokenMayInit = new("7",
        "token is a 2fa_access_token while the user has a factor and none that is set, else an access_token of Login",
        Refusal.Unauthenticated("token_invalid_type", "Invalid token type."));

    public static readonly Validation SignInIsRecent = new("7", "an access_token is not older than ten minutes",
        Refusal.Unauthenticated("token_expired", "Token expired."));

    public static readonly Validation MayBeSent = SecondFactor.MayBeSent with { Number = "8" };

    public static readonly Validation WasSent = SecondFactor.WasSent with { Number = "8" };

    public static readonly Validation IsInitiated = new("6", "token is one of Init factor",
        Refusal.Unauthenticated("token_invalid_type", "Invalid token type. Init factor at first"));

    /// <summary>Of Approve factor.</summary>
    public static IReadOnlyList<Validation> RulesOfCode { get; } =
        [.. SecondFactor.RulesOfCode.Select((rule, i) => rule with { Number = $"{7 + i}" })];

    /// <summary>The bearer token, and the first of <see cref="RulesOfToken"/> that is broken; journal and log tell whose it is.</summary>
    public static async Task<(Validation? Broken, StoredToken? Token)> Find(
        HttpContext http, PostgresDatabase database, PresentedBearer bearer, CancellationToken ct)
    {
        if (bearer.Hash is not { } hash)
            return (BearerIsSet, null);
        var token = await Tokens.Find(database, hash, ct);
        if (token is not null)
            Identified.Set(http, token.Details.ClientId, token.UserId);
        return (BrokenBy(token), token);
    }

    /// <summary>A token that awaits the code of the new factor; the code is sent, or the secret is shown once.</summary>
    /// <param name="number">Of SMS.</param>
    public async Task<LogInStep> Init(Work work, StoredToken presented, string type, string? number, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        if (await Lock(steps, presented, ct) is { } broken)
            return broken;
        var (connection, user) = (steps.Connection, presented.UserId);
        if (type == FactorType.Sms && await SecondFactor.Of(connection, user, ct, type) is null)
            return FactorExists;
        var present = await SecondFactor.Of(connection, user, ct);
        if (present is { IsSet: false } ? presented.Name != TokenName.SecondFactor : !IsOfLogIn(presented))
            return TokenMayInit;
        if (presented is { Name: TokenName.Access, IsOfNow: false })
            return SignInIsRecent;

        var secret = type == FactorType.Totp ? Totp.NewSecret() : null;
        var wanted = new Factor(Guid.Empty, type, secret is null ? number : null, secret is null ? null : keys.Seal(user, secret), null);
        if (presented.Name == TokenName.SecondFactor)
            await Tokens.End(connection, presented.Id, ct);
        var token = await Tokens.Insert(connection, new NewToken(TokenName.SecondFactor, user, SignInOptions.StepLifetime,
            TokenDetails.Requested(presented.Details.ScopeRequest ?? "", presented.Details.GrantType, presented.Details.ClientId)), ct);
        var (refusal, code) = await secondFactor.Await(connection, user, token.Id, wanted, isNew: true, ct);
        if (refusal is not null)
            return refusal;
        var account = secret is null ? "" : await EmailOf(connection, user, ct);
        await steps.Commit(ct);
        if (await secondFactor.Send(user, wanted, code, ct) is { } notSent)
            return notSent;
        var uri = secret is null ? null : Totp.Uri(secret, "Esoz", account);
        return new(null, token, NextStep.ApproveFactor with { FactorUri = uri });
    }

    /// <summary>The factor is the user's when the code is right; the answer is the token that was asked for.</summary>
    public async Task<LogInStep> Approve(Work work, StoredToken presented, string code, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        if (await Lock(steps, presented, ct) is { } broken)
            return broken;
        if (presented.Name != TokenName.SecondFactor
            || await SecondFactor.AwaitedOfNew(steps.Connection, presented.Id, ct) is not { } awaited)
            return IsInitiated;
        if (await secondFactor.Prove(steps.Connection, presented.UserId, awaited, code, ct) is { } refusal)
        {
            // What was counted stays.
            await steps.Commit(ct);
            return refusal;
        }
        return await logIn.Finish(steps, presented, ct);
    }

    /// <summary>
    /// Not one that a system has got for a code: whoever has that of a session must neither change the factors of its user nor get a token
    /// of a sign-in by it.
    /// </summary>
    private static bool IsOfLogIn(StoredToken token) =>
        token is { Name: TokenName.Access, SessionId: null } && token.Details.Scope == LogInSteps.Consent;

    /// <summary>Locks user and token; the token may have ended while this call waited.</summary>
    private static async Task<Validation?> Lock(Work.Steps steps, StoredToken presented, CancellationToken ct)
    {
        await Tokens.Author(steps, presented.UserId, presented.Details.ClientId, ct);
        await LogInSteps.LockUser(steps.Connection, presented.UserId, ct);
        return BrokenBy(await Tokens.Lock(steps.Connection, presented.Id, ct));
    }

    private static Validation? BrokenBy(StoredToken? token) => token switch
    {
        null => TokenIsKnown,
        { UserIsBlocked: true } => UserIsNotBlocked,
        { IsExpired: true } => TokenIsNotExpired,
        _ => null,
    };

    private static Task<string> EmailOf(NpgsqlConnection connection, Guid user, CancellationToken ct) =>
        PostgresDatabase.Command(connection, "SELECT email FROM users WHERE id = $1", user).ReadValue<string>(ct);
}
