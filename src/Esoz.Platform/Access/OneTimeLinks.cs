using Esoz.Platform.Configuration;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Access;

/// <summary>What a one-time link is for; both let the user set a password (sign-in §13).</summary>
public static class LinkPurpose
{
    public const string Invitation = "INVITATION";
    public const string Reset = "RESET";
}

/// <summary>Settings of the one-time links.</summary>
/// <param name="Base">Scheme, host and optional port that the links begin with; empty = not known.</param>
public sealed record OneTimeLinkOptions(string Base, TimeSpan InvitationLife, TimeSpan ResetLife)
{
    /// <summary>Path of the page that a link leads to.</summary>
    public const string Path = "/password";

    /// <summary>Parameter of its query that has the token.</summary>
    public const string Token = "token";

    public static OneTimeLinkOptions Read(SettingReader read, string baseUrl) => new(
        baseUrl,
        TimeSpan.FromHours(read.Integer("ESOZ_INVITATION_HOURS", 72, 1, 720)),
        TimeSpan.FromMinutes(read.Integer("ESOZ_PASSWORD_RESET_MINUTES", 60, 5, 1440)));

    /// <summary>From when it is shown or sent.</summary>
    public TimeSpan LifeOf(string purpose) => purpose == LinkPurpose.Reset ? ResetLife : InvitationLife;

    /// <summary>The link itself; without a known base its path and query.</summary>
    public string Url(string token) => $"{Base}{Path}?{Token}={token}";
}

/// <summary>
/// Links by which a user sets a password without having one: used once, for a short time, ended by a newer one (<c>one_time_links</c>,
/// docs/adr/0041). Only the hash of a link's token is stored, and that only from when the link is shown or mailed.
/// </summary>
public sealed class OneTimeLinks(PostgresDatabase database, OneTimeLinkOptions options)
{
    /// <summary>Makes a link and returns its token, which is shown once; null when there is no such user, or the user is blocked.</summary>
    public async Task<string?> Make(Guid user, string purpose, CancellationToken ct)
    {
        var token = SecretHash.NewSecret();
        return await Replace(user, """
            INSERT INTO one_time_links (id, user_id, purpose, token_hash, expires_at)
            VALUES (gen_random_uuid(), $1, $2, $3, now() + $4)
            """, ct, user, purpose, SecretHash.Of(token).Hex, options.LifeOf(purpose)) ? token : null;
    }

    /// <summary>Makes a link that a mail brings to the user; false when there is no such user, or the user is blocked.</summary>
    public Task<bool> Mail(Guid user, string purpose, CancellationToken ct) => Replace(user, """
        WITH link AS (
          INSERT INTO one_time_links (id, user_id, purpose) VALUES (gen_random_uuid(), $1, $2) RETURNING id
        )
        INSERT INTO mails (link_id) SELECT id FROM link
        """, ct, user, purpose);

    /// <summary>
    /// The token for a mail that is about to be sent; one that an earlier mail of the link may have brought does not open anything any
    /// more. Null when the link was used or ended.
    /// </summary>
    public async Task<string?> Renew(Guid link, string purpose, CancellationToken ct)
    {
        const string sql = """
            UPDATE one_time_links SET token_hash = $2, expires_at = now() + $3, updated_at = now()
             WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL
            """;
        var token = SecretHash.NewSecret();
        return await database.Write(sql, ct, link, SecretHash.Of(token).Hex, options.LifeOf(purpose)) == 1 ? token : null;
    }

    /// <summary>What the token of a link opens; null when it was used or ended, has expired, or never was one.</summary>
    public Task<OpenLink?> Find(string token, CancellationToken ct) => database.Command("""
        SELECT link.id, link.user_id, users.email, link.purpose
          FROM one_time_links link
          JOIN users ON users.id = link.user_id
         WHERE link.token_hash = $1::bpchar AND link.used_at IS NULL AND link.ended_at IS NULL AND link.expires_at > now()
           AND NOT users.is_blocked
        """, SecretHash.Of(token).Hex).ReadOne(row => new OpenLink(row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.GetString(3)), ct);

    /// <summary>Marks it as used, in the transaction that sets the password; false when somebody else was first, or it has ended.</summary>
    public static async Task<bool> Use(NpgsqlConnection connection, string token, CancellationToken ct) =>
        await PostgresDatabase.Command(connection, """
            UPDATE one_time_links SET used_at = now(), updated_at = now()
             WHERE token_hash = $1::bpchar AND used_at IS NULL AND ended_at IS NULL AND expires_at > now()
            """, SecretHash.Of(token).Hex).Execute(ct) == 1;

    /// <summary>Removes links that ended, and their mails, longer ago than they are kept.</summary>
    /// <returns>Number of removed links.</returns>
    public Task<long> Purge(CancellationToken ct) =>
        database.Command("SELECT purge_one_time_links($1)", TimeSpan.FromDays(30)).ReadValue<long>(ct);

    /// <summary>Links of one user are made one after another, so that exactly the last one is open.</summary>
    private async Task<bool> Replace(Guid user, string insert, CancellationToken ct, params object?[] values)
    {
        await using var write = await database.OpenForWrite(ct);
        await using var transaction = await write.Connection.BeginTransactionAsync(ct);
        var turn = PostgresDatabase.Command(
            write.Connection, "SELECT true FROM users WHERE id = $1 AND NOT is_blocked FOR NO KEY UPDATE", user);
        if (await turn.ReadValue<bool?>(ct) is null)
            return false;
        await PostgresDatabase.Command(write.Connection, """
            UPDATE one_time_links SET ended_at = now(), updated_at = now() WHERE user_id = $1 AND used_at IS NULL AND ended_at IS NULL
            """, user).Execute(ct);
        await PostgresDatabase.Command(write.Connection, insert, values).Execute(ct);
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();
        return true;
    }
}

/// <param name="Purpose">One of <see cref="LinkPurpose"/>.</param>
public sealed record OpenLink(Guid Id, Guid UserId, string Email, string Purpose);
