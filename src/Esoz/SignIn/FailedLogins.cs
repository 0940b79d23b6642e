using System.Net;
using System.Net.Sockets;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.SignIn;

/// <summary>
/// Wrong passwords by e-mail and by address, in the database: the counters are those of all nodes and survive a restart (sign-in §6,
/// §13). E-mails are kept as keyed hashes.
/// </summary>
/// <remarks>
/// An attempt is written before its password is compared, and taken back when it is right: of parallel attempts no more are made than are
/// left. Refused attempts do not count, so that a lock ends by itself; and where the user has signed in before, only failures from
/// there lock the user out, so that strangers cannot do it for good.
/// </remarks>
public sealed class FailedLogins(PostgresDatabase database, SignInKeys keys, SignInOptions options)
{
    private const int MaxOfAddress = 100;

    /// <summary>How long failures, and addresses of successes, are kept.</summary>
    public static (TimeSpan Failures, TimeSpan Addresses) Kept { get; } = (TimeSpan.FromDays(1), TimeSpan.FromDays(30));

    private static readonly TimeSpan AddressPeriod = TimeSpan.FromMinutes(10);

    /// <summary>Not numbered on the page: 429 as of platform §11.</summary>
    public static readonly Validation AddressHasAttempts = new("3", "fewer than 100 failures of this address in 10 minutes",
        new Refusal(RefusalKind.TooManyRequests) { RetryAfter = AddressPeriod });

    public static readonly Validation EmailHasAttempts = new("3",
        "fewer than MAX_FAILED_LOGINS failures of this e-mail in MAX_FAILED_LOGINS_PERIOD minutes, known user or not",
        Refusal.Unauthenticated("You reached login attempts limit. Try again later"));

    /// <summary>Attempts of one e-mail wait for each other: the count includes those that are being made.</summary>
    private const string LockSql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 32))";

    private const string BeginSql = """
        WITH known AS (
          SELECT EXISTS (SELECT FROM sign_in_addresses known JOIN users ON users.id = known.user_id
                          WHERE lower(users.email) = lower($3) AND known.address = $2::inet) AS here
        ), counted AS (
          SELECT (SELECT count(*) FROM failed_logins WHERE address = $2::inet AND inserted_at > now() - $4::interval) AS of_address,
                 (SELECT count(*) FROM failed_logins failed, known
                   WHERE email_hash = $1::bpchar AND inserted_at > now() - $5::interval
                     AND (NOT known.here OR failed.address IS NULL OR failed.address = $2::inet)) AS of_email
        ), begun AS (
          INSERT INTO failed_logins (email_hash) SELECT $1 FROM counted WHERE of_address < $6 AND of_email < $7 RETURNING id
        )
        SELECT of_address, begun.id FROM counted LEFT JOIN begun ON true
        """;

    private const string FailSql = "UPDATE failed_logins SET address = $2::inet WHERE id = $1";

    private const string TakeBackSql = "DELETE FROM failed_logins WHERE id = $1";

    private const string KnowSql = """
        INSERT INTO sign_in_addresses (user_id, address) SELECT $1, $2::inet WHERE $2::inet IS NOT NULL
            ON CONFLICT (user_id, address) DO UPDATE SET last_at = now() WHERE sign_in_addresses.last_at < now() - interval '1 hour'
        """;

    /// <summary>The attempt, or why there is none.</summary>
    public async Task<(Validation? Refused, long Attempt)> Begin(string email, IPAddress? address, CancellationToken ct)
    {
        await using var write = await database.OpenForWrite(ct);
        await using var batch = new NpgsqlBatch(write.Connection);
        var hash = keys.OfEmail(email);
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(LockSql, hash));
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(
            BeginSql, hash, Network(address), email, AddressPeriod, options.FailurePeriod, MaxOfAddress, options.MaxFailures));
        using var timing = RequestTimes.Statement();
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        return row.GetInt64(0) >= MaxOfAddress ? (AddressHasAttempts, 0)
            : row.IsDBNull(1) ? (EmailHasAttempts, 0)
            : (null, row.GetInt64(1));
    }

    /// <summary>The password was wrong: it counts for the address too.</summary>
    public Task Fail(long attempt, IPAddress? address, CancellationToken ct) => Write(FailSql, ct, attempt, Network(address));

    /// <summary>The password was right, or was not compared: it does not count.</summary>
    public Task TakeBack(long attempt, CancellationToken ct) => Write(TakeBackSql, ct, attempt);

    /// <summary>The user has signed in from here.</summary>
    public Task Know(Guid user, IPAddress? address, CancellationToken ct) => Write(KnowSql, ct, user, Network(address));

    private async Task Write(string sql, CancellationToken ct, params object?[] values)
    {
        await using var write = await database.OpenForWrite(ct);
        await PostgresDatabase.Command(write.Connection, sql, values).Execute(ct);
    }

    /// <summary>Whoever has one address of version 6 has a network of /64.</summary>
    private static IPAddress? Network(IPAddress? address)
    {
        if (address is null or { AddressFamily: AddressFamily.InterNetwork })
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bytes.Length / 2).Clear();
        return new(bytes);
    }
}
