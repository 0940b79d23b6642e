using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Access;

namespace Esoz.Tests.SignIn;

/// <summary>Issue tokens (sign-in §9).</summary>
public sealed class IssueTokensTests(Registry registry) : IClassFixture<Registry>
{
    private const string Denied = "access_denied";

    [Fact(DisplayName = "A code is exchanged for a pair, and a refresh token for another; both answers have every member in order")]
    public async Task Issues()
    {
        var it = await SessionCase.Of(registry);

        var first = (await it.Exchange(await it.Code())).Succeeded(201);

        Assert.Equal(["meta", "data"], MembersOf(first.Json));
        Assert.Equal(["value", "user_id", "name", "id", "expires_at", "details"], MembersOf(first.Data));
        var details = first.Data.GetProperty("details");
        Assert.Equal(["scope", "refresh_token", "redirect_uri", "grant_type", "client_id"], MembersOf(details));
        Assert.Equal((SessionCase.Scope, SessionCase.Callback, "authorization_code", it.Provider, it.User, "access_token"),
            (details.GetProperty("scope").GetString(), details.GetProperty("redirect_uri").GetString(),
            details.GetProperty("grant_type").GetString(), details.GetProperty("client_id").GetGuid(),
            first.Data.GetProperty("user_id").GetGuid(), first.Data.GetProperty("name").GetString()));
        var (access, refresh) = SessionCase.PairOf(first);
        Assert.True(await it.Opens(access));
        Assert.Equal(("no-store", "no-cache"), ($"{first.Headers.CacheControl}", $"{first.Headers.Pragma}"));

        var second = (await it.Refresh(refresh)).Succeeded(201);

        details = second.Data.GetProperty("details");
        Assert.Equal(["scope", "refresh_token", "grant_type", "client_id"], MembersOf(details));
        Assert.Equal((SessionCase.Scope, "refresh_token", it.Provider), (details.GetProperty("scope").GetString(),
            details.GetProperty("grant_type").GetString(), details.GetProperty("client_id").GetGuid()));
        var (newAccess, newRefresh) = SessionCase.PairOf(second);
        Assert.Equal(4, new[] { access, refresh, newAccess, newRefresh }.Distinct().Count());
        Assert.True(await it.Opens(newAccess));
        // Calls in flight have the old one.
        Assert.True(await it.Opens(access));
    }

    [Fact(DisplayName = "A value has 256 bits, is stored as its hash only, and is in no log line, audit row or journal row")]
    public async Task Secrets()
    {
        var it = await SessionCase.Of(registry);
        var code = await it.Code();
        var (access, refresh) = SessionCase.PairOf(await it.Exchange(code));
        (await it.Exchange(code)).IsIlRefusal(401, Denied, "Token has already been used.");

        Assert.All(new[] { code, access, refresh }, value => Assert.Matches("^[A-Za-z0-9_-]{43}$", value));
        var rows = await registry.Scalar<string>("""
            SELECT string_agg(t::text, ' ') FROM (SELECT tokens::text AS t FROM tokens UNION ALL SELECT audit_log::text FROM audit_log
                                                  UNION ALL SELECT access_journal::text FROM access_journal) AS rows
            """);
        var log = string.Join('\n', registry.Log.Lines);
        foreach (var secret in new[] { code, access, refresh, it.Secret })
        {
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
        Assert.Contains(SecretHash.Of(refresh).Hex, rows, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Audit and journal tell who was issued what, through which client and by which request; the answer names the token")]
    public async Task Records()
    {
        var it = await SessionCase.Of(registry);
        var answer = await it.Exchange(await it.Code());
        var (access, _) = SessionCase.PairOf(answer);
        var request = answer.Json.GetProperty("meta").GetProperty("request_id").GetString();

        var audit = await registry.Rows("""
            SELECT changeset ->> 'name' AS name, changeset ? 'used_at' AS used, actor_id, client_id, address IS NOT NULL AS has_address
              FROM audit_log WHERE request_id = $1 ORDER BY changeset ->> 'name' NULLS LAST
            """, request);
        Assert.Equal(["access_token", "refresh_token", null], audit.Select(row => (string?)row["name"]));
        Assert.All(audit, row => Assert.Equal((it.User.ToString(), it.Provider, true), (row["actor_id"], row["client_id"], row["has_address"])));
        Assert.Equal(true, audit[2]["used"]);
        var journal = Assert.Single(await registry.Rows(
            "SELECT client_id, user_id, method_id, object_ids, status FROM access_journal WHERE request_id = $1", request));
        Assert.Equal((it.Provider, it.User, "API-009-068-0002", 201),
            (journal["client_id"], journal["user_id"], journal["method_id"], journal["status"]));
        Assert.Contains(await registry.Scalar<Guid>("SELECT id FROM tokens WHERE value_hash = $1::bpchar", SecretHash.Of(access).Hex),
            (Guid[])journal["object_ids"]!);
    }

    [Theory(DisplayName = "A member that is missing, empty or of the wrong type is told by its name, all at once")]
    [InlineData("{}", "$.token required")]
    [InlineData("[]", "$ cast")]
    [InlineData("""{"token":"x"}""", "$.token cast")]
    [InlineData("""{"token":{}}""", "$.grant_type invalid")]
    [InlineData("""{"token":{"grant_type":7,"client_id":7}}""", "$.grant_type invalid")]
    [InlineData("""{"token":{"grant_type":"authorization_code"}}""",
        "$.client_id required, $.client_secret required, $.code required, $.redirect_uri required")]
    [InlineData("""{"token":{"grant_type":"refresh_token"}}""", "$.client_id required, $.client_secret required, $.refresh_token required")]
    [InlineData("""{"token":{"grant_type":"authorization_code","client_id":"x","client_secret":"","code":null,"redirect_uri":5,"code_verifier":true,"scope":4}}""",
        "$.client_id cast, $.client_secret required, $.code required, $.redirect_uri cast, $.code_verifier cast")]
    [InlineData("""{"token":{"grant_type":"refresh_token","client_id":"c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f","client_secret":"s","refresh_token":["t"]}}""",
        "$.refresh_token cast")]
    public async Task Members(string body, string faults)
    {
        var answer = await registry.Send("POST", "/oauth/tokens", null, body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(faults, string.Join(", ", answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(fault => $"{fault.GetProperty("entry")} {fault.GetProperty("rules")[0].GetProperty("rule")}")));
    }

    [Fact(DisplayName = "A grant that is not named or not served is refused before anything else is looked at")]
    public async Task Grants()
    {
        (await registry.Send("POST", "/oauth/tokens", null, """{"token":{"client_id":"nobody"}}"""))
            .IsIlBusinessFault("$.grant_type", "Request must include grant_type.");
        foreach (var grant in new[] { "password", "client_credentials", "AUTHORIZATION_CODE", "" })
        {
            (await registry.Send("POST", "/oauth/tokens", null, JsonSerializer.Serialize(new { token = new { grant_type = grant } })))
                .IsIlRefusal(401, "invalid_grant", "Grant type not allowed.");
        }
    }

    /// <summary>The checks of sign-in §9.1 from 2 on: what breaks each, and the answer.</summary>
    private static readonly (string Fault, string Type, string Message)[] OfCode =
    [
        ("secret", "invalid_client", "Invalid client id or secret."),
        ("value", "token_not_found", "Token not found."),
        ("owner", "invalid_grant", "Token not found or expired."),
        ("expired", "token_expired", "Token expired."),
        ("redirect", "invalid_client", "The redirection URI provided does not match a pre-registered value."),
        ("verifier", "invalid_grant", "Invalid code verifier."),
        ("approval", Denied, "Resource owner revoked access for the client."),
        ("used", Denied, "Token has already been used."),
        ("blocked", "user_blocked", "User blocked."),
        ("password", "password_expired", "The password expired for user: {user}"),
    ];

    /// <summary>Those of sign-in §9.2.</summary>
    private static readonly (string Fault, string Type, string Message)[] OfRefresh =
    [
        .. OfCode.Where(step => step.Fault is not ("redirect" or "verifier"))
            .Select(step => step.Fault == "used" ? step with { Type = "invalid_grant" } : step),
    ];

    public static TheoryData<string, string> Staircase =>
        [.. OfCode.Select(step => ("authorization_code", step.Fault)), .. OfRefresh.Select(step => ("refresh_token", step.Fault))];

    /// <summary>Each row breaks its own check and all later ones.</summary>
    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Staircase))]
    public async Task Refuses(string grant, string fault)
    {
        var steps = grant == "authorization_code" ? OfCode : OfRefresh;
        var (_, type, message) = steps.Single(step => step.Fault == fault);
        var broken = steps.Select(step => step.Fault).SkipWhile(step => step != fault).ToHashSet();
        var (it, other) = (await SessionCase.Of(registry), await SessionCase.Of(registry));
        var value = grant == "authorization_code" ? await it.Code() : (await it.Session()).Refresh;
        await Break(it, value, broken);
        var before = await registry.Scalar<long>("SELECT count(*) FROM tokens WHERE user_id = $1", it.User);
        var by = broken.Contains("owner") ? other : it;

        var answer = await it.Tokens(new()
        {
            ["grant_type"] = grant,
            ["client_id"] = by.Provider,
            ["client_secret"] = broken.Contains("secret") ? it.Secret + "x" : by.Secret,
            ["code"] = broken.Contains("value") ? value + "x" : value,
            ["refresh_token"] = broken.Contains("value") ? value + "x" : value,
            ["redirect_uri"] = broken.Contains("redirect") ? SessionCase.Callback[..^1] + "2" : SessionCase.Callback,
            ["code_verifier"] = broken.Contains("verifier") ? new string('v', 43) : null,
        });

        answer.IsIlRefusal(401, type, message.Replace("{user}", $"{it.User}", StringComparison.Ordinal));
        Assert.Equal(before, await registry.Scalar<long>("SELECT count(*) FROM tokens WHERE user_id = $1", it.User));
    }

    [Theory(DisplayName = "Check 2: whoever is not a client in force with a secret in force is refused in the same words")]
    [InlineData("unknown client")]
    [InlineData("secret of another client")]
    [InlineData("api-key of the MIS")]
    [InlineData("connection ended")]
    [InlineData("client blocked")]
    public async Task Clients(string fault)
    {
        var (it, other) = (await SessionCase.Of(registry), await SessionCase.Of(registry));
        var code = await it.Code();
        var secret = it.Secret;
        switch (fault)
        {
            case "secret of another client":
                secret = other.Secret;
                break;
            case "api-key of the MIS":
                secret = (await registry.Registrar.IssueKey(it.Mis, TimeSpan.FromDays(1), CancellationToken.None))!;
                break;
            case "connection ended":
                await registry.Execute("UPDATE connections SET expires_at = now() WHERE id = $1", it.Connection);
                break;
            case "client blocked":
                Assert.True(await registry.Registrar.BlockClient(it.Provider, "test", CancellationToken.None));
                break;
        }

        (await it.Exchange(code, secret: secret, client: fault == "unknown client" ? Guid.NewGuid() : it.Provider))
            .IsIlRefusal(401, "invalid_client", "Invalid client id or secret.");
    }

    [Theory(DisplayName = "A token of another name is not found")]
    [InlineData("access_token", true)]
    [InlineData("refresh_token", true)]
    [InlineData("access_token", false)]
    [InlineData("authorization_code", false)]
    public async Task Names(string presented, bool asCode)
    {
        var it = await SessionCase.Of(registry);
        var (access, refresh) = await it.Session();
        var value = presented switch { "access_token" => access, "refresh_token" => refresh, _ => await it.Code() };

        (asCode ? await it.Exchange(value) : await it.Refresh(value)).IsIlRefusal(401, "token_not_found", "Token not found.");
    }

    [Fact(DisplayName = "A confidential client without a secret misses it; a public one needs none, whatever else it misses")]
    public async Task PublicClient()
    {
        var it = await SessionCase.Of(registry);
        var body = new JsonObject { ["grant_type"] = "refresh_token", ["client_id"] = $"{it.Provider}", ["refresh_token"] = "unknown" };

        var answer = await Send();

        answer.IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "$.client_secret", "can't be blank");
        await registry.Execute("UPDATE clients SET is_public = true WHERE id = $1", it.Provider);
        (await Send()).IsIlRefusal(401, "token_not_found", "Token not found.");
        // A secret that is sent must be right.
        body["client_secret"] = "wrong";
        (await Send()).IsIlRefusal(401, "invalid_client", "Invalid client id or secret.");

        Task<Answer> Send() => registry.Send("POST", "/oauth/tokens", null, new JsonObject { ["token"] = body.DeepClone() }.ToJsonString());
    }

    [Fact(DisplayName = "A refusal after check 2 names the client in the journal, one of the client itself names nobody")]
    public async Task Journal()
    {
        var it = await SessionCase.Of(registry);

        Assert.Equal(it.Provider, await ClientOf(await it.Exchange("unknown")));
        Assert.Null(await ClientOf(await it.Exchange("unknown", secret: "wrong")));

        async Task<object?> ClientOf(Answer answer)
        {
            var id = answer.Json.GetProperty("meta").GetProperty("request_id").GetString();
            List<Dictionary<string, object?>> rows = [];
            await Eventually.Holds(async () =>
                (rows = await registry.Rows("SELECT client_id FROM access_journal WHERE request_id = $1", id)).Count == 1);
            return rows[0]["client_id"];
        }
    }

    /// <summary>Spoils the token and what it rests on, without the effects that each change has on the others.</summary>
    private async Task Break(SessionCase it, string value, HashSet<string> faults)
    {
        if (faults.Contains("approval"))
            await registry.Execute("DELETE FROM apps WHERE user_id = $1", it.User);
        if (faults.Contains("blocked"))
            await registry.Execute("UPDATE users SET is_blocked = true WHERE id = $1", it.User);
        if (faults.Contains("password"))
            await registry.Execute("UPDATE users SET password_hash = 'x', password_set_at = now() - interval '91 days' WHERE id = $1", it.User);
        Assert.Equal(1, await registry.Execute("""
            UPDATE tokens SET expires_at = extract(epoch FROM now())::bigint + $2, used_at = CASE WHEN $3 THEN now() - interval '1 hour' END
             WHERE value_hash = $1::bpchar
            """, SecretHash.Of(value).Hex, faults.Contains("expired") ? -1L : 300L, faults.Contains("used")));
    }

    private static IEnumerable<string> MembersOf(JsonElement it) => it.EnumerateObject().Select(member => member.Name);
}
