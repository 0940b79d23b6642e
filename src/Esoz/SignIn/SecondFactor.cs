using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Esoz.SignIn;

/// <summary>
/// Codes of the second factor (sign-in §7). Everything happens in a transaction in which the user is locked: of parallel codes one is
/// accepted, and no more are tried than are left.
/// </summary>
public sealed class SecondFactor(SignInKeys keys, SecondFactorOptions options, OtpDelivery delivery, TimeProvider clock)
{
    public static readonly Validation FactorIsActive = new("15", "the user has an active factor",
        Refusal.Conflict("Not found authentication factor for user."));

    public static readonly Validation FactorIsSet = new("16", "the factor has a number, or a secret", Refusal.Conflict("Factor not set"));

    public static readonly Validation CodeIsNotExpired = new("17", "a code is awaited, not older than OTP_LIFETIME",
        Refusal.Unauthenticated("otp_expired", "OTP expired."));

    public static readonly Validation CodeHasAttempts = new("18", "fewer than OTP_MAX_ATTEMPTS wrong codes",
        Refusal.Unauthenticated("otp_reached_max_attempts", "Reached max OTP verify attempts"));

    public static readonly Validation CodeIsRight = new("19", "the code is right, and of TOTP not used before",
        Refusal.Unauthenticated("otp_invalid", "Invalid OTP code."));

    public static readonly Validation MayBeSent = new("9", "fewer than OTP_SEND_COUNTER_MAX codes in OTP_SEND_TIMEOUT minutes",
        new Refusal(RefusalKind.TooManyRequests, "Sending OTP timeout. Try later.") { Type = "otp_timeout", RetryAfter = TimeSpan.FromMinutes(1) });

    public static readonly Validation WasSent = new("9", "the code could be sent",
        new Refusal(RefusalKind.NotReady, "SMS not sent. Try later"));

    /// <summary>Rules about a code, in their order.</summary>
    public static IReadOnlyList<Validation> RulesOfCode { get; } = [CodeIsNotExpired, CodeHasAttempts, CodeIsRight];

    private const string BlockReason = "Passed invalid OTP more than USER_OTP_ERROR_MAX";

    private static readonly RowMap<Factor> FactorRow = new RowMap<Factor>("factor")
        .Column(factor => factor.Number, "factor.factor").Column(factor => factor.Secret, "factor.factor_secret");

    private static readonly RowMap<AwaitedCode> CodeRow = new RowMap<AwaitedCode>("otp")
        .Column(otp => otp.IsExpired, "otp.expires_at <= now()").Column(otp => otp.Number, "otp.factor")
        .Column(otp => otp.Secret, "otp.factor_secret");

    /// <summary>One that is set before one that is not, TOTP before SMS.</summary>
    private static readonly string FactorSql = $"""
        SELECT {FactorRow.Columns} FROM authentication_factors factor
         WHERE factor.user_id = $1 AND factor.is_active AND ($2::text IS NULL OR factor.type = $2)
         ORDER BY coalesce(factor.factor, factor.factor_secret) IS NULL, factor.type DESC
         LIMIT 1
        """;

    private static readonly string CodeSql = $"""
        SELECT {CodeRow.Columns} FROM otps otp
         WHERE otp.token_id = $1 AND otp.status = '{OtpStatus.New}' AND otp.is_of_new_factor = $2
         ORDER BY otp.inserted_at DESC
         LIMIT 1
        """;

    private const string SentSql = $"""
        SELECT count(*) FROM otps JOIN tokens ON tokens.id = otps.token_id
         WHERE tokens.user_id = $1 AND otps.type = '{FactorType.Sms}' AND otps.inserted_at > now() - $2::interval
        """;

    private const string InsertSql = $"""
        INSERT INTO otps (id, token_id, type, code_hmac, expires_at, status, factor, factor_secret, is_of_new_factor)
        VALUES ($1, $2, $3, $4, now() + $5::interval, '{OtpStatus.New}', $6, $7, $8)
        """;

    private const string WrongSql = """
        WITH tried AS (UPDATE otps SET attempts = attempts + 1 WHERE id = $1)
        UPDATE users
           SET otp_error_count = otp_error_count + 1, is_blocked = is_blocked OR otp_error_count + 1 >= $3,
               block_reason = CASE WHEN NOT is_blocked AND otp_error_count + 1 >= $3 THEN $4 ELSE block_reason END, updated_at = now()
         WHERE id = $2
        """;

    private const string RightSql = $"""
        WITH verified AS (UPDATE otps SET status = '{OtpStatus.Verified}' WHERE id = $1)
        UPDATE users SET otp_error_count = 0 WHERE id = $2 AND otp_error_count > 0
        """;

    private const string StepSql =
        $"UPDATE authentication_factors SET last_step = $2 WHERE user_id = $1 AND type = '{FactorType.Totp}'";

    private const string SetNumberSql = $"""
        UPDATE authentication_factors SET factor = $2, is_active = true, updated_at = now() WHERE user_id = $1 AND type = '{FactorType.Sms}'
        """;

    private const string SetSecretSql = $"""
        INSERT INTO authentication_factors (id, user_id, type, factor_secret, last_step)
        VALUES (gen_random_uuid(), $1, '{FactorType.Totp}', $2, $3)
            ON CONFLICT (user_id, type)
            DO UPDATE SET factor_secret = $2, last_step = $3, is_active = true, updated_at = now()
        """;

    /// <summary>The factor that a sign-in of the user asks for; null = none.</summary>
    /// <param name="type">Only of this type; null = any.</param>
    public static async Task<Factor?> Of(NpgsqlConnection connection, Guid user, CancellationToken ct, string? type = null) =>
        await FactorRow.ReadOne(PostgresDatabase.Command(connection, FactorSql, user, type), ct);

    /// <summary>
    /// Begins to await a code for the token. For a phone a code is made, which is sent after the commit (<see cref="Send"/>).
    /// </summary>
    /// <param name="factor">The factor, or the one that the user wants.</param>
    /// <param name="isNew">The right code makes it the user's factor.</param>
    public async Task<(Refusal? Refusal, string? Code)> Await(
        NpgsqlConnection connection, Guid user, Guid token, Factor factor, bool isNew, CancellationToken ct)
    {
        string? code = null;
        var id = Guid.NewGuid();
        if (factor.Type == FactorType.Sms)
        {
            if (await Read<long>(connection, SentSql, ct, user, options.SendPeriod) >= options.MaxSent)
                return (MayBeSent.Refusal with { RetryAfter = options.SendPeriod }, null);
            code = NewCode();
        }
        await Write(connection, InsertSql, ct, id, token, factor.Type, code is null ? null : keys.OfCode(id, code), options.CodeLifetime,
            factor.Number, isNew ? factor.Secret : null, isNew);
        return (null, code);
    }

    /// <summary>Sends the code after the commit; null when it was sent, or need not be.</summary>
    public async Task<Refusal?> Send(Guid user, Factor factor, string? code, CancellationToken ct) =>
        code is null || await delivery.Send(user, factor.Number!, code, ct) ? null : WasSent.Refusal;

    /// <summary>The first rule that a code of the user's factor breaks. What it counts must be committed in any case.</summary>
    public async Task<Refusal?> Check(NpgsqlConnection connection, Guid user, Guid token, Factor factor, string code, CancellationToken ct)
    {
        var awaited = await CodeRow.ReadOne(PostgresDatabase.Command(connection, CodeSql, token, false), ct);
        // The number may have become another one.
        if (awaited is null || awaited.IsExpired || awaited.Type != factor.Type || awaited.Number != factor.Number)
            return CodeIsNotExpired;
        if (awaited.Attempts >= options.MaxAttempts)
            return CodeHasAttempts;
        var step = factor.Secret is { } secret ? StepOf(user, secret, code, factor.LastStep) : null;
        if (factor.Secret is null ? !IsSent(awaited, code) : step is null)
            return await Wrong(connection, user, awaited, ct);
        await Write(connection, RightSql, ct, awaited.Id, user);
        if (step is not null)
            await Write(connection, StepSql, ct, user, step);
        return null;
    }

    /// <summary>The same for the code of a new factor, which then is the user's.</summary>
    /// <param name="awaited">Of <see cref="AwaitedOfNew"/>.</param>
    public async Task<Refusal?> Prove(NpgsqlConnection connection, Guid user, AwaitedCode awaited, string code, CancellationToken ct)
    {
        if (awaited.IsExpired)
            return CodeIsNotExpired;
        if (awaited.Attempts >= options.MaxAttempts)
            return CodeHasAttempts;
        var step = awaited.Secret is { } secret ? StepOf(user, secret, code, last: null) : null;
        if (awaited.Secret is null ? !IsSent(awaited, code) : step is null)
            return await Wrong(connection, user, awaited, ct);
        await Write(connection, RightSql, ct, awaited.Id, user);
        if (awaited.Secret is null)
            await Write(connection, SetNumberSql, ct, user, awaited.Number);
        else
            await Write(connection, SetSecretSql, ct, user, awaited.Secret, step);
        return null;
    }

    /// <summary>The code of a new factor that the token awaits; null = it awaits none.</summary>
    public static async Task<AwaitedCode?> AwaitedOfNew(NpgsqlConnection connection, Guid token, CancellationToken ct) =>
        await CodeRow.ReadOne(PostgresDatabase.Command(connection, CodeSql, token, true), ct);

    private async Task<Refusal> Wrong(NpgsqlConnection connection, Guid user, AwaitedCode awaited, CancellationToken ct)
    {
        await Write(connection, WrongSql, ct, awaited.Id, user, options.MaxErrors, BlockReason);
        return CodeIsRight;
    }

    private long? StepOf(Guid user, string secret, string code, long? last) =>
        Totp.StepOf(keys.Open(user, secret), code, clock.GetUtcNow(), last, options.TotpTolerance);

    private bool IsSent(AwaitedCode awaited, string code) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(keys.OfCode(awaited.Id, code)), Encoding.ASCII.GetBytes(awaited.CodeHmac!));

    /// <summary>Without a zero in front: clients send it as a number.</summary>
    private string NewCode()
    {
        var least = (int)Math.Pow(10, options.CodeLength - 1);
        return RandomNumberGenerator.GetInt32(least, least * 10).ToString(CultureInfo.InvariantCulture);
    }

    private static Task<T> Read<T>(NpgsqlConnection connection, string sql, CancellationToken ct, params object?[] values) =>
        PostgresDatabase.Command(connection, sql, values).ReadValue<T>(ct);

    private static Task<int> Write(NpgsqlConnection connection, string sql, CancellationToken ct, params object?[] values) =>
        PostgresDatabase.Command(connection, sql, values).Execute(ct);
}
