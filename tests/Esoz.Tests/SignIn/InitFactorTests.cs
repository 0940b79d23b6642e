using System.Text.Json;

namespace Esoz.Tests.SignIn;

/// <summary>Init factor (sign-in §7).</summary>
public sealed class InitFactorTests(SignInRegistry registry) : IClassFixture<SignInRegistry>
{
    private const string Path = "/oauth/users/actions/init_factor";
    private const string Number = "+380671234567";

    private readonly SignInCase _case = new(registry);

    [Fact(DisplayName = "A user without a number names one with the 2fa_access_token of the sign-in; the answer is a token without details")]
    public async Task First()
    {
        var (mis, user, token) = await SignedIn(null);

        var answer = (await Init(token, new { type = "SMS", factor = Number })).Succeeded(201);

        Assert.Equal(["value", "user_id", "name", "id", "expires_at"], answer.Data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("2fa_access_token", """{"next_step":"APPROVE_FACTOR"}"""),
            (answer.Data.GetProperty("name").GetString(), answer.Json.GetProperty("urgent").GetRawText()));
        (await Init(token, new { type = "SMS", factor = Number })).IsIlRefusal(401, "token_expired", "Token expired.");
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(factor) FROM authentication_factors WHERE user_id = $1", user));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM audit_log row WHERE row::text LIKE '%' || $1 || '%'", Number));
        Assert.InRange(_case.Code(user), 100_000, 999_999);
        Assert.NotEqual(mis, user);
    }

    [Fact(DisplayName = "Afterwards an access_token changes the number: the former one is asked until the new one is approved")]
    public async Task Change()
    {
        var (mis, user, first) = await SignedIn("+380500000000");
        var access = Value((await _case.Authorize(first, _case.Code(user))).Succeeded(201));

        (await Init(access, new { type = "SMS", factor = Number })).Succeeded(201);

        Assert.Equal("+380500000000", await registry.Scalar<string>("SELECT factor FROM authentication_factors WHERE user_id = $1", user));
        Assert.Equal(1, await _case.ValidTokens(user, "access_token"));
        Assert.NotEqual(mis, user);
    }

    [Fact(DisplayName = "A secret for a device is shown once, as its URI, and needs no factor before it")]
    public async Task TotpSecret()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        var access = Value((await _case.LogIn(mis, email)).Succeeded(201));

        var answer = (await Init(access, new { type = "TOTP" })).Succeeded(201);

        var urgent = answer.Json.GetProperty("urgent");
        Assert.Equal("APPROVE_FACTOR", urgent.GetProperty("next_step").GetString());
        Assert.Matches($"^otpauth://totp/Esoz%3A{Uri.EscapeDataString(email)}[?]secret=[A-Z2-7]{{32}}&issuer=Esoz&algorithm=SHA1&digits=6&period=30$",
            urgent.GetProperty("factor_uri").GetString());
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM authentication_factors WHERE user_id = $1", user));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time, so the order is tested.</summary>
    public static TheoryData<string, int, string, string> Validations => new()
    {
        // what is wrong, status, type or path, message
        { "no bearer; bad body", 401, "access_denied", "Authorization header required." },
        { "unknown token; bad body", 401, "token_invalid", "Invalid token." },
        { "blocked user; expired; bad body", 401, "user_blocked", "User blocked." },
        { "expired; bad body", 401, "token_expired", "Token expired." },
        { "bad body; no factor; access token", 422, "$.factor", "can't be blank" },
        { "no factor; access token", 404, "not_found", "Authentication factor not found" },
        { "access token", 401, "token_invalid_type", "Invalid token type." },
        { "number is set", 401, "token_invalid_type", "Invalid token type." },
        { "change token", 401, "token_invalid_type", "Invalid token type." },
        { "old access token; number is set", 401, "token_expired", "Token expired." },
        { "token of a session; number is set", 401, "token_invalid_type", "Invalid token type." },
        { "narrow token; number is set", 401, "token_invalid_type", "Invalid token type." },
        { "three codes", 429, "otp_timeout", "Sending OTP timeout. Try later." },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string wrong, int status, string type, string message)
    {
        bool Is(string fault) => wrong.Split("; ").Contains(fault);
        var (mis, user, token) = await SignedIn(null);
        if (Is("access token"))
            token = (await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None))!;
        if (Is("old access token") || Is("token of a session") || Is("narrow token"))
        {
            token = (await registry.Registrar.IssueToken(
                mis, user, Is("narrow token") ? "division:read" : "app:authorize", TimeSpan.FromHours(1), CancellationToken.None))!;
            await registry.Execute("UPDATE tokens SET inserted_at = now() - make_interval(mins => $2), session_id = $3::uuid WHERE user_id = $1 AND name = 'access_token'",
                user, Is("old access token") ? 11 : 0, Is("token of a session") ? $"{Guid.NewGuid()}" : null);
        }
        if (Is("number is set"))
            await registry.Execute("UPDATE authentication_factors SET factor = $2 WHERE user_id = $1", user, Number);
        if (Is("change token"))
            await registry.Execute("UPDATE tokens SET name = 'change_password_token' WHERE user_id = $1", user);
        if (Is("no factor"))
            await registry.Execute("DELETE FROM authentication_factors WHERE user_id = $1", user);
        if (Is("three codes"))
            await registry.Execute("""
                INSERT INTO otps (id, token_id, type, code_hmac, expires_at, status)
                SELECT gen_random_uuid(), tokens.id, 'SMS', md5('') || md5(''), now(), 'NEW'
                  FROM tokens, generate_series(1, 3) WHERE user_id = $1
                """, user);
        if (Is("expired"))
            await _case.Expire(token);
        if (Is("blocked user"))
            await registry.Registrar.BlockUser(user, "test", CancellationToken.None);

        var answer = await Init(Is("no bearer") ? null : Is("unknown token") ? "unknown" : token,
            Is("bad body") ? new { type = "SMS" } : new { type = "SMS", factor = Number });

        if (type.StartsWith('$'))
            answer.IsIlRefusal(status, "validation_failed", Answer.ValidationFailed, type, message);
        else
            answer.IsIlRefusal(status, type, message);
    }

    [Theory(DisplayName = "A number has the form +380 and nine digits, the type is SMS or TOTP")]
    [InlineData("""{}""", "$.type", "required")]
    [InlineData("""{"type":"EMAIL"}""", "$.type", "inclusion")]
    [InlineData("""{"type":"SMS","factor":"0671234567"}""", "$.factor", "format")]
    [InlineData("""{"type":"SMS","factor":380671234567}""", "$.factor", "cast")]
    public async Task Body(string body, string path, string rule)
    {
        var (_, _, token) = await SignedIn(null);

        var invalid = (await _case.Send("POST", Path, body, token)).Json.GetProperty("error").GetProperty("invalid");

        var fault = Assert.Single(invalid.EnumerateArray());
        Assert.Equal((path, rule), (fault.GetProperty("entry").GetString(), fault.GetProperty("rules")[0].GetProperty("rule").GetString()));
    }

    private async Task<(Guid Mis, Guid User, string Token)> SignedIn(string? number)
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        await _case.Sms(user, number);
        return (mis, user, Value((await _case.LogIn(mis, email)).Succeeded(201)));
    }

    private Task<Answer> Init(string? token, object body) => _case.Send("POST", Path, JsonSerializer.Serialize(body), token);

    private static string Value(Answer answer) => answer.Data.GetProperty("value").GetString()!;
}
