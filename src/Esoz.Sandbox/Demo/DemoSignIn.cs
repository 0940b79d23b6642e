using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.SignIn;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// What the examples of sign-in need: the password of the clinic's owner, and tokens of two users who are in the middle of a sign-in. All
/// of it is made anew at every start, as the <see cref="DemoCredentials"/> are.
/// </summary>
/// <param name="Password">Of <see cref="DemoIds.ClinicOwnerUser"/>, that of <see cref="DemoCredentials"/>.</param>
/// <param name="Factor">2fa_access_token of a user who has not named a number.</param>
/// <param name="Approval">2fa_access_token of that user, who has named one.</param>
/// <param name="Change">change_password_token of a user.</param>
public sealed record DemoSignIn(string Password, string Factor, string Approval, string Change)
{
    public required DemoConsent Consent { get; init; }

    /// <summary>E-mail of <see cref="DemoIds.ClinicOwnerUser"/>.</summary>
    public const string Email = "clinic.owner@demo.invalid";

    /// <summary>The code that was sent to the number.</summary>
    public const int Code = 428571;

    public const string Number = "+380501234567";

    private static readonly Guid FactorToken = new("70000000-0000-4000-8000-000000000005");
    private static readonly Guid ApprovalToken = new("70000000-0000-4000-8000-000000000006");
    private static readonly Guid ChangeToken = new("70000000-0000-4000-8000-000000000007");
    private static readonly Guid Otp = new("07000000-0000-4000-8000-000000000001");

    /// <param name="password">Of the demo users.</param>
    public static async Task<DemoSignIn> Issue(Settings settings, PostgresDatabase database, string password, CancellationToken ct)
    {
        var issued = new DemoSignIn(password, SecretHash.NewSecret(), SecretHash.NewSecret(), SecretHash.NewSecret())
        {
            Consent = await DemoConsent.Issue(database, ct),
        };
        await Run(database, $$"""
            UPDATE clients SET settings = settings || '{"allowed_grant_types":["password"]}', updated_at = now(), updated_by = {{DemoRegistry.Author}}
             WHERE id = '{{DemoIds.Mis}}' AND settings -> 'allowed_grant_types' IS NULL
            """, ct);
        await Run(database, $"""
            INSERT INTO users (id, email) VALUES
              ('{DemoIds.FactorUser}', 'factor@demo.invalid'), ('{DemoIds.ForgetfulUser}', 'forgetful@demo.invalid')
                ON CONFLICT (id) DO UPDATE SET is_blocked = false, otp_error_count = 0
            """, ct);
        await Run(database, $"""
            INSERT INTO authentication_factors (id, user_id, type) VALUES (gen_random_uuid(), '{DemoIds.FactorUser}', '{FactorType.Sms}')
                ON CONFLICT (user_id, type) DO UPDATE SET factor = NULL, is_active = true
            """, ct);
        await Run(database, "UPDATE users SET password_hash = NULL, updated_at = now() WHERE id = $1", ct, DemoIds.ForgetfulUser);
        await Run(database, "DELETE FROM password_history WHERE user_id = $1", ct, DemoIds.ForgetfulUser);
        await Token(database, FactorToken, TokenName.SecondFactor, issued.Factor, DemoIds.FactorUser, "app:authorize", ct);
        await Token(database, ApprovalToken, TokenName.SecondFactor, issued.Approval, DemoIds.FactorUser, "app:authorize", ct);
        await Token(database, ChangeToken, TokenName.ChangePassword, issued.Change, DemoIds.ForgetfulUser, "user:change_password", ct);
        await Run(database, $"""
            INSERT INTO otps (id, token_id, type, code_hmac, expires_at, status, factor, is_of_new_factor)
            VALUES ($1, $2, '{FactorType.Sms}', $3, now() + $4, '{OtpStatus.New}', '{Number}', true)
                ON CONFLICT (id) DO UPDATE
               SET code_hmac = excluded.code_hmac, expires_at = excluded.expires_at, status = excluded.status, attempts = 0
            """, ct, Otp, ApprovalToken,
            InstallationKey.OfSignIn(settings).OfCode(Otp, Code.ToString(CultureInfo.InvariantCulture)), DemoCredentials.Life);
        return issued;
    }

    /// <summary>Hides the secrets from logs.</summary>
    public override string ToString() => "(demo sign-in)";

    private static Task<int> Token(
        PostgresDatabase database, Guid id, string name, string value, Guid user, string scope, CancellationToken ct)
    {
        var details = name == TokenName.SecondFactor
            ? TokenDetails.Requested(scope, "password", DemoIds.Mis)
            : TokenDetails.Granted(scope, "change_password", DemoIds.Mis);
        return Run(database, """
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details)
            VALUES ($1, $2, $3, $4, extract(epoch FROM now() + $5)::bigint, $6::jsonb)
                ON CONFLICT (id) DO UPDATE SET value_hash = excluded.value_hash, expires_at = excluded.expires_at
            """, ct, id, name, SecretHash.Of(value).Hex, user, DemoCredentials.Life, JsonSerializer.Serialize(details, IlDialect.Json));
    }

    private static Task<int> Run(PostgresDatabase database, string sql, CancellationToken ct, params object?[] values) =>
        database.Command(sql, values).Execute(ct);
}
