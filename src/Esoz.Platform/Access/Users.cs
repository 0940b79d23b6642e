using System.Text.RegularExpressions;
using Esoz.Platform.Database;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Access;

/// <summary>A user as registered by an operator. What is null stays as it is when the user exists.</summary>
/// <param name="Id">Null = a new user; the id of an existing one updates it.</param>
/// <param name="Email">By which the user signs in; unique without regard to case.</param>
/// <param name="TaxId">РНОКПП. When exactly one party has it, the user belongs to that party.</param>
/// <param name="Party">The party that the user belongs to: the user then has the roles of its employees.</param>
/// <param name="Factor">
/// Type of the second factor that a user who has no password yet gets, and names at the first sign-in (sign-in §7); null = none.
/// </param>
public sealed record UserRegistration(Guid? Id, string? Email, string? TaxId, Guid? Party, string? Factor = null);

/// <summary>Why a user was not registered.</summary>
public enum UserFault
{
    /// <summary>Another user has this address.</summary>
    EmailIsTaken,
    /// <summary>A new user needs an address.</summary>
    EmailIsMissing,
    PartyIsUnknown,
    /// <summary>Several parties have this tax id: one must be named.</summary>
    PartyIsAmbiguous,
}

/// <param name="Id">Null when there is a fault.</param>
/// <param name="Party">The party that the user belongs to; null = none.</param>
public sealed record RegisteredUser(Guid? Id, Guid? Party, UserFault? Fault);

/// <summary>
/// Everything by which an operator makes users and gives them roles; <see cref="Registrar"/> has the clients and all tokens. Roles that
/// follow from employees are the database's (db/0032); those given here have source OPERATOR.
/// </summary>
public sealed partial class Users(PostgresDatabase database)
{
    private const int MaxEmail = 255;

    /// <summary>Whether mails could be sent to it: one @, a host with a dot or none, no space, nothing that needs quotes.</summary>
    public static bool IsEmail(string text) => text.Length <= MaxEmail && Email().IsMatch(text);

    /// <summary>The user with this id or address, the latter without regard to case; null when there is none.</summary>
    public Task<Guid?> Find(string idOrEmail, CancellationToken ct) => database.Command(
        "SELECT id FROM users WHERE id = $1::uuid OR lower(email) = lower($2)", Guid.TryParse(idOrEmail, out var id) ? id : null,
        idOrEmail).ReadValue<Guid?>(ct);

    /// <summary>Creates a user, or updates the one with this id.</summary>
    public async Task<RegisteredUser> Register(UserRegistration user, CancellationToken ct)
    {
        var id = user.Id ?? Guid.NewGuid();
        try
        {
            await using var write = await database.OpenForWrite(ct);
            await using var transaction = await write.Connection.BeginTransactionAsync(ct);
            var (party, fault) = await PartyOf(write.Connection, user, ct);
            if (fault is null && !await IsWritten(write.Connection, id, user, ct))
                fault = UserFault.EmailIsMissing;
            if (fault is not null)
                return new(null, null, fault);
            if (party is not null)
                await Link(write.Connection, id, party.Value, ct);
            if (user.Factor is not null)
                await AddFactor(write.Connection, id, user.Factor, ct);
            await transaction.CommitAsync(ct);
            write.EnsureReplicated();
            return new(id, party, null);
        }
        catch (PostgresException twin) when (twin.ConstraintName == "users_email_key")
        {
            return new(null, null, UserFault.EmailIsTaken);
        }
    }

    /// <summary>Gives a role at one client, or at every client.</summary>
    /// <param name="client">Null = at every client.</param>
    /// <returns>False when the user has it already from an operator.</returns>
    public async Task<bool> Grant(Guid user, string role, Guid? client, CancellationToken ct) => await database.Write(client is null ? """
        INSERT INTO global_user_roles (id, user_id, role_id)
        SELECT gen_random_uuid(), $1, id FROM roles WHERE name = $2
            ON CONFLICT DO NOTHING
        """ : """
        INSERT INTO user_roles (id, user_id, role_id, client_id, source)
        SELECT gen_random_uuid(), $1, id, $3, 'OPERATOR' FROM roles WHERE name = $2
            ON CONFLICT DO NOTHING
        """, ct, client is null ? [user, role] : [user, role, client]) == 1;

    /// <summary>
    /// Takes a role that an operator gave; with it go the approval and the tokens of the user at the client, or those at every client.
    /// </summary>
    /// <returns>False when no operator gave it.</returns>
    public async Task<bool> Revoke(Guid user, string role, Guid? client, CancellationToken ct) => await database.Write(client is null ? """
        DELETE FROM global_user_roles USING roles role
         WHERE role.id = role_id AND role.name = $2 AND user_id = $1
        """ : """
        DELETE FROM user_roles USING roles role
         WHERE role.id = role_id AND role.name = $2 AND user_id = $1 AND client_id = $3 AND source = 'OPERATOR'
        """, ct, client is null ? [user, role] : [user, role, client]) == 1;

    /// <summary>Whether an employment gives the user this role at the client.</summary>
    public Task<bool> IsEmployedAs(Guid user, string role, Guid client, CancellationToken ct) => database.Command("""
        SELECT EXISTS (
          SELECT FROM user_roles JOIN roles role ON role.id = role_id
           WHERE user_id = $1 AND role.name = $2 AND client_id = $3 AND source = 'EMPLOYEE')
        """, user, role, client).ReadValue<bool>(ct);

    /// <summary>
    /// Removes the second factors of a user who has lost them, with the codes that were sent. A user who is blocked stays so.
    /// </summary>
    /// <returns>How many factors there were.</returns>
    public Task<int> ResetFactors(Guid user, CancellationToken ct) => database.Write("""
        WITH errors AS (
          UPDATE users SET otp_error_count = 0, updated_at = now() WHERE id = $1 AND otp_error_count > 0
        ), codes AS (
          DELETE FROM otps WHERE token_id IN (SELECT id FROM tokens WHERE user_id = $1)
        )
        DELETE FROM authentication_factors WHERE user_id = $1
        """, ct, user);

    private static async Task<(Guid? Party, UserFault? Fault)> PartyOf(
        NpgsqlConnection connection, UserRegistration user, CancellationToken ct)
    {
        if (user.Party is null && user.TaxId is null)
            return default;
        await using var command = PostgresDatabase.Command(connection, """
            SELECT id FROM parties WHERE CASE WHEN $1::uuid IS NULL THEN tax_id = $2 ELSE id = $1 END LIMIT 2
            """, user.Party, user.TaxId);
        using var timing = RequestTimes.Statement();
        await using var row = await command.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct))
            return (null, user.Party is null ? null : UserFault.PartyIsUnknown);
        var party = row.GetGuid(0);
        return await row.ReadAsync(ct) ? (null, UserFault.PartyIsAmbiguous) : (party, null);
    }

    private static async Task<bool> IsWritten(NpgsqlConnection connection, Guid id, UserRegistration user, CancellationToken ct)
    {
        const string update = """
            UPDATE users SET email = coalesce($2, email), tax_id = coalesce($3, tax_id), updated_at = now() WHERE id = $1
            """;
        const string insert = "INSERT INTO users (id, email, tax_id) VALUES ($1, $2, $3)";
        foreach (var sql in user.Email is null ? [update] : (string[])[update, insert])
        {
            if (await PostgresDatabase.Command(connection, sql, id, user.Email?.ToLowerInvariant(), user.TaxId).Execute(ct) == 1)
                return true;
        }
        return false;
    }

    private static Task<int> Link(NpgsqlConnection connection, Guid user, Guid party, CancellationToken ct) =>
        PostgresDatabase.Command(connection, """
            INSERT INTO party_users (id, user_id, party_id) VALUES (gen_random_uuid(), $1, $2)
                ON CONFLICT (user_id) DO UPDATE SET party_id = excluded.party_id, updated_at = now()
             WHERE party_users.party_id <> excluded.party_id
            """, user, party).Execute(ct);

    private static Task<int> AddFactor(NpgsqlConnection connection, Guid user, string type, CancellationToken ct) =>
        PostgresDatabase.Command(connection, """
            INSERT INTO authentication_factors (id, user_id, type)
            SELECT gen_random_uuid(), id, $2 FROM users WHERE id = $1 AND password_hash IS NULL
                ON CONFLICT (user_id, type) DO NOTHING
            """, user, type).Execute(ct);

    [GeneratedRegex(@"^[^@\s<>()\[\]"",:;\\]+@[\p{L}\p{Nd}-]+(\.[\p{L}\p{Nd}-]+)*\z")]
    private static partial Regex Email();
}
