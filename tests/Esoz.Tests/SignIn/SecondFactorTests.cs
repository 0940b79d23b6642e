using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>Codes of the second factor: the 2fa grants of POST /auth/login (sign-in §7).</summary>
public sealed class SecondFactorTests(SignInRegistry registry) : IClassFixture<SignInRegistry>
{
    private const string Number = "+380671234567";

    private readonly SignInCase _case = new(registry);

    [Fact(DisplayName = "A user with a number gets a 2fa_access_token and a code; the code gives the access_token, once")]
    public async Task Sms()
    {
        var (mis, user, email) = await Given(Number);

        var asked = SignInCase.Now;
        var first = (await _case.LogIn(mis, email)).Succeeded(201);

        Assert.Equal("2fa_access_token", first.Data.GetProperty("name").GetString());
        Assert.Equal($$"""{"scope":"","scope_request":"app:authorize","grant_type":"password","client_id":"{{mis}}"}""",
            first.Data.GetProperty("details").GetRawText());
        Assert.Equal("""{"next_step":"REQUEST_OTP"}""", first.Json.GetProperty("urgent").GetRawText());
        SignInCase.Lives(first, 600, asked);

        var second = (await _case.Authorize(Value(first), _case.Code(user))).Succeeded(201);

        Assert.Equal("access_token", second.Data.GetProperty("name").GetString());
        Assert.Equal($$"""{"scope":"app:authorize","grant_type":"password","client_id":"{{mis}}"}""",
            second.Data.GetProperty("details").GetRawText());
        Assert.Equal("""{"next_step":"REQUEST_APPS"}""", second.Json.GetProperty("urgent").GetRawText());
        (await _case.Authorize(Value(first), _case.Code(user))).IsIlRefusal(401, "token_expired", "Token expired.");
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM otps otp WHERE otp::text LIKE '%' || $1 || '%' OR code_hmac !~ '^[0-9a-f]{64}$'", $"{_case.Code(user)},"));
    }

    [Fact(DisplayName = "A user with a factor without a number is asked for one, and gets no code")]
    public async Task WithoutNumber()
    {
        var (mis, _, email) = await Given(null);

        var first = (await _case.LogIn(mis, email)).Succeeded(201);

        Assert.Equal(("2fa_access_token", """{"next_step":"REQUEST_FACTOR"}"""),
            (first.Data.GetProperty("name").GetString(), first.Json.GetProperty("urgent").GetRawText()));
        (await _case.Authorize(Value(first), 123456)).IsIlRefusal(409, "request_conflict", "Factor not set");
        (await _case.Repeat(Value(first))).IsIlRefusal(409, "request_conflict", "Factor not set");
    }

    [Fact(DisplayName = "The code of a change of the password gives a change_password_token")]
    public async Task Change()
    {
        var (mis, user, email) = await Given(Number);
        var first = (await _case.LogIn(mis, email, scope: "user:change_password", grant: "change_password")).Succeeded(201);

        var second = (await _case.Authorize(Value(first), _case.Code(user))).Succeeded(201);

        Assert.Equal("change_password_token", second.Data.GetProperty("name").GetString());
    }

    [Fact(DisplayName = "Of 32 parallel right codes one wins")]
    public async Task Race()
    {
        var (mis, user, email) = await Given(Number);
        var token = Value((await _case.LogIn(mis, email)).Succeeded(201));
        var code = _case.Code(user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _case.Authorize(token, code)));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsIlRefusal(401, "token_expired", "Token expired."));
        Assert.Equal(1, await _case.ValidTokens(user, "access_token"));
    }

    [Fact(DisplayName = "Of 32 parallel wrong codes three are compared; they block the user with the reason and end every token")]
    public async Task Blocks()
    {
        var (mis, user, email) = await Given(Number);
        var token = Value((await _case.LogIn(mis, email)).Succeeded(201));
        var other = _case.Other(user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _case.Authorize(token, other)));

        Assert.Equal(3, answers.Count(answer => answer.Text.Contains("otp_invalid", StringComparison.Ordinal)));
        Assert.Equal(29, answers.Count(answer => answer.Text.Contains("user_blocked", StringComparison.Ordinal)));
        Assert.Equal("Passed invalid OTP more than USER_OTP_ERROR_MAX",
            await registry.Scalar<string>("SELECT block_reason FROM users WHERE id = $1 AND is_blocked", user));
        Assert.Equal(0, await _case.ValidTokens(user, "2fa_access_token"));
        (await _case.LogIn(mis, email)).IsIlRefusal(401, "user_blocked", "User blocked.");
    }

    [Fact(DisplayName = "A right code sets the errors in a row to 0")]
    public async Task Resets()
    {
        var (mis, user, email) = await Given(Number);
        var token = Value((await _case.LogIn(mis, email)).Succeeded(201));
        for (var i = 0; i < 2; i++)
            (await _case.Authorize(token, _case.Other(user))).IsIlRefusal(401, "otp_invalid", "Invalid OTP code.");

        (await _case.Authorize(token, _case.Code(user))).Succeeded(201);

        Assert.Equal(0, await registry.Scalar<int>("SELECT otp_error_count FROM users WHERE id = $1", user));
    }

    [Fact(DisplayName = "A code has at most OTP_MAX_ATTEMPTS wrong answers")]
    public async Task Attempts()
    {
        var (mis, user, email) = await Given(Number);
        var token = Value((await _case.LogIn(mis, email)).Succeeded(201));
        await registry.Execute("UPDATE otps SET attempts = 3 FROM tokens WHERE tokens.id = otps.token_id AND tokens.user_id = $1", user);

        (await _case.Authorize(token, _case.Code(user)))
            .IsIlRefusal(401, "otp_reached_max_attempts", "Reached max OTP verify attempts");
    }

    [Fact(DisplayName = "A new code makes the former token and code useless; the fourth of a minute is refused")]
    public async Task Repeats()
    {
        var (mis, user, email) = await Given(Number);
        var first = Value((await _case.LogIn(mis, email)).Succeeded(201));
        var formerCode = _case.Code(user);

        var again = (await _case.Repeat(first)).Succeeded(201);

        Assert.Equal("""{"next_step":"REQUEST_OTP"}""", again.Json.GetProperty("urgent").GetRawText());
        Assert.Equal("app:authorize", again.Data.GetProperty("details").GetProperty("scope_request").GetString());
        (await _case.Authorize(first, formerCode)).IsIlRefusal(401, "token_expired", "Token expired.");
        var last = Value((await _case.Repeat(Value(again))).Succeeded(201));
        var refused = await _case.Repeat(last);
        refused.IsIlRefusal(429, "otp_timeout", "Sending OTP timeout. Try later.");
        Assert.Equal(60, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        (await _case.LogIn(mis, email)).IsIlRefusal(429, "otp_timeout", "Sending OTP timeout. Try later.");
        (await _case.Authorize(last, _case.Code(user))).Succeeded(201);
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time, so the order is tested.</summary>
    public static TheoryData<string, int, string, string> Validations => new()
    {
        // what is wrong, status, type, message
        { "no bearer", 401, "access_denied", "Authorization header required." },
        { "unknown token", 401, "token_invalid", "Invalid token." },
        { "blocked user; access token; expired; no factor", 401, "user_blocked", "User blocked." },
        { "access token; expired; no factor", 401, "access_denied", "Invalid token type" },
        { "expired; no factor", 401, "token_expired", "Token expired." },
        { "no factor", 409, "request_conflict", "Not found authentication factor for user." },
        { "inactive factor", 409, "request_conflict", "Not found authentication factor for user." },
        { "no number; old code", 409, "request_conflict", "Factor not set" },
        { "old code; attempts; wrong code", 401, "otp_expired", "OTP expired." },
        { "other number; wrong code", 401, "otp_expired", "OTP expired." },
        { "attempts; wrong code", 401, "otp_reached_max_attempts", "Reached max OTP verify attempts" },
        { "wrong code", 401, "otp_invalid", "Invalid OTP code." },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string wrong, int status, string type, string message)
    {
        bool Is(string fault) => wrong.Split("; ").Contains(fault);
        var (mis, user, email) = await Given(Number);
        var token = Value((await _case.LogIn(mis, email)).Succeeded(201));
        var code = Is("wrong code") ? _case.Other(user) : _case.Code(user);
        if (Is("access token"))
            token = (await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None))!;
        if (Is("expired"))
            await _case.Expire(token);
        if (Is("old code"))
            await Otp(user, "expires_at = now()");
        if (Is("attempts"))
            await Otp(user, "attempts = 3");
        if (Is("no factor"))
            await registry.Execute("DELETE FROM authentication_factors WHERE user_id = $1", user);
        if (Is("inactive factor"))
            await registry.Execute("UPDATE authentication_factors SET is_active = false WHERE user_id = $1", user);
        if (Is("no number"))
            await registry.Execute("UPDATE authentication_factors SET factor = NULL WHERE user_id = $1", user);
        if (Is("other number"))
            await registry.Execute("UPDATE authentication_factors SET factor = '+380500000000' WHERE user_id = $1", user);
        if (Is("blocked user"))
            await registry.Registrar.BlockUser(user, "test", CancellationToken.None);

        var answer = await _case.Authorize(Is("no bearer") ? null : Is("unknown token") ? "unknown" : token, code);

        answer.IsIlRefusal(status, type, message);
        if (!wrong.Contains("code", StringComparison.Ordinal) && !Is("attempts"))
            (await _case.Repeat(Is("no bearer") ? null : Is("unknown token") ? "unknown" : token)).IsIlRefusal(status, type, message);
    }

    [Fact(DisplayName = "A code of a device is accepted once, within one step of the clock; the secret is encrypted")]
    public async Task TotpFactor()
    {
        var (mis, user, email) = await Given(Number);
        var keys = (SignInKeys)registry.Services.GetService(typeof(SignInKeys))!;
        var secret = Totp.NewSecret();
        var stored = keys.Seal(user, secret);
        await registry.Execute(
            "INSERT INTO authentication_factors (id, user_id, type, factor_secret) VALUES (gen_random_uuid(), $1, 'TOTP', $2)", user, stored);
        Assert.DoesNotContain(Convert.ToBase64String(secret), stored, StringComparison.Ordinal);
        var now = registry.Clock.GetUtcNow();

        var first = (await _case.LogIn(mis, email)).Succeeded(201);
        Assert.Equal("""{"next_step":"REQUEST_OTP"}""", first.Json.GetProperty("urgent").GetRawText());
        (await _case.Authorize(Value(first), CodeAt(now.AddMinutes(-2)))).IsIlRefusal(401, "otp_invalid", "Invalid OTP code.");
        (await _case.Authorize(Value(first), CodeAt(now))).Succeeded(201);
        var second = (await _case.LogIn(mis, email)).Succeeded(201);
        (await _case.Authorize(Value(second), CodeAt(now))).IsIlRefusal(401, "otp_invalid", "Invalid OTP code.");
        registry.Clock.Advance(TimeSpan.FromSeconds(30));
        (await _case.Authorize(Value(second), CodeAt(now.AddSeconds(30)))).Succeeded(201);

        int CodeAt(DateTimeOffset at) => int.Parse(Totp.Code(secret, at), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<(Guid Mis, Guid User, string Email)> Given(string? number)
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        await _case.Sms(user, number);
        return (mis, user, email);
    }

    private Task<int> Otp(Guid user, string change) =>
        registry.Execute($"UPDATE otps SET {change} FROM tokens WHERE tokens.id = otps.token_id AND tokens.user_id = $1", user);

    private static string Value(Answer answer) => answer.Data.GetProperty("value").GetString()!;
}
