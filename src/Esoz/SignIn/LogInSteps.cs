using Npgsql;

namespace Esoz.SignIn;

/// <summary>Result of one step of a sign-in: the refusal, or the token and what comes next.</summary>
/// <param name="Next">Null where a page shows none.</param>
public readonly record struct LogInStep(Refusal? Refusal, SignInToken? Token = null, NextStep? Next = null)
{
    public static implicit operator LogInStep(Refusal refusal) => new(refusal);

    public static implicit operator LogInStep(Validation validation) => new(validation.Refusal);

    /// <summary>The answer of a method.</summary>
    public Reply Reply() => Refusal is { } refusal ? refusal : Platform.Http.Reply.Data(Token!, Next!);
}

/// <summary>
/// The steps of a sign-in after the password: a token at once, or after a code of the second factor (sign-in §6 check 9, §7). POST
/// /auth/login and the page do the same. Each step is one transaction in which the user is locked, so that of parallel calls one wins.
/// </summary>
public sealed class LogInSteps(SecondFactor secondFactor, TokenOptions options)
{
    /// <summary>Scope of an access_token whose request named none: it opens the consent (sign-in §7).</summary>
    public const string Consent = "app:authorize";

    /// <summary>Grant of POST /auth/login that leads to a new password.</summary>
    public const string ChangeGrant = "change_password";

    public static readonly Validation TokenIsKnown = new("11", "token is known", Refusal.Unauthenticated("token_invalid", "Invalid token."));

    public static readonly Validation UserIsNotBlocked = SignInRules.UserIsNotBlocked with { Number = "12" };

    public static readonly Validation IsSecondFactorToken = new("13", "token is a 2fa_access_token",
        Refusal.Unauthenticated("Invalid token type"));

    public static readonly Validation TokenIsNotExpired = SignInRules.TokenIsNotExpired with { Number = "14" };

    /// <summary>Rules about the token of a second step, in their order.</summary>
    public static IReadOnlyList<Validation> RulesOfToken { get; } =
        [TokenIsKnown, UserIsNotBlocked, IsSecondFactorToken, TokenIsNotExpired, SecondFactor.FactorIsActive, SecondFactor.FactorIsSet];

    private const string LockSql = "SELECT is_blocked, password_hash FROM users WHERE id = $1 FOR NO KEY UPDATE";

    private const string EndOthersSql = $"""
        UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
         WHERE user_id = $1 AND details ->> 'client_id' = $2::text AND name IN ('{TokenName.Access}', '{TokenName.SecondFactor}')
           AND expires_at > floor(extract(epoch FROM now()))::bigint
        """;

    /// <summary>
    /// What follows a right password: an access_token (for a change of the password, a change_password_token), or a 2fa_access_token when
    /// the user has a second factor.
    /// </summary>
    /// <param name="user">Of <see cref="PasswordCheck"/>.</param>
    /// <param name="endsOthers">The other tokens of the user with this client end: those of POST /auth/login.</param>
    public async Task<LogInStep> Begin(
        Work work, UserWithPassword user, Guid client, string scope, string grant, bool endsOthers, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        await Tokens.Author(steps, user.Id, client, ct);
        var (isBlocked, hash) = await LockUser(steps.Connection, user.Id, ct);
        if (isBlocked)
            return PasswordCheck.UserIsNotBlocked;
        // It may have become another one since it was compared.
        if (hash != user.PasswordHash)
            return PasswordCheck.PasswordIsRight;
        var factor = await SecondFactor.Of(steps.Connection, user.Id, ct);
        if (endsOthers)
            await EndOthers(steps.Connection, user.Id, client, ct);
        if (factor is not null)
            return await Challenge(steps, user.Id, factor, TokenDetails.Requested(scope, grant, client), ct);
        var token = await Tokens.Insert(steps.Connection, Final(user.Id, TokenDetails.Granted(scope, grant, client)), ct);
        await steps.Commit(ct);
        return new(null, token, NextStep.RequestApps);
    }

    /// <summary>Exchanges a 2fa_access_token and a code for the token that was asked for.</summary>
    public async Task<LogInStep> Authorize(HttpContext http, Work work, StoredToken? presented, string code, CancellationToken ct)
    {
        if (presented is null)
            return TokenIsKnown;
        Identified.Set(http, presented.Details.ClientId, presented.UserId);
        await using var steps = await work.Begin(ct);
        var (token, factor, broken) = await Lock(steps, presented, ct);
        if (broken is not null)
            return broken;
        if (await secondFactor.Check(steps.Connection, token.UserId, token.Id, factor!, code, ct) is { } refusal)
        {
            // What was counted stays.
            await steps.Commit(ct);
            return refusal;
        }
        return await Finish(steps, token, ct);
    }

    /// <summary>Another 2fa_access_token and code for those that did not arrive or are too old.</summary>
    public async Task<LogInStep> Repeat(HttpContext http, Work work, StoredToken? presented, CancellationToken ct)
    {
        if (presented is null)
            return TokenIsKnown;
        Identified.Set(http, presented.Details.ClientId, presented.UserId);
        await using var steps = await work.Begin(ct);
        var (token, factor, broken) = await Lock(steps, presented, ct);
        if (broken is not null)
            return broken;
        await Tokens.End(steps.Connection, token.Id, ct);
        return await Challenge(steps, token.UserId, factor!, token.Details, ct);
    }

    /// <summary>The token that a second step leads to; the former one ends. Commits.</summary>
    internal async Task<LogInStep> Finish(Work.Steps steps, StoredToken token, CancellationToken ct)
    {
        await Tokens.End(steps.Connection, token.Id, ct);
        var asked = token.Details;
        var scope = asked.ScopeRequest is { Length: > 0 } requested ? requested : Consent;
        var issued = await Tokens.Insert(
            steps.Connection, Final(token.UserId, TokenDetails.Granted(scope, asked.GrantType, asked.ClientId)), ct);
        await steps.Commit(ct);
        return new(null, issued, NextStep.RequestApps);
    }

    /// <summary>Locks the user, so that no other step of the user's goes on at the same time.</summary>
    internal static Task<(bool IsBlocked, string? Hash)> LockUser(NpgsqlConnection connection, Guid user, CancellationToken ct) =>
        PostgresDatabase.Command(connection, LockSql, user).ReadOne(row => (row.GetBoolean(0), row.Text(1)), ct);

    /// <summary>The token as it is now that the user is locked, and the first rule that is broken.</summary>
    private static async Task<(StoredToken Token, Factor? Factor, Validation? Broken)> Lock(
        Work.Steps steps, StoredToken presented, CancellationToken ct)
    {
        await Tokens.Author(steps, presented.UserId, presented.Details.ClientId, ct);
        await LockUser(steps.Connection, presented.UserId, ct);
        if (await Tokens.Lock(steps.Connection, presented.Id, ct) is not { } token)
            return (presented, null, TokenIsKnown);
        var factor = await SecondFactor.Of(steps.Connection, token.UserId, ct);
        return (token, factor,
            token.UserIsBlocked ? UserIsNotBlocked
            : token.Name != TokenName.SecondFactor ? IsSecondFactorToken
            : token.IsExpired ? TokenIsNotExpired
            : factor is null ? SecondFactor.FactorIsActive
            : !factor.IsSet ? SecondFactor.FactorIsSet
            : null);
    }

    /// <summary>A 2fa_access_token, and a code unless the factor has no number yet. Commits, then sends.</summary>
    private async Task<LogInStep> Challenge(Work.Steps steps, Guid user, Factor factor, TokenDetails details, CancellationToken ct)
    {
        var token = await Tokens.Insert(
            steps.Connection, new NewToken(TokenName.SecondFactor, user, SignInOptions.StepLifetime, details), ct);
        if (!factor.IsSet)
        {
            await steps.Commit(ct);
            return new(null, token, NextStep.RequestFactor);
        }
        var (refusal, code) = await secondFactor.Await(steps.Connection, user, token.Id, factor, isNew: false, ct);
        if (refusal is not null)
            return refusal;
        await steps.Commit(ct);
        return await secondFactor.Send(user, factor, code, ct) is { } notSent
            ? notSent : new LogInStep(null, token, NextStep.RequestOtp);
    }

    private NewToken Final(Guid user, TokenDetails details) => details.GrantType == ChangeGrant
        ? new(TokenName.ChangePassword, user, SignInOptions.StepLifetime, details)
        : new(TokenName.Access, user, options.AccessLifetime, details);

    private static Task<int> EndOthers(NpgsqlConnection connection, Guid user, Guid client, CancellationToken ct) =>
        PostgresDatabase.Command(connection, EndOthersSql, user, client).Execute(ct);
}
