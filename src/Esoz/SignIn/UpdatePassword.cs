using Esoz.Platform.Schema;

namespace Esoz.SignIn;

/// <summary>Update password (sign-in §7, §13).</summary>
public static class UpdatePassword
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdatePassword));

    private static readonly Validation BearerIsSet = NewFactor.BearerIsSet;
    private static readonly Validation TokenIsKnown = LogInSteps.TokenIsKnown with { Number = "2" };
    private static readonly Validation TokenIsNotExpired = SignInRules.TokenIsNotExpired with { Number = "3" };

    private static readonly Validation IsOfChange = new("4", "token is a change_password_token",
        Refusal.Unauthenticated("token_invalid_type", "Invalid token type."));

    private static readonly RowMap<UserDetails> Row = new("author");

    private static readonly string UserSql = $"SELECT {Row.Columns} FROM users author WHERE author.id = $1";

    public static readonly MethodCard Card =
        new("update-password", "Update password", "POST", "/oauth/users/actions/update_password", Family.SignIn)
        {
            Purpose = "Sets a new password and ends every token of the user",
            Handle = Handle,
            HasPersonalData = true,
            Bearer = SignInBearer.Own,
            Body = Schema,
            Validations = [BearerIsSet, TokenIsKnown, TokenIsNotExpired, IsOfChange, .. PasswordRules.All],
            Answer = typeof(UserDetails),
        };

    public static async Task<Reply> Handle(
        HttpContext http, Body body, PresentedBearer bearer, PostgresDatabase database, PasswordChange change, Work work,
        CancellationToken ct)
    {
        if (bearer.Hash is not { } hash)
            return BearerIsSet;
        if (await Tokens.Find(database, hash, ct) is not { } token)
            return TokenIsKnown;
        Identified.Set(http, token.Details.ClientId, token.UserId);
        if (Broken(token) is { } broken)
            return broken;
        if (!body.Matches<PasswordBody>(Schema, out var request, out var refusal))
            return refusal;
        var (fault, hashed) = await change.Prepare(token.UserId, request.User.Password, ct);
        if (fault is not null)
            return fault;

        await using var steps = await work.Begin(ct);
        await Tokens.Author(steps, token.UserId, token.Details.ClientId, ct);
        await LogInSteps.LockUser(steps.Connection, token.UserId, ct);
        // Another call may have used it meanwhile.
        if (Broken((await Tokens.Lock(steps.Connection, token.Id, ct))!) is { } used)
            return used;
        await PasswordChange.Write(steps.Connection, token.UserId, hashed!, ct);
        var user = await Row.ReadOne(PostgresDatabase.Command(steps.Connection, UserSql, token.UserId), ct);
        await steps.Commit(ct);
        return Reply.Data(user!);
    }

    /// <summary>The tokens of a blocked user have ended.</summary>
    private static Validation? Broken(StoredToken token) =>
        token.IsExpired ? TokenIsNotExpired : token.Name == TokenName.ChangePassword ? null : IsOfChange;

    private sealed record PasswordBody(PasswordForm User);

    private sealed record PasswordForm(string Password);
}
