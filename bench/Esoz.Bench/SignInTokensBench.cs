using Esoz.Platform.Access;
using Esoz.SignIn;

namespace Esoz.Bench;

/// <summary>Refreshing tokens, each refresh token once: secret, rules, narrowing of the scope, new pair, audit and journal rows.</summary>
public static class SignInTokensBench
{
    public static readonly Comparison Comparison = new("sign-in-tokens",
        "POST /oauth/tokens with refresh_token under wrk: secret, the page's validations, scope of client type and roles, new pair, audit and journal rows, durable commit",
        "the same statement by pgbench -M prepared, same triggers, same cluster; no journal row",
        0.70, Prepare, Refill);

    private const int Users = 10_000;
    private const string Secret = "bench";
    private const string Value = "refresh-";
    private static readonly Guid Provider = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000001");
    private static readonly Guid Mis = Guid.Parse("0d9e8c7b-0000-4000-8000-000000000002");

    private static async Task<Subjects> Prepare(BenchInstallation installation)
    {
        var registrar = new Registrar(installation.Database);
        await registrar.Register(new(Provider, "OUTPATIENT", null, null, "DIRECT", null), CancellationToken.None);
        await registrar.Register(new(Mis, "MIS", null, null, "DIRECT", null), CancellationToken.None);
        await installation.Prepare($"""
            INSERT INTO connections (id, client_id, consumer_id, redirect_uri, secret_hash, inserted_by)
            VALUES ('{Provider}', '{Provider}', '{Mis}', 'https://mis.example.ua/oauth', '{SecretHash.Of(Secret).Hex}', '{Provider}');
            INSERT INTO users (id, email) SELECT {Rows.Id(1, "i")}, i || '@example.ua' FROM generate_series(0, {Users - 1}) i;
            INSERT INTO user_roles (id, user_id, role_id, client_id, source)
            SELECT gen_random_uuid(), users.id, roles.id, '{Provider}', 'OPERATOR' FROM users, roles WHERE roles.name = 'SPECIALIST';
            INSERT INTO apps (id, user_id, client_id, scope)
            SELECT gen_random_uuid(), users.id, '{Provider}', roles.scope FROM users, roles WHERE roles.name = 'SPECIALIST';
            """);
        var body = $$$"""
            {"token":{"grant_type":"refresh_token","client_id":"{{{Provider}}}","client_secret":"{{{Secret}}}","refresh_token":"{{{Value}}}%012x"}}
            """;
        var refresh = $"'{Value}' || lpad(to_hex((:i)::bigint), 12, '0')";
        return new(
            $"""
            local n = 0
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            request = function()
              n = n + 1
              return wrk.format(nil, "/oauth/tokens", nil, string.format('{body}', n))
            end
            """,
            // Every client of pgbench has its own counter; together they use each token once.
            "\\set i :n * :clients + :client_id\n\\set n :n + 1\n" + TokenRefresh.Refresh.Sql
                .Replace("$12", $"'{Provider} bench 127.0.0.1'", StringComparison.Ordinal)
                .Replace("$11", "interval '30 s'", StringComparison.Ordinal)
                .Replace("$10", "interval '90 d'", StringComparison.Ordinal)
                .Replace("$1", $"'{Provider}'::uuid", StringComparison.Ordinal)
                .Replace("$2", $"'{SecretHash.Of(Secret).Hex}'", StringComparison.Ordinal)
                .Replace("$3", $"encode(sha256(({refresh})::bytea), 'hex')", StringComparison.Ordinal)
                .Replace("$4", "gen_random_uuid()", StringComparison.Ordinal)
                .Replace("$5", "(md5(random()::text) || md5(random()::text))", StringComparison.Ordinal)
                .Replace("$6", "interval '30 d'", StringComparison.Ordinal)
                .Replace("$7", "gen_random_uuid()", StringComparison.Ordinal)
                .Replace("$8", "(md5(random()::text) || md5(random()::text))", StringComparison.Ordinal)
                .Replace("$9", "interval '30 d'", StringComparison.Ordinal) + ";");
    }

    private static Task Refill(BenchInstallation installation, int rows) => installation.Prepare($"""
        TRUNCATE tokens, otps, audit_log, events, access_journal;
        INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, session_id, connection_id)
        SELECT {Rows.Id(2, "i")}, '{TokenName.Refresh}', encode(sha256(('{Value}' || lpad(to_hex(i::bigint), 12, '0'))::bytea), 'hex'),
               {Rows.Id(1, $"i % {Users}")}, 2000000000,
               jsonb_build_object('scope', roles.scope, 'session_expires_at', 2000000000, 'grant_type', 'authorization_code', 'client_id', '{Provider}'),
               {Rows.Id(3, "i")}, '{Provider}'
          FROM generate_series(0, {rows / 5}) i, roles WHERE roles.name = 'SPECIALIST'
        """);
}
