using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.SignIn;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// What the examples of consent and tokens need: the doctor of the clinic in the middle of a sign-in through the MIS. Made anew at every
/// start.
/// </summary>
/// <param name="Form">Token of the form of the MIS, which opens the consent.</param>
/// <param name="Secret">client_secret of the clinic at the MIS.</param>
/// <param name="Code">Authorization code.</param>
/// <param name="Access">Access token of another sign-in of the doctor.</param>
public sealed record DemoConsent(string Form, string Secret, string Code, string Access)
{
    public const string RedirectUri = "https://mis.demo.invalid/oauth";
    public const string Scope = "division:read employee:read";

    private static readonly Guid FormToken = new("70000000-0000-4000-8000-000000000008");
    private static readonly Guid CodeToken = new("70000000-0000-4000-8000-000000000009");
    private static readonly Guid AccessToken = new("70000000-0000-4000-8000-00000000000a");
    private static readonly Guid Connection = new("cc000000-0000-4000-8000-000000000001");
    private static readonly Guid App = new("a9000000-0000-4000-8000-000000000001");

    public static async Task<DemoConsent> Issue(PostgresDatabase database, CancellationToken ct)
    {
        var issued = new DemoConsent(SecretHash.NewSecret(), SecretHash.NewSecret(), SecretHash.NewSecret(), SecretHash.NewSecret());
        await Run(database, $"""
            INSERT INTO connections (id, client_id, consumer_id, redirect_uri, secret_hash, expires_at, inserted_by, updated_at, updated_by)
            VALUES ($1, '{DemoIds.Clinic}', '{DemoIds.Mis}', '{RedirectUri}', $2, now() + $3, $4, now(), $4)
                ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at, updated_at = excluded.updated_at
            """, ct, Connection, SecretHash.Of(issued.Secret).Hex, DemoCredentials.Life, Registrar.SystemUser);
        await Run(database, $"""
            INSERT INTO apps (id, user_id, client_id, scope) VALUES ('{App}', '{DemoIds.DoctorUser}', '{DemoIds.Clinic}', '{Scope}')
                ON CONFLICT DO NOTHING
            """, ct);
        await Token(database, FormToken, TokenName.Access, issued.Form, TokenDetails.Granted("app:authorize", "password", DemoIds.Mis), ct);
        await Token(database, CodeToken, TokenName.AuthorizationCode, issued.Code,
            TokenDetails.OfCode(Scope, RedirectUri, DemoIds.Clinic, App), ct);
        await Token(database, AccessToken, TokenName.Access, issued.Access,
            TokenDetails.Granted(Scope, TokenName.AuthorizationCode, DemoIds.Clinic), ct);
        return issued;
    }

    /// <summary>Hides the secrets from logs.</summary>
    public override string ToString() => "(demo consent)";

    private static Task<int> Token(
        PostgresDatabase database, Guid id, string name, string value, TokenDetails details, CancellationToken ct) =>
        Run(database, $"""
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, session_id)
            VALUES ($1, $2, $3, '{DemoIds.DoctorUser}', extract(epoch FROM now() + $4)::bigint, $5::jsonb,
                    CASE WHEN $2 = '{TokenName.AuthorizationCode}' THEN $1 END)
                ON CONFLICT (id) DO UPDATE SET value_hash = excluded.value_hash, expires_at = excluded.expires_at, used_at = NULL
            """, ct, id, name, SecretHash.Of(value).Hex, DemoCredentials.Life, JsonSerializer.Serialize(details, IlDialect.Json));

    private static Task<int> Run(PostgresDatabase database, string sql, CancellationToken ct, params object?[] values) =>
        database.Command(sql, values).Execute(ct);
}
