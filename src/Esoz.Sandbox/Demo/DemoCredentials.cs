using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Portal;
using Esoz.SignIn;

namespace Esoz.Sandbox.Demo;

/// <summary>Tokens and API keys of the demo registry, for the user who started the sandbox.</summary>
/// <remarks>
/// They are random secrets like any others, stored only as hashes, so a restart cannot print the previous ones again. Instead every
/// start of a sandbox replaces them with new ones (in the same rows, so the previous ones stop working within the few seconds of the
/// look-up cache). They are valid for <see cref="Life"/>. Nothing about them can be derived from the code or the ids. Two servers on
/// one demo database invalidate each other's credentials; the last one started wins.
/// </remarks>
/// <param name="Password">Of every one of <see cref="Emails"/>, for signing in with a browser.</param>
/// <param name="ClinicOwner">Token: keeps the records of <see cref="DemoIds.Clinic"/>.</param>
/// <param name="Doctor">Token of <see cref="DemoIds.Doctor"/>, for compositions.</param>
/// <param name="HospitalOwner">
/// Token: keeps the records of <see cref="DemoIds.Hospital"/>; used together with <paramref name="MisKey"/>.
/// </param>
/// <param name="Nhs">
/// Token that reads every legal entity and its employees, and closes it; for the private methods together with <paramref name="NhsKey"/>.
/// </param>
public sealed record DemoCredentials(
    string Password, string ClinicOwner, string Doctor, string HospitalOwner, string Nhs, string NhsKey, string MisKey, string PisKey)
{
    /// <summary>Addresses of the users who can sign in: owner, doctor and HR of the clinic, owner and doctor of the hospital.</summary>
    public static readonly IReadOnlyList<string> Emails =
        ["clinic.owner@demo.invalid", "doctor@demo.invalid", "hr@demo.invalid", "hospital.owner@demo.invalid", "gynaecologist@demo.invalid",
            DemoOperator.Email];

    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private const string Registry =
        "employee_role:read employee_role:write healthcare_service:read healthcare_service:write division:read division:details division:write "
        + "division:activate division:deactivate employee:read employee:details employee:deactivate legal_entity:read "
        + "client:read connection:read connection:write connection:refresh_secret connection:delete";
    private const string Compositions =
        "composition:create composition:sign composition:cancel composition:read composition:search composition_configuration:read";

    public static async Task<DemoCredentials> Issue(PostgresDatabase database, CancellationToken ct) => new(
        // First: a new password ends the tokens of its user.
        Password: await SetPasswords(database, ct),
        ClinicOwner: await IssueToken(
            database, new("70000000-0000-4000-8000-000000000001"), DemoIds.Clinic, DemoIds.ClinicOwnerUser, Registry, ct),
        Doctor: await IssueToken(database, new("70000000-0000-4000-8000-000000000002"), DemoIds.Clinic, DemoIds.DoctorUser,
            $"employee_role:read {Compositions}", ct),
        HospitalOwner: await IssueToken(
            database, new("70000000-0000-4000-8000-000000000003"), DemoIds.Hospital, DemoIds.HospitalOwnerUser, Registry, ct),
        Nhs: await IssueToken(database, new("70000000-0000-4000-8000-000000000004"), DemoIds.Nhs, DemoIds.NhsUser,
            "private_contracts:read private_contracts:write employee:read employee:details legal_entity:read legal_entity:deactivate event:read", ct),
        NhsKey: await IssueKey(database, new("4e000000-0000-4000-8000-000000000001"), DemoIds.Nhs, ct),
        MisKey: await IssueKey(database, new("4e000000-0000-4000-8000-000000000002"), DemoIds.Mis, ct),
        PisKey: await IssueKey(database, new("4e000000-0000-4000-8000-000000000003"), DemoIds.Pis, ct));

    /// <summary>One for all, as random as the tokens; the letters before it are what its rules ask for.</summary>
    private static async Task<string> SetPasswords(PostgresDatabase database, CancellationToken ct)
    {
        var password = $"Demo1-{SecretHash.NewSecret()[..16]}";
        var hash = PasswordHash.Of(password);
        await using var connection = await database.OpenSession(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var users = await PostgresDatabase.Command(
            connection, "SELECT id FROM users WHERE email = ANY ($1) ORDER BY id FOR NO KEY UPDATE", [Emails.ToArray()])
            .ReadAll(row => row.GetGuid(0), ct);
        foreach (var user in users)
            await PasswordChange.Write(connection, user, hash, ct);
        await transaction.CommitAsync(ct);
        return password;
    }

    private static async Task<string> IssueToken(
        PostgresDatabase database, Guid id, Guid client, Guid user, string scope, CancellationToken ct)
    {
        const string sql = """
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details)
            VALUES ($1, 'access_token', $2, $3, extract(epoch FROM now() + $4)::bigint,
                    jsonb_build_object('client_id', $5::text, 'scope', $6::text, 'grant_type', 'demo'))
                ON CONFLICT (id) DO UPDATE SET value_hash = excluded.value_hash, expires_at = excluded.expires_at, details = excluded.details
            """;
        var secret = SecretHash.NewSecret();
        await database.Command(sql, id, SecretHash.Of(secret).Hex, user, Life, client.ToString(), scope).Execute(ct);
        return secret;
    }

    private static async Task<string> IssueKey(PostgresDatabase database, Guid id, Guid client, CancellationToken ct)
    {
        const string sql = """
            INSERT INTO connections (id, client_id, consumer_id, secret_hash, expires_at, inserted_by, updated_at, updated_by)
            VALUES ($1, $2, $2, $3, now() + $4, $5, now(), $5)
                ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at, updated_at = excluded.updated_at
            """;
        var secret = SecretHash.NewSecret();
        await database.Command(sql, id, client, SecretHash.Of(secret).Hex, Life, Registrar.SystemUser).Execute(ct);
        return secret;
    }

    /// <summary>As they are exported by <c>demo.env</c>, for the developer portal.</summary>
    internal IReadOnlyList<DemoSecret> Secrets =>
    [
        new(Variable(nameof(ClinicOwner)), new("Власник клініки", "Clinic owner"), new("токен: веде записи клініки", "token: keeps the records of the clinic"), ClinicOwner),
        new(Variable(nameof(Doctor)), new("Лікар клініки", "Doctor of the clinic"), new("токен: медичні висновки", "token: compositions"), Doctor),
        new(Variable(nameof(HospitalOwner)), new("Власник лікарні", "Hospital owner"),
            new("токен: веде записи лікарні, разом із ключем МІС", "token: keeps the records of the hospital, with the key of the MIS"), HospitalOwner),
        new(Variable(nameof(Nhs)), new("НСЗУ", "National Health Service"), new("токен: усі заклади й договори, для приватних методів разом із ключем", "token: all providers and contracts, for the private methods with its key"), Nhs),
        new(Variable(nameof(NhsKey)), new("Ключ НСЗУ", "Key of the NHS"), new("api-key: приватні методи договорів", "api-key: the private methods of contracts"), NhsKey),
        new(Variable(nameof(MisKey)), new("Ключ МІС", "Key of the MIS"), new("api-key: разом із токеном власника лікарні", "api-key: with the token of the hospital owner"), MisKey),
        new(Variable(nameof(PisKey)), new("Ключ ПІС", "Key of the PIS"), new("api-key: масове вивантаження й події", "api-key: bulk export and events"), PisKey),
        new("DEMO_PASSWORD", new("Пароль користувачів", "Password of the users"), new("вхід у браузері з будь-якою поштою нижче", "signing in with a browser, with any address below"), Password),
    ];

    /// <summary>Name of the environment variable of a property.</summary>
    private static string Variable(string property) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(property);

    /// <summary>Callers with the headers that they send.</summary>
    internal IReadOnlyList<DemoRole> Roles =>
    [
        new("clinic", new("Власник клініки", "Clinic owner"), [DemoExamples.Bearer(ClinicOwner)]),
        new("doctor", new("Лікар клініки", "Doctor of the clinic"), [DemoExamples.Bearer(Doctor)]),
        new("hospital", new("Власник лікарні через МІС", "Hospital owner through the MIS"), [DemoExamples.Bearer(HospitalOwner), DemoExamples.ApiKey(MisKey)]),
        new("nhs", new("НСЗУ: ключ і токен", "NHS: key and token"), DemoExamples.Nhs(this)),
        new("nhs-token", new("НСЗУ: лише токен", "NHS: token only"), [DemoExamples.Bearer(Nhs)]),
        new("pis", new("ПІС: ключ", "PIS: key"), [DemoExamples.ApiKey(PisKey)]),
    ];

    /// <summary>Hides the secrets from logs.</summary>
    public override string ToString() => "(demo credentials)";
}
