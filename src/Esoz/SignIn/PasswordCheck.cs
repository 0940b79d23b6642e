using System.Net;

namespace Esoz.SignIn;

/// <summary>
/// E-mail and password of a user: checks 3 to 6 of sign-in §6, for POST /auth/login and for the page. An e-mail that nobody has costs the
/// same statements and the same hash as one that somebody has.
/// </summary>
public sealed class PasswordCheck(
    PostgresDatabase database, PasswordHashing hashing, FailedLogins failures, TokenOptions options, ILogger<PasswordCheck> log)
{
    public static readonly Validation PasswordIsRight = new("4", "user exists and the password is right",
        Refusal.Unauthenticated("Identity, password combination is wrong."));

    public static readonly Validation UserIsNotBlocked = SignInRules.UserIsNotBlocked with { Number = "5" };

    public static readonly Validation PasswordIsCurrent = SignInRules.PasswordIsCurrent with { Number = "6" };

    /// <summary>In their order.</summary>
    public static IReadOnlyList<Validation> Rules { get; } =
        [FailedLogins.AddressHasAttempts, FailedLogins.EmailHasAttempts, PasswordIsRight, UserIsNotBlocked, PasswordIsCurrent];

    private static readonly RowMap<UserWithPassword> Row = new RowMap<UserWithPassword>("users")
        .Column(user => user.SetAt, "coalesce(users.password_set_at, users.inserted_at)");

    private static readonly string Sql = $"SELECT {Row.Columns} FROM users WHERE lower(users.email) = lower($1)";

    private const string RenewSql = """
        WITH renewed AS (UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id)
        UPDATE password_history history SET password_hash = $3
          FROM renewed
         WHERE history.user_id = renewed.id AND history.password_hash = $2
        """;

    /// <summary>The user, or the first rule that is broken; journal and log tell who it was.</summary>
    /// <param name="mayBeOld">Of a form that sets a new password: check 6 is left out.</param>
    public async Task<(Refusal? Refusal, UserWithPassword? User)> Check(
        HttpContext http, string email, string password, bool mayBeOld, CancellationToken ct)
    {
        var address = http.Connection.RemoteIpAddress;
        var user = await Row.ReadOne(database.Command(Sql, email), ct);
        if (user is not null)
            Identified.Set(http, Identified.Of(http)?.ClientId, user.Id);

        var (refused, attempt) = await failures.Begin(email, address, ct);
        if (refused is not null)
            return (refused, null);
        if (await Compare(user, password, attempt, address, ct) is { } wrong)
            return (wrong, null);
        if (user!.IsBlocked)
            return (UserIsNotBlocked, null);
        if (!mayBeOld && IsOld(user))
            return (PasswordIsCurrent.With("user_id", user.Id.ToString()), null);
        await failures.Know(user.Id, address, ct);
        return (null, await Renewed(user, password, ct));
    }

    /// <summary>Whether the password has expired (check 6).</summary>
    public bool IsOld(UserWithPassword user) => options.PasswordLifetime is { } lifetime && user.SetAt + lifetime <= DateTime.UtcNow;

    private async Task<Refusal?> Compare(UserWithPassword? user, string password, long attempt, IPAddress? address, CancellationToken ct)
    {
        switch (await hashing.Matches(password, user?.PasswordHash, ct))
        {
            case null:
                await failures.TakeBack(attempt, ct);
                return PasswordHashing.Busy;
            case false:
                await failures.Fail(attempt, address, ct);
                return PasswordIsRight;
            default:
                await failures.TakeBack(attempt, ct);
                return null;
        }
    }

    /// <summary>Replaces a hash of an old form, now that the password is at hand. A sign-in does not fail for want of time.</summary>
    private async Task<UserWithPassword> Renewed(UserWithPassword user, string password, CancellationToken ct)
    {
        if (!PasswordHash.IsOutdated(user.PasswordHash!) || await hashing.Hash(password, ct) is not { } hash)
            return user;
        await using var write = await database.OpenForWrite(ct);
        await PostgresDatabase.Command(write.Connection, RenewSql, user.Id, user.PasswordHash, hash).Execute(ct);
        log.LogInformation("The password of user {UserId} has a hash of the present form now", user.Id);
        return user with { PasswordHash = hash };
    }
}

/// <summary>A user who may sign in with a password.</summary>
/// <param name="PasswordHash">Null = has none.</param>
/// <param name="SetAt">When the password was set; for one that was imported, when the user was.</param>
public sealed record UserWithPassword(Guid Id, string Email, bool IsBlocked, string? PasswordHash, DateTime SetAt);
