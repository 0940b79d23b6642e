using Esoz.Platform.Access;

namespace Esoz.SignIn;

/// <summary>
/// A new password that is not set with the former one: by an operator, or by the user with a link (sign-in §13). Every token of the
/// user and every open link ends with it.
/// </summary>
public sealed class NewPassword(PostgresDatabase database, PasswordChange change, OneTimeLinks links)
{
    /// <summary>The link was used or ended, has expired, or never was one: it is not said which.</summary>
    public static readonly Refusal LinkIsOpen = Refusal.NotFound("The link is not valid any more.");

    /// <summary>Sets it for an operator, who is in the session (<c>app.operator</c>).</summary>
    /// <returns>The first rule that it breaks; null when it is set.</returns>
    public async Task<Refusal?> Set(Guid user, string password, CancellationToken ct)
    {
        var (refusal, hash) = await change.Prepare(user, password, ct);
        return refusal ?? await Write(user, hash!, null, Registrar.SystemUser, ct);
    }

    /// <summary>Sets it with the token of a link, which is used up; of several at the same time one wins.</summary>
    /// <returns>The first rule that it breaks; null when it is set. A broken rule does not use up the link.</returns>
    public async Task<Refusal?> SetByLink(string token, string password, CancellationToken ct)
    {
        if (await links.Find(token, ct) is not { } link)
            return LinkIsOpen;
        var (refusal, hash) = await change.Prepare(link.UserId, password, ct);
        return refusal ?? await Write(link.UserId, hash!, token, link.UserId, ct);
    }

    private async Task<Refusal?> Write(Guid user, string hash, string? token, Guid author, CancellationToken ct)
    {
        await using var write = await database.OpenForWrite(ct);
        await using var transaction = await write.Connection.BeginTransactionAsync(ct);
        await PostgresDatabase.Command(
            write.Connection, "SELECT set_config('app.actor_id', $1, true) FROM users WHERE id = $2 FOR NO KEY UPDATE", author.ToString(), user).Execute(ct);
        if (token is not null && !await OneTimeLinks.Use(write.Connection, token, ct))
            return LinkIsOpen;
        await PasswordChange.Write(write.Connection, user, hash, ct);
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();
        return null;
    }
}
